import CSQLite

/// The open write transaction of a connection. Who is given one may write; who writes asks for one.
package struct Transaction: ~Copyable {
    package let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    @_lifetime(immortal)
    package func statement(_ sql: StaticString) throws(SQLiteError) -> Statement {
        try connection.statement(sql)
    }

    /// What `body` does stays if it returns, and is undone, alone, if it throws. Savepoints nest.
    ///
    /// A machine in trouble (a full disk, a failed read or write) is the end of the whole transaction: every
    /// later statement throws the same error, and so does the commit.
    package func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.openSavepoint()
        let result: Result
        do {
            result = try body()
        } catch {
            try connection.undoSavepoint()
            throw error
        }
        try connection.keepSavepoint()
        return result
    }
}

extension Connection {
    /// Takes the write lock, runs `body` and commits; whatever is thrown, by `body` or by the commit, leaves
    /// the database as it was. (Only a commit that failed in the middle of a failing disk may come back after
    /// a crash; to say that it happened would still be wrong.)
    package func transaction<Result>(_ body: (borrowing Transaction) throws -> Result) throws -> Result {
        try begin()
        let result: Result
        do {
            // With a name, because the optimizer of Swift 6.3.1 crashes on one without.
            let transaction = Transaction(self)
            result = try body(transaction)
        } catch {
            rollBack()
            throw error
        }
        try commit()
        return result
    }

    /// All reads in `body` see the database as it is at the first of them. Keep it short: as long as it lasts
    /// the log can't begin anew. Within a transaction, which sees one state anyway, nothing is added.
    package func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
        guard !handle.isInTransaction else { return try body() }
        try control("BEGIN DEFERRED")
        handle.isInTransaction = true
        defer { rollBack() }
        return try body()
    }

    // MARK: Steps

    func begin() throws(SQLiteError) {
        precondition(!handle.isInTransaction, "there is a transaction; savepoints nest")
        try control("BEGIN IMMEDIATE")
        handle.isInTransaction = true
    }

    func commit() throws(SQLiteError) {
        if let trouble = handle.trouble {
            rollBack()
            throw trouble
        }
        do throws(SQLiteError) {
            try control("COMMIT")
            handle.isInTransaction = false
        } catch {
            rollBack()
            throw error
        }
    }

    func rollBack() {
        handle.forgetTrouble()
        // Where this fails SQLite has no transaction any more, and that is all we want.
        if !handle.isIdle { try? control("ROLLBACK") }
        precondition(handle.isIdle, "a rollback leaves no transaction")
        handle.forgetTrouble()
        handle.isInTransaction = false
    }

    func openSavepoint() throws(SQLiteError) {
        try control("SAVEPOINT command")
    }

    func keepSavepoint() throws(SQLiteError) {
        try control("RELEASE command")
    }

    /// Throws where there is nothing left to return to.
    func undoSavepoint() throws(SQLiteError) {
        try control("ROLLBACK TO command")
        try control("RELEASE command")
    }

    /// Whether a reference to a row that is not there waits for the commit to find it.
    var hasOpenReferences: Bool {
        var current: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(handle.database, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
        return current != 0
    }

    private func control(_ sql: StaticString) throws(SQLiteError) {
        var statement = try statement(sql)
        _ = try statement.step()
    }
}
