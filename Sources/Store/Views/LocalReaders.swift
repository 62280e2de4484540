import Bytes
package import Operations
package import SQLite

/// What this node tells others its people have read (Spec/operations.md, section 12).
package enum LocalReaders {
    /// Rooms of which something is new since that was told, the longest waiting first.
    package static func rooms(limit: Int, on connection: Connection) throws(SQLiteError) -> [RoomNumber] {
        var rows = try connection.statement("SELECT room FROM reading_news ORDER BY rowid LIMIT ?1")
        rows.bind(1, limit)
        var rooms: [RoomNumber] = []
        while try rows.step() { rooms.append(RoomNumber(rows.int64(0))) }
        return rooms
    }

    package static func told(_ room: RoomNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM reading_news WHERE room = ?1")
        delete.bind(1, room)
        try delete.run()
    }

    /// Everybody of this node who has read something since they joined, as far as a register can say it.
    package static func readers(
        of room: RoomNumber, on connection: Connection
    ) throws -> [ReceiptRegister.Reader] {
        var rows = try connection.statement(
            """
            SELECT m.person, p.handle, coalesce(m.seen, 0) FROM membership m JOIN person p ON p.number = m.person
            WHERE m.room = ?1 AND m.is_local AND (m.seen IS NOT NULL
                OR EXISTS (SELECT 1 FROM reading_apart a WHERE a.person = m.person AND a.room = m.room))
            ORDER BY p.handle LIMIT ?2
            """)
        rows.bind(1, room)
        rows.bind(2, Limits.readersMax)
        var readers: [ReceiptRegister.Reader] = []
        while try rows.step() {
            guard let handle = Handle(rows.string(1)) else { throw StoreFault.damaged("person \(rows.int64(0))") }
            let last = try lastRead(upTo: rows.int64(2), in: room, on: connection)
            let exceptions =
                try late(behind: rows.int64(2), before: last, by: rows.int64(0), in: room, on: connection)
                + apart(behind: last, by: rows.int64(0), in: room, on: connection)
            readers.append(
                ReceiptRegister.Reader(
                    handle: handle, upTo: last?.id, exceptions: Array(exceptions.suffix(Limits.exceptionsMax))))
        }
        return readers
    }

    private struct Place {
        let id: OperationID
        let spot: MessageSpot
    }

    /// Of what came up to there, what stands last in canonical order.
    private static func lastRead(
        upTo serial: Int64, in room: RoomNumber, on connection: Connection
    ) throws -> Place? {
        var row = try connection.statement(
            """
            SELECT m.time, m.tie, m.serial, o.id FROM message m JOIN operation o ON o.serial = m.serial
            WHERE m.room = ?1 AND m.flags & 1 AND m.flags & 10 AND m.serial <= ?2
            ORDER BY m.time DESC, m.tie DESC, m.serial DESC LIMIT 1
            """)
        row.bind(1, room)
        row.bind(2, serial)
        guard try row.step() else { return nil }
        return Place(
            id: OperationID(try row.bytes32(3)),
            spot: MessageSpot(time: row.int64(0), tie: row.int64(1), serial: row.int64(2)))
    }

    /// How far behind what somebody has read is looked for messages that came late: they do soon, or seldom.
    private static let lateMax = 1_024

    private static func late(
        behind serial: Int64, before place: Place?, by person: Int64, in room: RoomNumber, on connection: Connection
    ) throws -> [OperationID] {
        guard let spot = place?.spot else { return [] }
        var rows = try connection.statement(
            """
            SELECT o.id FROM (
                SELECT serial, time, tie, sender FROM message
                WHERE room = ?1 AND flags & 1 AND flags & 10 AND serial > ?2 ORDER BY serial LIMIT ?3
            ) m JOIN operation o ON o.serial = m.serial
            WHERE (m.time, m.tie) < (?4, ?5) AND m.sender <> ?6
                AND NOT EXISTS (SELECT 1 FROM reading_apart a
                    WHERE a.room = ?1 AND a.message = m.serial AND a.person = ?6)
            """)
        rows.bind(1, room)
        rows.bind(2, serial)
        rows.bind(3, lateMax)
        rows.bind(4, spot.time)
        rows.bind(5, spot.tie)
        rows.bind(6, person)
        var ids: [OperationID] = []
        while try rows.step() { ids.append(OperationID(try rows.bytes32(0))) }
        return ids
    }

    private static func apart(
        behind place: Place?, by person: Int64, in room: RoomNumber, on connection: Connection
    ) throws -> [OperationID] {
        var rows = try connection.statement(
            """
            SELECT o.id FROM reading_apart a JOIN message m ON m.serial = a.message JOIN operation o ON o.serial = a.message
            WHERE a.person = ?1 AND a.room = ?2 AND m.flags & 1 AND m.flags & 10 AND (m.time, m.tie) > (?3, ?4)
            ORDER BY a.message
            """)
        rows.bind(1, person)
        rows.bind(2, room)
        rows.bind(3, place?.spot.time ?? .min)
        rows.bind(4, place?.spot.tie ?? .min)
        var ids: [OperationID] = []
        while try rows.step() { ids.append(OperationID(try rows.bytes32(0))) }
        return ids
    }
}
