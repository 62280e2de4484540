import CSQLite

@testable import SQLite

extension Connection {
    /// How the statements that were prepared here and hold these words are carried out, step by step.
    func plans(of words: String) -> [String] {
        var plans: [String] = []
        var next = sqlite3_next_stmt(handle.database, nil)
        while let statement = next {
            let sql = String(cString: sqlite3_sql(statement))
            if sql.contains(words) { plans += plan(of: sql) }
            next = sqlite3_next_stmt(handle.database, statement)
        }
        return plans
    }

    private func plan(of sql: String) -> [String] {
        var explaining: OpaquePointer?
        sqlite3_prepare_v2(handle.database, "EXPLAIN QUERY PLAN " + sql, -1, &explaining, nil)
        defer { sqlite3_finalize(explaining) }
        var steps: [String] = []
        while sqlite3_step(explaining) == SQLITE_ROW {
            steps.append(String(cString: sqlite3_column_text(explaining, 3)))
        }
        return steps
    }
}
