/// What the writer's thread is given to do.
enum WriterTask<State: WriterState>: Sendable {
    case command(WriterCommand<State>)
    /// Not in a group and not in a transaction; it answers by itself.
    case alone(@Sendable (Connection, State) -> Void)
}

struct WriterCommand<State: WriterState>: Sendable {
    /// Returns what is to be called once it is durable.
    let run: @Sendable (borrowing Transaction, State) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// A row that is referred to must be there when the command that says so ends; what waits for the commit
/// would be the fault of all.
package struct OpenReference: Error, Equatable {}

/// How the writer's thread does a group of commands. Lives on that thread.
final class WriterTurn<State: WriterState> {
    private let connection: Connection
    private let state: State
    private let checkpointPages: Int
    private var checkpointAt: Int

    init(_ connection: Connection, _ state: State, _ options: Connection.Options) {
        self.connection = connection
        self.state = state
        checkpointPages = options.checkpointPages
        checkpointAt = checkpointPages
        connection.checkpointByHand()
    }

    func perform(_ tasks: [WriterTask<State>]) {
        var commands: [WriterCommand<State>] = []
        commands.reserveCapacity(tasks.count)
        for task in tasks {
            switch task {
            case .command(let command): commands.append(command)
            case .alone(let body): body(connection, state)
            }
        }
        if !commands.isEmpty { commit(commands) }
        precondition(connection.statementsInUse == 0, "a statement was kept beyond its command")
        checkpointIfDue()
    }

    /// The log is moved into the database a last time; where that fails, it stays and is read at the next start.
    func finish() {
        _ = try? connection.checkpoint(.truncate)
    }

    // MARK: A group

    private enum Outcome {
        case done(@Sendable () -> Void)
        case failed(any Error)
    }

    private func commit(_ commands: [WriterCommand<State>]) {
        let outcomes: [Outcome]
        do {
            outcomes = try run(commands)
        } catch {
            for command in commands { command.fail(error) }
            return
        }
        for (command, outcome) in zip(commands, outcomes) {
            switch outcome {
            case .done(let answer): answer()
            case .failed(let error): command.fail(error)
            }
        }
    }

    /// All of them in one transaction; throws when nothing of it stays.
    ///
    /// Where each has a savepoint, each page is copied before each of them changes it. But mostly none fails, or only one that has not
    /// changed anything yet. So they are run without savepoints first, and again with them where one fails that has.
    private func run(_ commands: [WriterCommand<State>]) throws -> [Outcome] {
        do {
            return try run(commands) { command throws in try runPlainly(command) }
        } catch let entangled as Entangled {
            // By itself it is undone with its transaction.
            if commands.count == 1 { throw entangled.error }
            return try run(commands) { command throws in try runInSavepoint(command) }
        }
    }

    private func run(
        _ commands: [WriterCommand<State>], _ each: (WriterCommand<State>) throws -> Outcome
    ) throws -> [Outcome] {
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(commands.count)
        var hasChanges = false
        do {
            try connection.begin()
            for command in commands {
                let outcome = try each(command)
                if case .done = outcome { hasChanges = true }
                outcomes.append(outcome)
            }
            if hasChanges {
                try state.groupEnds()
                try connection.commit()
            } else {
                connection.rollBack()
            }
        } catch {
            connection.rollBack()
            state.groupRolledBack()
            throw error
        }
        if hasChanges { state.groupCommitted() } else { state.groupRolledBack() }
        return outcomes
    }

    /// A command failed and has changed something, which can't be undone by itself.
    private struct Entangled: Error {
        let error: any Error
    }

    /// One, without a savepoint; throws when the whole transaction is lost.
    private func runPlainly(_ command: WriterCommand<State>) throws -> Outcome {
        let before = connection.changedRowsEver
        state.commandBegins()
        do {
            let answer = try command.run(Transaction(connection), state)
            if let trouble = connection.handle.trouble { throw trouble }
            guard !connection.hasOpenReferences else { throw OpenReference() }
            return .done(answer)
        } catch {
            if let trouble = connection.handle.trouble { throw trouble }
            guard connection.changedRowsEver == before else { throw Entangled(error: error) }
            state.commandRolledBack()
            return .failed(error)
        }
    }

    /// One, in a savepoint; throws when the whole transaction is lost.
    private func runInSavepoint(_ command: WriterCommand<State>) throws(SQLiteError) -> Outcome {
        try connection.openSavepoint()
        state.commandBegins()
        do {
            let answer = try command.run(Transaction(connection), state)
            // Who caught the error of a failing disk has not mended it.
            if let trouble = connection.handle.trouble { throw trouble }
            guard !connection.hasOpenReferences else { throw OpenReference() }
            try connection.keepSavepoint()
            return .done(answer)
        } catch {
            // In trouble, this throws what the trouble is.
            try connection.undoSavepoint()
            state.commandRolledBack()
            return .failed(error)
        }
    }

    // MARK: The log

    /// After the answers, because moving pages waits for the disk twice. Where a reader is in the way, the log
    /// grows on, and the next attempt comes a quarter later.
    private func checkpointIfDue() {
        guard checkpointPages > 0 else { return }
        let pages = connection.handle.logPages
        if pages < checkpointAt - checkpointPages { checkpointAt = checkpointPages }
        guard pages >= checkpointAt else { return }
        // A disk that is full now may have room next time.
        _ = try? connection.checkpoint(.passive)
        checkpointAt = pages + checkpointPages / 4
    }
}
