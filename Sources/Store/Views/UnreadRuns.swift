package import Bytes
package import SQLite

/// Messages that somebody has not read, and of which notices tell (`UnreadMessages` in Chat).
package enum UnreadRuns {
    package struct Run: Hashable, Sendable {
        package let count: Int
        package let newest: MessageNumber
        /// When the first of them was written.
        package let since: Timestamp
    }

    /// The newest message that ever came, in any room; 0 before the first.
    package static func newest(on connection: Connection) throws(SQLiteError) -> MessageNumber {
        MessageNumber(Int64(try connection.count("SELECT coalesce(max(serial), 0) FROM message")))
    }

    /// What others have written in a room behind both the person's read position and `message`, but for what the person has
    /// read by itself, and for what is told apart: messages that mention them, or answer theirs. Costs what is unread.
    package static func run(
        of person: PersonNumber, in room: RoomNumber, after message: MessageNumber, withoutMentions: Bool,
        withoutAnswers: Bool, on connection: Connection
    ) throws(SQLiteError) -> Run? {
        var row = try connection.statement(
            """
            SELECT count(*), max(m.serial), min(m.time) FROM message m
            WHERE m.room = ?1 AND m.flags & 1 AND m.flags & 10 AND m.flags & 26 = 2 AND m.sender <> ?2
                AND m.serial > max(?3, (SELECT position FROM membership WHERE room = ?1 AND person = ?2))
                AND NOT EXISTS (SELECT 1 FROM reading_apart a WHERE a.room = ?1 AND a.message = m.serial AND a.person = ?2)
                AND NOT (?4 AND m.flags & 64
                    AND EXISTS (SELECT 1 FROM mention n WHERE n.message = m.serial AND n.person = ?2))
                AND NOT (?5 AND m.flags & 128 AND EXISTS (
                    SELECT 1 FROM answer w JOIN operation o ON o.id_prefix = w.target
                    WHERE w.message = m.serial AND o.room = ?1 AND o.author = ?2 AND o.kind = 1))
            """)
        row.bind(1, room)
        row.bind(2, person)
        row.bind(3, message)
        row.bind(4, withoutMentions)
        row.bind(5, withoutAnswers)
        guard try row.step(), row.int(0) > 0 else { return nil }
        return Run(
            count: row.int(0), newest: MessageNumber(row.int64(1)),
            since: Timestamp(milliseconds: row.int64(2) >> 16))
    }

    /// The groups of somebody that aren't muted and in which there is something unread.
    package static func rooms(of person: PersonNumber, on connection: Connection) throws(SQLiteError) -> [RoomNumber] {
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
}
