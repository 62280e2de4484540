package import Bytes
package import SQLite

/// Of a message what decides who is told of it.
package struct ToldMessage: Hashable, Sendable {
    package let number: MessageNumber
    package let room: RoomNumber
    package let sender: PersonNumber
    package let time: Timestamp
    package let isSystem: Bool
    package let isDeleted: Bool
    package let isDirect: Bool
    package let mentions: [PersonNumber]
    /// The sender of the message that it answers.
    package let answers: PersonNumber?

    /// Nil where there is none, or it is neither shown nor a grave.
    package static func message(
        _ number: MessageNumber, on connection: Connection
    ) throws(SQLiteError) -> ToldMessage? {
        var row = try connection.statement(
            """
            SELECT m.room, m.sender, m.time >> 16, m.flags & 16, m.flags & 8, r.nature,
                (SELECT o.author FROM answer a JOIN operation o ON o.serial IN (
                        SELECT serial FROM operation_new WHERE prefix = a.target
                        UNION ALL SELECT serial FROM operation_id WHERE prefix = a.target)
                    WHERE a.message = m.serial AND +o.room = a.room AND o.kind = 1)
            FROM message m JOIN room r ON r.number = m.room
            WHERE m.serial = ?1 AND m.flags & 1 AND m.flags & 10 AND r.is_deleted = 0
            """)
        row.bind(1, number)
        guard try row.step() else { return nil }
        return ToldMessage(
            number: number, room: RoomNumber(row.int64(0)), sender: PersonNumber(row.int64(1)), time: row.moment(2),
            isSystem: row.bool(3), isDeleted: row.bool(4), isDirect: row.int(5) == 1,
            mentions: try Mentions.people(in: number, on: connection), answers: row.optionalNumber(6))
    }

    /// When the first of this node's people came who are in that room.
    package static func firstJoining(
        in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Timestamp? {
        var row = try connection.statement("SELECT min(joined) FROM membership WHERE room = ?1 AND is_local")
        row.bind(1, room)
        return try row.step() ? row.optionalInt64(0).map { Timestamp(milliseconds: $0 >> 16) } : nil
    }
}
