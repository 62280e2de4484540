package import Bytes
package import SQLite

/// Messages that somebody of this node hasn't read, as far as their notifications need to know. Costs the unread ones.
package enum UnreadRuns {
    package struct Run: Hashable, Sendable {
        package let count: Int
        package let newest: MessageNumber
        /// When the first of them was written.
        package let since: Timestamp
    }

    // `& 1` and `& 10` say again what `& 27` says: without them `message_room` can't be used, and all rooms would be looked
    // through, for each of those who hear of a message.
    static let runSQL: StaticString = """
        SELECT count(*), max(m.serial), min(m.time) FROM message m
        WHERE m.room = ?1 AND m.sender <> ?2 AND m.flags & 1 AND m.flags & 10 AND m.flags & 27 = 3
            AND m.serial > max(?3, (SELECT position FROM membership WHERE room = ?1 AND person = ?2))
            AND NOT EXISTS (SELECT 1 FROM reading_apart a WHERE a.room = ?1 AND a.message = m.serial AND a.person = ?2)
            AND (?4 OR NOT EXISTS (SELECT 1 FROM mention n WHERE n.message = m.serial AND n.person = ?2))
            AND (?5 OR m.flags & 128 = 0 OR NOT EXISTS (
                SELECT 1 FROM answer a JOIN operation o ON o.serial IN (
                    SELECT serial FROM operation_new WHERE prefix = a.target
                    UNION ALL SELECT serial FROM operation_id WHERE prefix = a.target)
                WHERE a.message = m.serial AND +o.room = ?1 AND o.author = ?2 AND o.kind = 1))
        """

    /// Of a room, what lies behind both their read position and `message`: shown, by others, no `system` messages; without what
    /// mentions them or answers them, where that is told apart. Nil for nothing.
    package static func run(
        of person: PersonNumber, in room: RoomNumber, after message: MessageNumber, withMentions: Bool,
        withReplies: Bool, on connection: Connection
    ) throws(SQLiteError) -> Run? {
        var row = try connection.statement(runSQL)
        row.bind(1, room)
        row.bind(2, person)
        row.bind(3, message)
        row.bind(4, withMentions)
        row.bind(5, withReplies)
        guard try row.step(), row.int(0) > 0 else { return nil }
        return Run(
            count: row.int(0), newest: MessageNumber(row.int64(1)), since: Timestamp(milliseconds: row.int64(2) >> 16))
    }

    /// Neither read, nor by themselves.
    package static func isUnread(
        _ message: MessageNumber, in room: RoomNumber, by person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT m.sender <> ?3 AND m.serial > s.position
                AND NOT EXISTS (SELECT 1 FROM reading_apart a WHERE a.message = m.serial AND a.person = ?3)
            FROM message m JOIN membership s ON s.room = m.room AND s.person = ?3
            WHERE m.serial = ?1 AND m.room = ?2
            """)
        row.bind(1, message)
        row.bind(2, room)
        row.bind(3, person)
        return try row.step() && row.bool(0)
    }

    /// Groups that they have not muted and in which something is unread.
    package static func groups(
        of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> [RoomNumber] {
        var rows = try connection.statement(
            """
            SELECT m.room FROM membership m JOIN room_view v ON v.room = m.room JOIN room r ON r.number = m.room
            WHERE m.person = ?1 AND m.is_local AND NOT m.is_muted AND v.countable > m.read AND r.nature = 0
                AND NOT r.is_deleted
            ORDER BY m.room
            """)
        rows.bind(1, person)
        var rooms: [RoomNumber] = []
        while try rows.step() { rooms.append(RoomNumber(rows.int64(0))) }
        return rooms
    }

    /// The last message that came, whatever became of it; 0 before the first.
    package static func newest(on connection: Connection) throws(SQLiteError) -> MessageNumber {
        MessageNumber(Int64(try connection.count("SELECT coalesce(max(serial), 0) FROM message")))
    }
}
