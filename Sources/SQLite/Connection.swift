import CSQLite

/// One connection to a database: of one thread at a time, and never passed to another while in use.
///
/// A database has one connection that writes, and as many as it likes that read. That is more than a habit:
/// before 3.51.3, two connections that checkpoint or commit at the same instant could corrupt the file (the
/// "WAL-reset bug"), and a connection for reading does neither.
package final class Connection {
    package enum Access: Sendable {
        case readOnly
        case readWrite
        /// Makes the file, with mode 0600, where there is none.
        case create
    }

    package struct Options: Sendable {
        /// How long to wait for a lock that another connection holds.
        package var busyMilliseconds: Int32 = 5_000
        /// Pages kept in memory; taken as they are read, not at the start.
        package var cacheKiB = 2_048
        /// How much of the file is read by mapping it. Nothing: the memory of a node stays what its caches
        /// say, and a disk that fails is an error, where in a mapping it is the end of the process.
        package var mappedBytes = 0
        /// After a commit that leaves so many pages in the log they go into the database; 0 for never.
        package var checkpointPages = 1_000
        /// The log is cut to this size when it begins anew after having been larger.
        package var logBytesMax = 16_777_216
        /// The name of a registered virtual file system; nil for the system's own.
        package var fileSystem: String?
        /// Whether what is appended to the log is written in large pieces.
        var gathersLog = false

        package init() {}
    }

    let handle: Handle
    let fileSystem: String?
    let busyMilliseconds: Int32
    /// By the address of their text in our program. Bounded by the SQL there is in our sources.
    private var prepared: [UnsafePointer<UInt8>: Prepared] = [:]

    package init(_ path: String, _ access: Access, _ options: Options = Options()) throws(SQLiteError) {
        try SQLiteLibrary.start()
        if access == .create {
            do throws(FileError) {
                try DatabaseFile.create(path)
            } catch {
                throw SQLiteError(code: SQLITE_CANTOPEN, message: error.description)
            }
        }
        let mode = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        fileSystem = options.fileSystem
        busyMilliseconds = options.busyMilliseconds
        handle = try Handle(
            path, flags: mode,
            fileSystem: options.gathersLog ? try GatheredLog.fileSystem(over: fileSystem) : fileSystem)
        sqlite3_busy_timeout(handle.database, options.busyMilliseconds)
        try protect()
        try handle.execute(numbers: "PRAGMA cache_size = -\(options.cacheKiB)")
        try handle.execute(numbers: "PRAGMA mmap_size = \(options.mappedBytes)")
        guard access != .readOnly else { return }
        try handle.execute(numbers: "PRAGMA journal_size_limit = \(options.logBytesMax)")
        try handle.execute(numbers: "PRAGMA wal_autocheckpoint = \(options.checkpointPages)")
        try useLog()
    }

    /// What the file says is not believed: neither its schema's functions nor its pages' cells.
    private func protect() throws(SQLiteError) {
        let switches = [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_DQS_DML, 0),
            (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_ENABLE_FKEY, 1),
        ]
        for (option, on) in switches {
            try handle.check(sqlite_switch(handle.database, option, Int32(on)))
        }
        try execute("PRAGMA cell_size_check = ON")
        // What is deleted is overwritten; what is sorted never lies in a file of another folder.
        try execute("PRAGMA secure_delete = ON")
        try execute("PRAGMA temp_store = MEMORY")
        try execute("PRAGMA synchronous = FULL")
    }

    private func useLog() throws(SQLiteError) {
        var mode = try statement("PRAGMA journal_mode = WAL")
        guard try mode.step(), mode.string(0) == "wal" else {
            throw SQLiteError(code: SQLITE_CANTOPEN, message: "this file system allows no write-ahead log")
        }
    }

    /// A statement, prepared at its first use here and kept. It is given back when the variable that holds it
    /// ends, with its bindings cleared and its read transaction closed.
    @_lifetime(immortal)
    package func statement(_ sql: StaticString) throws(SQLiteError) -> Statement {
        if let known = prepared[sql.utf8Start] {
            // Somebody further up is still at work with it.
            return Statement(known.isInUse ? try Prepared(sql, handle) : known)
        }
        let new = try Prepared(sql, handle)
        prepared[sql.utf8Start] = new
        return Statement(new)
    }

    /// Runs statements without parameters, one after the other.
    package func execute(_ sql: StaticString) throws(SQLiteError) {
        try handle.execute(sql.utf8Start, as: sql)
    }

    /// How many rows the last statement has inserted, changed or deleted.
    package var changedRows: Int { Int(sqlite3_changes64(handle.database)) }

    /// The same of all statements since it was opened, also of those that were undone.
    var changedRowsEver: Int64 { sqlite3_total_changes64(handle.database) }

    package var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(handle.database) }

    /// Statements that were taken and not yet given back. One that waits at a row keeps a read transaction
    /// open, and with it the log from beginning anew.
    package var statementsInUse: Int { handle.statementsInUse }

    /// Gives back the memory of pages that were read.
    package func releaseMemory() {
        sqlite3_db_release_memory(handle.database)
    }
}
