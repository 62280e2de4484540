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
}
