package import SQLite

/// What the directories of nodes say of people, as far as anybody needs it by itself.
package enum ProfileTable {
    /// For good.
    package static func isClosed(_ person: PersonNumber, on connection: Connection) throws(SQLiteError) -> Bool {
        try connection.count("SELECT EXISTS (SELECT 1 FROM profile WHERE person = ?1 AND is_closed = 1)") {
            $0.bind(1, person)
        } > 0
    }
}
