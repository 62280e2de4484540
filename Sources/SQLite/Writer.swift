import Synchronization

/// Why a command was not taken.
package enum WriterRefusal: Error, Equatable, Sendable {
    /// Too much waits already.
    case busy
    case stopped
}

/// The one thread that writes, and what waits for it.
///
/// A commit waits for the disk, some hundred microseconds or ten milliseconds, whatever is in it. So everything
/// that waits goes into one transaction: while it is on its way to the disk the next group gathers, and those who were
/// just answered are given a moment to come back (`Gathering`). Each command fails alone; where it takes to undo that, all of its group
/// are run a second time. Nobody is answered before the commit; when that fails, all are
/// answered with its error, even those who had failed for a reason of their own: they may have seen what now
/// never happened.
///
/// A full disk refuses commands with `SQLiteError.Kind.diskFull`, one group at a time, for as long as it lasts.
package final class Writer<State: WriterState>: Sendable {
    package typealias Completion<Result> = @Sendable (Swift.Result<Result, any Error>) -> Void

    private let waiting: Mutex<Waiting>
    private let bell: Bell
    private let groupCountMax: Int
    private let thread: Mutex<WriterThread?>

    private struct Waiting {
        var queue: WriterQueue<WriterTask<State>>
        /// When so many wait the bell is rung; nil while the writer is at work.
        var ringsAt: Int?
        var isStopping = false
    }

    /// Opens the database and makes the state on the new thread, and waits for that. It runs until `stop`.
    package init(
        _ path: String, _ options: Connection.Options = .init(), limits: WriterLimits = .init(),
        state makeState: @escaping @Sendable (Connection) throws -> State
    ) throws {
        waiting = Mutex(Waiting(queue: WriterQueue(limits: limits)))
        bell = try Bell()
        groupCountMax = limits.groupCountMax
        thread = Mutex(nil)
        let opening = try Answer<Void>()
        let running = try WriterThread { [self] in
            var options = options
            options.gathersLog = true
            do {
                let connection = try Connection(path, .readWrite, options)
                let turn = WriterTurn(connection, try makeState(connection), options)
                opening.give(.success(()))
                serve(turn)
            } catch {
                opening.give(.failure(error))
            }
        }
        do {
            try opening.wait()
        } catch {
            running.join()
            throw error
        }
        thread.withLock { $0 = running }
    }

    /// Hands in a command, from any thread. It may be run twice, the second time on what was there before the first: it changes nothing
    /// but the database and the state. `bytes` is what it weighs, about. `completion` is called on the
    /// writer's thread, after the commit or the failure: it passes the result on and does no more.
    package func submit<Result: Sendable>(
        _ lane: WriterLane = .people, bytes: Int,
        _ body: @escaping @Sendable (borrowing Transaction, State) throws -> Result,
        completion: @escaping Completion<Result>
    ) throws(WriterRefusal) {
        let command = WriterCommand<State>(
            run: { transaction, state in
                let result = try body(transaction, state)
                return { completion(.success(result)) }
            },
            fail: { completion(.failure($0)) })
        try append(.command(command), bytes: bytes, to: lane)
    }

    /// Runs `body` between two groups, outside of any transaction: a checkpoint, a check, an optimization. All
    /// writing waits meanwhile.
    package func submitAlone<Result: Sendable>(
        _ body: @escaping @Sendable (Connection, State) throws -> Result, completion: @escaping Completion<Result>
    ) throws(WriterRefusal) {
        let task: @Sendable (Connection, State) -> Void = { connection, state in
            completion(Swift.Result { try body(connection, state) })
        }
        try append(.alone(task), bytes: 0, to: .people)
    }

    /// Hands in a command and waits for its result. For starting, tools and tests; a thread that serves others
    /// would make all of them wait.
    package func perform<Result: Sendable>(
        bytes: Int = 0, _ body: @escaping @Sendable (borrowing Transaction, State) throws -> Result
    ) throws -> Result {
        try waitFor { completion throws(WriterRefusal) in
            try submit(bytes: bytes, body, completion: completion)
        }
    }

    package func performAlone<Result: Sendable>(
        _ body: @escaping @Sendable (Connection, State) throws -> Result
    ) throws -> Result {
        try waitFor { completion throws(WriterRefusal) in
            try submitAlone(body, completion: completion)
        }
    }

    /// Takes nothing more, does what waits, moves the log into the database and ends the thread. Once more:
    /// nothing. Not from a completion.
    package func stop() {
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let running else { return }
        precondition(!running.isCurrent, "the writer can't wait for its own end")
        waiting.withLock { $0.isStopping = true }
        bell.ring()
        running.join()
    }

    // MARK: Inside

    private func append(_ task: WriterTask<State>, bytes: Int, to lane: WriterLane) throws(WriterRefusal) {
        var isAlone = false
        if case .alone = task { isAlone = true }
        let (refusal, isAwaited) = waiting.withLock { waiting -> (WriterRefusal?, Bool) in
            guard !waiting.isStopping else { return (.stopped, false) }
            guard
                waiting.queue.append(task, bytes: bytes, isAlone: isAlone, to: lane)
            else { return (.busy, false) }
            guard let count = waiting.ringsAt, waiting.queue.count >= count else { return (nil, false) }
            waiting.ringsAt = nil
            return (nil, true)
        }
        if let refusal { throw refusal }
        if isAwaited { bell.ring() }
    }

    /// The thread's whole life.
    private func serve(_ turn: WriterTurn<State>) {
        var gathering = Gathering(countMax: groupCountMax)
        while let group = nextGroup(gathering) {
            let began = Gathering.now()
            turn.perform(group)
            let left = waiting.withLock { $0.queue.count }
            gathering.finished(group.count, whileCame: left, nanoseconds: Gathering.now() - began)
        }
        turn.finish()
    }

    /// Waits for work, with no transaction open; nil at the end.
    private func nextGroup(_ gathering: Gathering) -> [WriterTask<State>]? {
        guard wait(for: 1) else { return nil }
        if gathering.isWorthwhile { _ = wait(for: gathering.count, atMost: gathering.nanoseconds) }
        return waiting.withLock { $0.queue.takeGroup() }
    }

    /// Until so many wait, that time is over, or the end has come; whether anything waits.
    private func wait(for count: Int, atMost nanoseconds: Int64? = nil) -> Bool {
        while true {
            let (left, isStopping) = waiting.withLock { waiting in
                let left = waiting.queue.count
                waiting.ringsAt = left < count && !waiting.isStopping ? count : nil
                return (left, waiting.isStopping)
            }
            if left >= count || isStopping { return left > 0 }
            if !bell.wait(atMost: nanoseconds) {
                waiting.withLock { $0.ringsAt = nil }
                return true
            }
        }
    }

    private func waitFor<Result: Sendable>(
        _ submit: (@escaping Completion<Result>) throws(WriterRefusal) -> Void
    ) throws -> Result {
        let answer = try Answer<Result>()
        try submit { answer.give($0) }
        return try answer.wait()
    }
}
