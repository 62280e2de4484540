import CSQLite

extension Connection {
    package enum Checkpoint: Sendable {
        /// As far as it goes without waiting for anybody.
        case passive
        /// Waits for readers, moves everything and cuts the log to nothing: what was deleted is then in
        /// neither file any more.
        case truncate
        /// The same where no reader is in the way now; else as far as it goes.
        case truncateAtOnce
    }

    package struct CheckpointResult: Equatable, Sendable {
        package let logPages: Int
        package let movedPages: Int
        /// Whether all of the log is in the database, and, for `truncate`, the log is empty.
        package let isComplete: Bool
    }

    /// Moves pages from the log into the database. That a reader was in the way is a result, not an error.
    @discardableResult
    package func checkpoint(_ checkpoint: Checkpoint) throws(SQLiteError) -> CheckpointResult {
        let mode = checkpoint == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
        if checkpoint == .truncateAtOnce { sqlite3_busy_timeout(handle.database, 0) }
        defer { if checkpoint == .truncateAtOnce { sqlite3_busy_timeout(handle.database, busyMilliseconds) } }
        var logPages: Int32 = 0
        var movedPages: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(handle.database, nil, mode, &logPages, &movedPages)
        if code & 0xFF != SQLITE_BUSY { try handle.check(code) }
        return CheckpointResult(
            logPages: Int(max(0, logPages)), movedPages: Int(max(0, movedPages)),
            isComplete: code == SQLITE_OK && logPages == movedPages)
    }

    /// From now on no commit checkpoints, and `handle.logPages` tells how long the log was after the last.
    func checkpointByHand() {
        sqlite3_wal_hook(
            handle.database,
            { handle, _, _, pages in
                Unmanaged<Handle>.fromOpaque(handle!).takeUnretainedValue().logPages = Int(pages)
                return SQLITE_OK
            },
            // The handle closes the database before it goes.
            Unmanaged.passUnretained(handle).toOpaque())
    }
}
