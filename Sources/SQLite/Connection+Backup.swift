import CSQLite

extension Connection {
    package struct BackupProgress: Equatable, Sendable {
        package let pagesCopied: Int
        package let pages: Int
    }

    package enum BackupError: Error, Equatable {
        case cancelled
    }

    /// Copies the database, as it is at this moment, into a new file that has its name only when it is whole
    /// and on the disk; one of that name is replaced. Mode 0600.
    ///
    /// Page by page rather than by `VACUUM INTO`: the copy is the same database to the byte of each page,
    /// costs reading and writing and no sorting, and can pause, so that the disk serves the writer meanwhile.
    /// One read transaction spans it all. It holds nobody up (the log grows by what is written meanwhile),
    /// and without it each commit in between would make the copy begin anew.
    ///
    /// `proceed` is called after each portion, may sleep, and cancels by returning false.
    package func backUp(
        to path: String, pagesAtOnce: Int32 = 256, proceed: (BackupProgress) -> Bool = { _ in true }
    ) throws {
        let unfinished = path + ".part"
        try DatabaseFile.remove(unfinished)
        try DatabaseFile.create(unfinished, exclusively: true)
        do {
            try snapshot {
                // The snapshot begins with the first thing read.
                _ = try schemaVersion
                try copyPages(to: unfinished, pagesAtOnce, proceed)
            }
            try DatabaseFile.sync(unfinished)
            try DatabaseFile.move(unfinished, to: path)
        } catch {
            try? DatabaseFile.remove(unfinished)
            throw error
        }
    }

    private func copyPages(to path: String, _ pagesAtOnce: Int32, _ proceed: (BackupProgress) -> Bool) throws {
        let copy = try Handle(path, flags: SQLITE_OPEN_READWRITE, fileSystem: fileSystem)
        // A copy that does not become whole is thrown away: it needs no journal, and is synced once, at its end.
        try copy.execute(numbers: "PRAGMA journal_mode = OFF")
        try copy.execute(numbers: "PRAGMA synchronous = OFF")
        guard let backup = sqlite3_backup_init(copy.database, "main", handle.database, "main") else {
            throw SQLiteError(of: copy.database, code: sqlite3_extended_errcode(copy.database))
        }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = sqlite3_backup_step(backup, pagesAtOnce)
            let pages = Int(sqlite3_backup_pagecount(backup))
            let progress = BackupProgress(pagesCopied: pages - Int(sqlite3_backup_remaining(backup)), pages: pages)
            if code == SQLITE_OK, !proceed(progress) {
                sqlite3_backup_finish(backup)
                throw BackupError.cancelled
            }
        }
        let systemCode = sqlite3_system_errno(copy.database)
        sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else {
            let text = String(cString: sqlite3_errstr(code))
            throw SQLiteError(code: code, message: "copying to \(path): \(text)", systemCode: systemCode)
        }
    }
}
