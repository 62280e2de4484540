import CSQLite

/// Once in a process, before anything else of SQLite.
package enum SQLiteLibrary {
    private static let code: Int32 = {
        let code = sqlite_configure()
        return code == SQLITE_OK ? sqlite3_initialize() : code
    }()

    package static func start() throws(SQLiteError) {
        guard code == SQLITE_OK else { throw SQLiteError(code: code, message: "SQLite does not start") }
    }
}

/// The open database: closed when the connection and all its statements are gone.
final class Handle {
    let database: OpaquePointer
    var statementsInUse = 0
    /// Whether a transaction was begun here and not yet ended here. SQLite may think otherwise: a full disk,
    /// for one, can make it roll back by itself.
    var isInTransaction = false
    /// What befell the open transaction, so that nothing of it may be committed any more.
    private(set) var trouble: SQLiteError?
    /// The same as a flag, for the way of every row.
    private(set) var isDoomed = false
    /// Pages in the log after the last commit, where somebody asked for that.
    var logPages = 0

    init(_ path: String, flags: Int32, fileSystem: String?) throws(SQLiteError) {
        var opened: OpaquePointer?
        // One thread at a time uses a connection, so that SQLite needs no lock for it.
        let flags = flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, fileSystem)
        guard let opened else { throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory") }
        guard code == SQLITE_OK else {
            let error = SQLiteError(of: opened, code: code)
            sqlite3_close_v2(opened)
            throw error
        }
        database = opened
    }

    deinit {
        sqlite3_close_v2(database)
    }

    func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw SQLiteError(of: database, code: code) }
    }

    /// A pragma with a number in it, which can't be a parameter.
    func execute(numbers sql: String) throws(SQLiteError) {
        try check(sqlite3_exec(database, sql, nil, nil, nil))
    }

    func execute(_ text: UnsafePointer<UInt8>, as sql: StaticString) throws(SQLiteError) {
        if let trouble { throw trouble }
        let code = text.withMemoryRebound(to: CChar.self, capacity: 1) { sqlite3_exec(database, $0, nil, nil, nil) }
        guard code == SQLITE_OK else {
            throw noted(SQLiteError(of: database, code: code, sql: sql))
        }
    }

    /// Whether SQLite has no transaction open.
    var isIdle: Bool { sqlite3_get_autocommit(database) != 0 }

    /// An error that a statement ran into: remembered where it is the end of the open transaction.
    ///
    /// After a full disk or a failed read SQLite may have rolled back everything, and the next statement
    /// would then run, and be committed, alone. Even where it has not, no later statement should find out.
    func noted(_ error: SQLiteError) -> SQLiteError {
        if isInTransaction, trouble == nil, isIdle || error.isTrouble {
            trouble = error
            isDoomed = true
        }
        return error
    }

    func forgetTrouble() {
        trouble = nil
        isDoomed = false
    }
}
