import Bytes
package import Operations
import SQLite

/// What of a room is the viewer's own, and a mark for all the rest: cheap to have.
package struct RoomGlance: Sendable {
    /// While it stays the same, so does the room with its first members and its last message, but for what people are called.
    package struct Mark: Hashable, Sendable {
        /// Counts up with every change that the others don't show.
        let version: Int64
        let created: Int64
        let creator: Int64
        let updated: Int64
        let activity: Int64
        let lastMessage: Int64
        let messages: Int64
        let members: Int64
    }

    package let room: RoomNumber
    package let mark: Mark
    package let role: Role
    package let isMuted: Bool
    package let unread: Int
    /// Of another's message.
    package let hasReadLast: Bool

    private init(_ row: borrowing Statement) {
        room = RoomNumber(row.int64(0))
        mark = Mark(
            version: row.int64(1), created: row.int64(2), creator: row.int64(3), updated: row.int64(4),
            activity: row.int64(5), lastMessage: row.int64(6), messages: row.int64(7), members: row.int64(8))
        role = Role(code: row.int64(9))
        isMuted = row.bool(10)
        unread = row.int(11)
        hasReadLast = row.bool(12)
    }

    // MARK: Reading

    /// Of all rooms that somebody is in and that aren't deleted, the liveliest first.
    static func all(of person: PersonNumber, on connection: Connection) throws(SQLiteError) -> [RoomGlance] {
        var rows = try connection.statement(
            """
            SELECT m.room, (SELECT version FROM room_version WHERE room = m.room), v.created, v.creator, v.updated,
                v.activity, v.last_message, v.messages, v.members, m.role, m.is_muted, v.countable - m.read,
                m.position >= v.last_message OR EXISTS (
                    SELECT 1 FROM reading_apart WHERE room = m.room AND message = v.last_message AND person = m.person)
            FROM membership m CROSS JOIN room r ON r.number = m.room CROSS JOIN room_view v ON v.room = m.room
            WHERE m.person = ?1 AND NOT r.is_deleted
            """)
        rows.bind(1, person)
        return try read(&rows)
    }

    /// The same of some: in one statement, which is cheaper than one for each.
    static func of(
        _ memberships: [MembershipNumber], on connection: Connection
    ) throws(SQLiteError) -> [RoomGlance] {
        guard !memberships.isEmpty else { return [] }
        var list: [UInt8] = [UInt8(ascii: "[")]
        for membership in memberships {
            if list.count > 1 { list.append(UInt8(ascii: ",")) }
            list.append(decimal: membership.value)
        }
        list.append(UInt8(ascii: "]"))
        var rows = try connection.statement(
            """
            SELECT m.room, (SELECT version FROM room_version WHERE room = m.room), v.created, v.creator, v.updated,
                v.activity, v.last_message, v.messages, v.members, m.role, m.is_muted, v.countable - m.read,
                m.position >= v.last_message OR EXISTS (
                    SELECT 1 FROM reading_apart WHERE room = m.room AND message = v.last_message AND person = m.person)
            FROM json_each(?1) list CROSS JOIN membership m ON m.id = list.value CROSS JOIN room r ON r.number = m.room
                CROSS JOIN room_view v ON v.room = m.room
            WHERE NOT r.is_deleted
            """)
        rows.bind(1, text: list.span)
        return try read(&rows)
    }

    private static func read(_ rows: inout Statement) throws(SQLiteError) -> [RoomGlance] {
        var glances: [RoomGlance] = []
        while try rows.step() { glances.append(RoomGlance(rows)) }
        glances.sort { ($0.mark.activity, $0.room) > ($1.mark.activity, $1.room) }
        return glances
    }
}
