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

    static func add(
        _ people: [PersonNumber], to message: Int64, in room: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        for (ordinal, person) in people.enumerated() {
            var row = try transaction.statement(
                "INSERT INTO mention (message, ordinal, person, room) VALUES (?1, ?2, ?3, ?4)")
            row.bind(1, message)
            row.bind(2, ordinal)
            row.bind(3, person)
            row.bind(4, room)
            try row.run()
        }
    }
}

/// Which messages answer which.
enum Answers {
    /// `target`: the first eight bytes of the id that the message names.
    static func add(
        _ message: Int64, to target: Int64, in room: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement("INSERT INTO answer (room, target, message) VALUES (?1, ?2, ?3)")
        row.bind(1, room)
        row.bind(2, target)
        row.bind(3, message)
        try row.run()
    }
}

/// Messages that registers name, here or not.
enum NamedMessages {
    /// `prefix`: the first eight bytes of the id.
    static func add(
        _ prefix: Int64, by node: Int64, in room: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            "INSERT OR IGNORE INTO reading_named (room, prefix, node) VALUES (?1, ?2, ?3)")
        row.bind(1, room)
        row.bind(2, prefix)
        row.bind(3, node)
        try row.run()
    }
}
