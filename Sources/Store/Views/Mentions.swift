package import SQLite

/// Whom messages name.
package enum Mentions {
    /// In the order in which they are named.
    package static func people(
        in message: MessageNumber, on connection: Connection
    ) throws(SQLiteError) -> [PersonNumber] {
        var rows = try connection.statement("SELECT person FROM mention WHERE message = ?1 ORDER BY ordinal")
        rows.bind(1, message)
        var people: [PersonNumber] = []
        while try rows.step() { people.append(PersonNumber(rows.int64(0))) }
        return people
    }
}
