package import SQLite

/// Which message carries an attachment, and as which of its files.
package struct AttachmentPlace: Hashable, Sendable {
    package let message: MessageNumber
    package let ordinal: Int

    /// Nil for what is none, or is an upload.
    package static func place(
        of number: AttachmentNumber, on connection: Connection
    ) throws(SQLiteError) -> AttachmentPlace? {
        var row = try connection.statement(
            "SELECT message, ordinal FROM attachment WHERE id = ?1 AND message IS NOT NULL")
        row.bind(1, number)
        guard try row.step() else { return nil }
        return AttachmentPlace(message: MessageNumber(row.int64(0)), ordinal: row.int(1))
    }

    /// Those that a message carries, in their order.
    package static func numbers(
        of message: MessageNumber, on connection: Connection
    ) throws(SQLiteError) -> [AttachmentNumber] {
        var rows = try connection.statement("SELECT id FROM attachment WHERE message = ?1 ORDER BY ordinal")
        rows.bind(1, message)
        var numbers: [AttachmentNumber] = []
        while try rows.step() { numbers.append(AttachmentNumber(rows.int64(0))) }
        return numbers
    }
}
