package import Operations
package import SQLite

/// What the writer's thread keeps of the log in memory: caches of the file, thrown away as soon as a transaction is undone
/// that may have changed what they say. Made on that thread, and never leaving it.
package final class LogState: WriterState {
    let log: LogAccess
    let rooms: RoomCache

    package init(_ connection: Connection, roomsMax: Int = 512) throws {
        log = try LogAccess(connection)
        rooms = RoomCache(log, countMax: roomsMax)
    }

    package var cachedRooms: Int { rooms.count }

    // MARK: WriterState

    package func commandBegins() {
        log.failure.forget()
    }

    package func commandRolledBack() {
        forgetChanges()
    }

    package func groupCommitted() {
        log.failure.forget()
        rooms.keepChanges()
    }

    package func groupRolledBack() {
        forgetChanges()
    }

    /// Rooms are read anew, as they now are: those too that an earlier command of the same transaction changed.
    private func forgetChanges() {
        rooms.forgetChanges()
        log.forget()
    }

    // MARK: Commands

    /// Ends a command: throws what befell the records in it.
    package func finish() throws {
        try log.failure.check()
    }

    /// Undoes what `body` did, in the file and in memory, and returns what it found.
    package func trial<Result>(in transaction: borrowing Transaction, _ body: () throws -> Result) throws -> Result {
        var result: Result?
        do {
            try transaction.savepoint {
                result = try body()
                try log.failure.check()
                throw TrialEnd()
            }
        } catch is TrialEnd {
            // As intended.
        } catch {
            forgetChanges()
            throw error
        }
        forgetChanges()
        guard let result else { preconditionFailure("a trial that ends has a result") }
        return result
    }

    private struct TrialEnd: Error {}

    package func room(_ id: RoomID) throws -> StoredRoom? {
        try rooms.room(id, toChange: true)
    }

    /// A new one where there is none.
    package func room(_ id: RoomID, nature: RoomNature) throws -> StoredRoom {
        try rooms.room(id, nature: nature)
    }
}

extension Writer where State == LogState {
    /// Hands in a command over the log. It fails, alone, with the first thing that went wrong in it, also where that showed
    /// only in the records of a room.
    package func submitLogged<Result: Sendable>(
        _ lane: WriterLane = .people, bytes: Int,
        _ body: @escaping @Sendable (borrowing Transaction, LogState) throws -> Result,
        completion: @escaping Completion<Result>
    ) throws(WriterRefusal) {
        try submit(
            lane, bytes: bytes,
            { transaction, state in
                let result = try body(transaction, state)
                try state.finish()
                return result
            }, completion: completion)
    }

    /// The same, and waits.
    package func performLogged<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction, LogState) throws -> Result
    ) throws -> Result {
        try perform { transaction, state in
            let result = try body(transaction, state)
            try state.finish()
            return result
        }
    }
}
