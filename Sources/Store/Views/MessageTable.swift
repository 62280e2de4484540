package import Bytes
package import Operations
package import SQLite

/// What decides about a message, beside what it says.
package struct StoredMessage: Hashable, Sendable {
    package let number: MessageNumber
    package let room: RoomNumber
    package let id: OperationID
    package let sender: PersonNumber
    package let time: Timestamp
    package let isDeleted: Bool
    package let isPinned: Bool
    package let isSystem: Bool
}

package enum MessageTable {
    /// A message that is shown, or a grave; nil for every other number.
    package static func message(
        _ number: MessageNumber, on connection: Connection
    ) throws -> StoredMessage? {
        var row = try connection.statement(
            """
            SELECT m.room, o.id, m.sender, m.time, m.flags FROM message m JOIN operation o ON o.serial = m.serial
            WHERE m.serial = ?1 AND m.flags & 1 AND m.flags & 10
            """)
        row.bind(1, number)
        guard try row.step() else { return nil }
        let flags = MessageFlags(bits: row.int64(4))
        return StoredMessage(
            number: number, room: RoomNumber(row.int64(0)), id: OperationID(try row.bytes32(1)),
            sender: PersonNumber(row.int64(2)), time: Timestamp(milliseconds: row.int64(3) >> 16),
            isDeleted: flags.isDeleted, isPinned: flags.isPinned, isSystem: flags.isSystem)
    }

    /// What it says now; nil where it says nothing.
    package static func content(
        of number: MessageNumber, on connection: Connection
    ) throws -> MessageContent? {
        var row = try connection.statement(
            """
            SELECT t.bytes FROM message m JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial)
            WHERE m.serial = ?1 AND m.flags & 11 = 3
            """)
        row.bind(1, number)
        return try row.step() ? try MessageContent(payload: row.bytes(0)) : nil
    }

    /// What somebody feels about it.
    package static func reaction(
        of person: PersonNumber, to number: MessageNumber, on connection: Connection
    ) throws(SQLiteError) -> String? {
        var row = try connection.statement("SELECT value FROM reaction WHERE message = ?1 AND person = ?2")
        row.bind(1, number)
        row.bind(2, person)
        return try row.step() ? row.optionalString(0) : nil
    }

    /// How often each was given, by value.
    package static func reactions(
        to number: MessageNumber, on connection: Connection
    ) throws(SQLiteError) -> [(value: String, count: Int)] {
        var rows = try connection.statement(
            "SELECT value, count(*) FROM reaction WHERE message = ?1 AND value IS NOT NULL GROUP BY value ORDER BY value"
        )
        rows.bind(1, number)
        var counts: [(String, Int)] = []
        while try rows.step() { counts.append((rows.string(0), rows.int(1))) }
        return counts
    }
}
