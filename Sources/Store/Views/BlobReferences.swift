package import Keys
package import SQLite

/// Which blobs something here refers to: messages that are shown, uploads, pictures.
package enum BlobReferences {
    package static func isReferred(to blob: Hash, on connection: Connection) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT EXISTS (SELECT 1 FROM attachment WHERE blob = ?1) OR EXISTS (SELECT 1 FROM avatar WHERE blob = ?1)
            """)
        row.bind(1, blob.bytes)
        return try row.step() && row.bool(0)
    }

    /// All of them, ascending, each once: to be compared with what lies in the folder.
    package static func all(on connection: Connection, _ body: (Hash) throws -> Void) throws {
        var rows = try connection.statement("SELECT blob FROM attachment UNION SELECT blob FROM avatar ORDER BY 1")
        while try rows.step() { try body(Hash(bytes: try rows.bytes32(0))) }
    }
}
