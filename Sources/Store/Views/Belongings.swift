package import SQLite

/// What is somebody's own in the log, number by number, in rooms that they have left as well.
package enum Belongings {
    /// Their messages that are shown.
    package static func messages(
        of person: PersonNumber, after last: MessageNumber, in room: RoomNumber, limit: Int, on connection: Connection
    ) throws(SQLiteError) -> [MessageNumber] {
        var rows = try connection.statement(
            """
            SELECT serial FROM message WHERE is_filed AND room = ?1 AND sender = ?2 AND serial > ?3 AND flags & 11 = 3
            UNION ALL
            SELECT serial FROM message WHERE NOT is_filed AND room = ?1 AND sender = ?2 AND serial > ?3 AND flags & 11 = 3
            ORDER BY serial LIMIT ?4
            """)
        rows.bind(1, room)
        rows.bind(2, person)
        rows.bind(3, last)
        rows.bind(4, limit)
        return try rows.messages()
    }

    /// The next room in which they wrote something.
    package static func room(
        after room: RoomNumber, of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> RoomNumber? {
        var row = try connection.statement(
            """
            SELECT min(room) FROM (
                SELECT min(room) AS room FROM message WHERE is_filed AND sender = ?2 AND room > ?1
                UNION ALL SELECT min(room) FROM message WHERE NOT is_filed AND sender = ?2 AND room > ?1)
            """)
        row.bind(1, room)
        row.bind(2, person)
        return try row.step() ? row.optionalNumber(0) : nil
    }

    /// Messages to which they have a reaction.
    package static func reactions(
        of person: PersonNumber, after last: MessageNumber, limit: Int, on connection: Connection
    ) throws(SQLiteError) -> [MessageNumber] {
        var rows = try connection.statement(
            """
            SELECT message FROM reaction WHERE person = ?1 AND message > ?2 AND value IS NOT NULL
            ORDER BY message LIMIT ?3
            """)
        rows.bind(1, person)
        rows.bind(2, last)
        rows.bind(3, limit)
        return try rows.messages()
    }

    /// Messages of others in a room that they are in, which they have read.
    package static func receipts(
        of person: PersonNumber, after last: MessageNumber, in room: RoomNumber, limit: Int, on connection: Connection
    ) throws(SQLiteError) -> [MessageNumber] {
        var rows = try connection.statement(
            """
            SELECT m.serial FROM message m JOIN membership s ON s.room = m.room AND s.person = ?2
            WHERE m.room = ?1 AND m.serial > ?3 AND m.sender <> ?2 AND m.flags & 1 AND m.flags & 10
                AND (m.serial <= s.seen
                    OR EXISTS (SELECT 1 FROM reading_apart a WHERE a.message = m.serial AND a.person = ?2))
            ORDER BY m.serial LIMIT ?4
            """)
        rows.bind(1, room)
        rows.bind(2, person)
        rows.bind(3, last)
        rows.bind(4, limit)
        return try rows.messages()
    }
}

extension Statement {
    fileprivate mutating func messages() throws(SQLiteError) -> [MessageNumber] {
        var messages: [MessageNumber] = []
        while try step() { messages.append(MessageNumber(int64(0))) }
        return messages
    }
}
