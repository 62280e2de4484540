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

    /// Those whose name begins with this byte and that were here: without what other nodes have and nobody has fetched.
    package static func here(startingWith first: UInt8, on connection: Connection) throws -> [Hash] {
        var rows = try connection.statement(
            """
            SELECT blob FROM attachment WHERE kind IS NOT NULL AND blob >= ?1 AND (?2 IS NULL OR blob < ?2)
            UNION SELECT a.blob FROM avatar a JOIN room_blob b ON b.room = a.subject AND b.blob = a.blob
                WHERE a.is_person = 0 AND a.blob >= ?1 AND (?2 IS NULL OR a.blob < ?2)
            UNION SELECT a.blob FROM avatar a JOIN person p ON p.number = a.subject
                WHERE a.is_person = 1 AND p.node = 1 AND a.blob >= ?1 AND (?2 IS NULL OR a.blob < ?2)
            ORDER BY 1
            """)
        rows.bind(1, copying: [first].span)
        if first < .max { rows.bind(2, copying: [first + 1].span) }
        var hashes: [Hash] = []
        while try rows.step() { hashes.append(Hash(bytes: try rows.bytes32(0))) }
        return hashes
    }

    /// All of them, ascending, each once: to be compared with what lies in the folder.
    package static func all(on connection: Connection, _ body: (Hash) throws -> Void) throws {
        var rows = try connection.statement("SELECT blob FROM attachment UNION SELECT blob FROM avatar ORDER BY 1")
        while try rows.step() { try body(Hash(bytes: try rows.bytes32(0))) }
    }
}

/// The rows of pictures.
enum Pictures {
    static func set(
        _ blob: Hash?, isPerson: Bool, _ subject: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        guard let blob else {
            var delete = try transaction.statement("DELETE FROM avatar WHERE is_person = ?1 AND subject = ?2")
            delete.bind(1, isPerson)
            delete.bind(2, subject)
            return try delete.run()
        }
        var row = try transaction.statement(
            "INSERT OR REPLACE INTO avatar (is_person, subject, blob) VALUES (?1, ?2, ?3)")
        row.bind(1, isPerson)
        row.bind(2, subject)
        row.bind(3, blob.bytes)
        try row.run()
    }
}
