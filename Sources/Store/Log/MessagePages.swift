package import Operations
package import SQLite

/// Somebody to whom messages are shown, row by row, where they lie: nothing of a page is copied on its way out.
package protocol MessageVisitor {
    /// The spans are good for the call alone. `content` is a `message.post`'s payload with its edits, empty where there is
    /// none to be shown.
    mutating func message(_ row: MessageRow, id: Span<UInt8>, content: Span<UInt8>)
}

package struct MessageRow: Sendable {
    package let serial: Int64
    /// The number of a person.
    package let sender: Int64
    /// Hybrid time.
    package let time: Int64
    package let edited: Int64?
    package let isDeleted: Bool
    package let isPinned: Bool
}

/// Where in a room's order something stands.
package struct MessagePlace: Sendable {
    let time: Int64
    let tie: Int64

    package static let end = MessagePlace(time: .max, tie: .max)
}

package enum MessagePages {
    /// The number by which a room's messages are asked for; nil where there is no such room.
    package static func room(_ id: RoomID, in connection: Connection) throws(SQLiteError) -> Int64? {
        var row = try connection.statement("SELECT number FROM room WHERE id = ?1")
        row.bind(1, id.bytes)
        return try row.step() ? row.int64(0) : nil
    }

    /// The last messages before a place, newest first: shown ones, and graves. Costs what it shows, wherever it stands.
    package static func show(
        _ room: Int64, before place: MessagePlace = .end, limit: Int, in connection: Connection,
        to visitor: inout some MessageVisitor
    ) throws(SQLiteError) -> MessagePlace? {
        // 1 counts, and then 2 has content or 8 is deleted.
        var rows = try connection.statement(
            """
            SELECT m.serial, m.sender, m.time, m.tie, m.flags, m.edited, o.id, t.bytes
            FROM message m JOIN operation o ON o.serial = m.serial
            LEFT JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial) AND m.flags & 2
            WHERE m.room = ?1 AND (m.time, m.tie) < (?2, ?3) AND m.flags & 1 AND m.flags & 10
            ORDER BY m.time DESC, m.tie DESC LIMIT ?4
            """)
        rows.bind(1, room)
        rows.bind(2, place.time)
        rows.bind(3, place.tie)
        rows.bind(4, limit)
        var last: MessagePlace?
        while try rows.step() {
            let flags = rows.int64(4)
            let row = MessageRow(
                serial: rows.int64(0), sender: rows.int64(1), time: rows.int64(2), edited: rows.optionalInt64(5),
                isDeleted: flags & 8 != 0, isPinned: flags & 4 != 0)
            visitor.message(row, id: rows.bytes(6), content: rows.bytes(7))
            last = MessagePlace(time: row.time, tie: rows.int64(3))
        }
        return last
    }
}
