package import Bytes
package import SQLite

/// Whose messages are still to be deleted.
package enum ErasureTable {
    package struct Entry: Hashable, Sendable {
        package let person: PersonNumber
        /// All in rooms before this one is done, and in it all up to `message`.
        package var room: RoomNumber
        package var message: MessageNumber
    }

    /// What can't be done now is tried again after so long, and the others' goes on.
    private static let pauseMilliseconds: Int64 = 3_600_000

    package static func begin(_ person: PersonNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var insert = try transaction.statement("INSERT OR IGNORE INTO erasure (person) VALUES (?1)")
        insert.bind(1, person)
        try insert.run()
    }

    /// Nil where there is none that is due.
    package static func first(at now: Timestamp, on connection: Connection) throws(SQLiteError) -> Entry? {
        var row = try connection.statement(
            "SELECT person, room, message FROM erasure WHERE due <= ?1 ORDER BY due, person LIMIT 1")
        row.bind(1, now)
        guard try row.step() else { return nil }
        return Entry(
            person: PersonNumber(row.int64(0)), room: RoomNumber(row.int64(1)), message: MessageNumber(row.int64(2)))
    }

    package static func update(_ entry: Entry, in transaction: borrowing Transaction) throws(SQLiteError) {
        var update = try transaction.statement("UPDATE erasure SET room = ?2, message = ?3 WHERE person = ?1")
        update.bind(1, entry.person)
        update.bind(2, entry.room)
        update.bind(3, entry.message)
        try update.run()
    }

    package static func putOff(
        _ person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement("UPDATE erasure SET due = ?2 WHERE person = ?1")
        update.bind(1, person)
        update.bind(2, now.milliseconds + pauseMilliseconds)
        try update.run()
    }

    package static func end(_ person: PersonNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM erasure WHERE person = ?1")
        delete.bind(1, person)
        try delete.run()
    }

    /// The person's next messages that aren't deleted; from an empty page on there are none in that room.
    package static func messages(
        after entry: Entry, limit: Int, on connection: Connection
    ) throws(SQLiteError) -> [MessageNumber] {
        var rows = try connection.statement(
            """
            SELECT serial FROM message WHERE is_filed AND room = ?1 AND sender = ?2 AND serial > ?3 AND flags & 8 = 0
            UNION ALL
            SELECT serial FROM message WHERE NOT is_filed AND room = ?1 AND sender = ?2 AND serial > ?3 AND flags & 8 = 0
            ORDER BY serial LIMIT ?4
            """)
        rows.bind(1, entry.room)
        rows.bind(2, entry.person)
        rows.bind(3, entry.message)
        rows.bind(4, limit)
        var messages: [MessageNumber] = []
        while try rows.step() { messages.append(MessageNumber(rows.int64(0))) }
        return messages
    }
}
