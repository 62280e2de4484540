import CSQLite

extension Connection {
    package enum Check: Sendable {
        /// The structure of every page; time grows with the size of the file.
        case quick
        /// That, and whether each index holds what its table does.
        case full
    }

    /// What is wrong with the file, in SQLite's words, at most so many; empty where all is well.
    package func problems(_ check: Check, atMost problemsMax: Int = 100) throws(SQLiteError) -> [String] {
        var rows =
            switch check {
            case .quick: try statement("SELECT quick_check FROM pragma_quick_check(?1)")
            case .full: try statement("SELECT integrity_check FROM pragma_integrity_check(?1)")
            }
        rows.bind(1, problemsMax)
        var problems: [String] = []
        while try rows.step() { problems.append(rows.string(0)) }
        return problems == ["ok"] ? [] : problems
    }

    /// The rows whose references lead nowhere, as `table row → table`, at most so many.
    package func brokenReferences(atMost problemsMax: Int = 100) throws(SQLiteError) -> [String] {
        var rows = try statement("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT ?1")
        rows.bind(1, problemsMax)
        var problems: [String] = []
        while try rows.step() { problems.append("\(rows.string(0)) \(rows.int64(1)) → \(rows.string(2))") }
        return problems
    }

    /// The number of the schema that the file has; 0 in one that has none yet.
    package var schemaVersion: Int32 {
        get throws(SQLiteError) { try number("PRAGMA user_version") }
    }

    /// Whose file it is.
    package var applicationID: Int32 {
        get throws(SQLiteError) { try number("PRAGMA application_id") }
    }

    private func number(_ sql: StaticString) throws(SQLiteError) -> Int32 {
        var row = try statement(sql)
        guard try row.step() else { return 0 }
        return Int32(truncatingIfNeeded: row.int64(0))
    }
}
