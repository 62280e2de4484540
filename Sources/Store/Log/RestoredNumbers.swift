import SQLite

/// What is numbered here goes on at a distance when the database is not the one that was written last.
///
/// Since the backup others have been told numbers that it doesn't know: clients keep ids and the last event that they had. Were they
/// given again, an old id would name something else, and whoever resumes would be told of too little. Nobody knows how many there
/// were, but fewer than these.
enum RestoredNumbers {
    private static let distance: Int64 = 1 << 26
    /// Of people and rooms, of which there are fewer.
    private static let namesDistance: Int64 = 1 << 16

    static func leap(over lastSerial: Int64, in transaction: borrowing Transaction) throws(SQLiteError) {
        var floor = try transaction.statement("UPDATE log SET floor = ?1 WHERE id = 1")
        floor.bind(1, lastSerial + distance)
        try floor.run()
        var first = try transaction.statement(
            """
            INSERT INTO sqlite_sequence (name, seq) SELECT name, 0 FROM sqlite_schema
            WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence)
            """)
        try first.run()
        var leap = try transaction.statement(
            "UPDATE sqlite_sequence SET seq = seq + CASE WHEN name IN ('person', 'room') THEN ?1 ELSE ?2 END")
        leap.bind(1, namesDistance)
        leap.bind(2, distance)
        try leap.run()
    }
}
