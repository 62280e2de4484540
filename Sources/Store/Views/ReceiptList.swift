import SQLite

/// Who has read which messages.
package enum ReceiptList {
    /// Whether what somebody has read, as rows say it, holds this message; of one's own it may, and counts for nothing.
    static func hasReached(
        _ spot: MessageSpot, _ person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT is_local, seen, place_time, place_tie,
                EXISTS (SELECT 1 FROM reading_apart WHERE room = ?1 AND message = ?3 AND person = ?2),
                (SELECT is_read FROM reading_exception WHERE room = ?1 AND message = ?3 AND person = ?2)
            FROM membership WHERE room = ?1 AND person = ?2
            """)
        row.bind(1, room)
        row.bind(2, person)
        row.bind(3, spot.serial)
        guard try row.step() else { return false }
        if row.bool(0) { return row.optionalInt64(1) ?? 0 >= spot.serial || row.bool(4) }
        if !row.isNull(5) { return row.bool(5) }
        return !row.isNull(2) && (row.int64(2), row.int64(3)) >= (spot.time, spot.tie)
    }
}
