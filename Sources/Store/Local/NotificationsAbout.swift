package import SQLite

extension NotificationTable {
    /// Somebody's notification that is about one message, the first that was made of it.
    package static func notification(
        about message: MessageNumber, of recipient: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Notification? {
        var row = try connection.statement(
            """
            SELECT id FROM notification WHERE message = ?1 AND recipient = ?2 AND type IN (2, 3, 4) ORDER BY id LIMIT 1
            """)
        row.bind(1, message)
        row.bind(2, recipient)
        guard try row.step() else { return nil }
        return try notification(NotificationNumber(row.int64(0)), on: connection)
    }
}
