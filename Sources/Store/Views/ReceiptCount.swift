import SQLite

/// How many receipts a room has: of each member the messages that they have read and not written. What somebody has read is counted
/// from its end, which is mostly near.
struct ReceiptCount {
    private let room: RoomNumber
    private let person: PersonNumber?

    init(of room: RoomNumber, by person: PersonNumber?) {
        self.room = room
        self.person = person
    }

    func total(on connection: Connection) throws(SQLiteError) -> Int {
        let messages = try connection.count("SELECT messages FROM room_view WHERE room = ?1") { $0.bind(1, room) }
        var rows = try connection.statement(
            """
            SELECT person, is_local, seen, place_time, place_tie FROM membership
            WHERE room = ?1 AND (?2 IS NULL OR person = ?2)
            """)
        rows.bind(1, room)
        rows.bind(2, person)
        var total = 0
        while try rows.step() {
            let reader = PersonNumber(rows.int64(0))
            if rows.bool(1) {
                if let seen = rows.optionalInt64(2) {
                    total += messages - (try countBehind(seen, on: connection))
                    total -= try countSent(by: reader, upTo: seen, on: connection)
                }
                total += try countApart(by: reader, behind: rows.optionalInt64(2) ?? 0, on: connection)
            } else {
                if !rows.isNull(3) {
                    let place = MessageSpot(time: rows.int64(3), tie: rows.int64(4), serial: .max)
                    total += messages - (try countBehind(place, on: connection))
                    total -= try countSent(by: reader, upTo: place, on: connection)
                }
                total += try countExceptions(of: reader, on: connection)
            }
        }
        return total
    }

    // MARK: People of this node

    private func countBehind(_ seen: Int64, on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count(
            "SELECT count(*) FROM message WHERE room = ?1 AND serial > ?2 AND flags & 1 AND flags & 10"
        ) { row in
            row.bind(1, room)
            row.bind(2, seen)
        }
    }

    private func countSent(
        by reader: PersonNumber, upTo seen: Int64, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT (SELECT count(*) FROM message
                    WHERE is_filed AND room = ?1 AND sender = ?2 AND serial <= ?3 AND flags & 1 AND flags & 10)
                + (SELECT count(*) FROM message
                    WHERE NOT is_filed AND room = ?1 AND sender = ?2 AND serial <= ?3 AND flags & 1 AND flags & 10)
            """
        ) { row in
            row.bind(1, room)
            row.bind(2, reader)
            row.bind(3, seen)
        }
    }

    private func countApart(
        by reader: PersonNumber, behind seen: Int64, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT count(*) FROM reading_apart a JOIN message m ON m.serial = a.message
            WHERE a.person = ?1 AND a.room = ?2 AND a.message > ?3 AND m.flags & 1 AND m.flags & 10
            """
        ) { row in
            row.bind(1, reader)
            row.bind(2, room)
            row.bind(3, seen)
        }
    }

    // MARK: People elsewhere

    private func countBehind(_ place: MessageSpot, on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT count(*) FROM message WHERE room = ?1 AND (time, tie) > (?2, ?3) AND flags & 1 AND flags & 10
            """
        ) { row in
            row.bind(1, room)
            row.bind(2, place.time)
            row.bind(3, place.tie)
        }
    }

    private func countSent(
        by reader: PersonNumber, upTo place: MessageSpot, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT (SELECT count(*) FROM message
                    WHERE is_filed AND room = ?1 AND sender = ?2 AND (time, tie) <= (?3, ?4) AND flags & 1 AND flags & 10)
                + (SELECT count(*) FROM message INDEXED BY message_unfiled
                    WHERE NOT is_filed AND room = ?1 AND sender = ?2 AND (time, tie) <= (?3, ?4) AND flags & 1 AND flags & 10)
            """
        ) { row in
            row.bind(1, room)
            row.bind(2, reader)
            row.bind(3, place.time)
            row.bind(4, place.tie)
        }
    }

    private func countExceptions(of reader: PersonNumber, on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT coalesce(sum(CASE WHEN e.is_read THEN 1 ELSE -1 END), 0)
            FROM reading_exception e JOIN message m ON m.serial = e.message
            WHERE e.person = ?1 AND e.room = ?2 AND m.sender <> ?1 AND m.flags & 1 AND m.flags & 10
            """
        ) { row in
            row.bind(1, reader)
            row.bind(2, room)
        }
    }
}
