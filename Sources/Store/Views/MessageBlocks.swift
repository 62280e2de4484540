import SQLite

/// How many messages stand between two places, without counting them one by one.
///
/// A room's messages are divided, in canonical order, into blocks of some hundreds, each known by its last place and how many it
/// has. New messages stand behind all blocks; when they are enough, they become one. So a count adds numbers of blocks and looks at
/// the messages of two. Where the borders lie depends on the order of arrival; the counts don't.
enum MessageBlocks {
    static let size = 512

    /// What stands behind the last block.
    struct Open: Equatable {
        var border: MessageSpot?
        var count: Int
    }

    static func open(
        _ room: Int64, messages: Int, on connection: Connection
    ) throws(SQLiteError) -> Open {
        var row = try connection.statement(
            """
            SELECT time, tie, serial, (SELECT sum(count) FROM message_block WHERE room = ?1) FROM message_block
            WHERE room = ?1 ORDER BY time DESC, tie DESC, serial DESC LIMIT 1
            """)
        row.bind(1, room)
        guard try row.step() else { return Open(border: nil, count: messages) }
        let border = MessageSpot(time: row.int64(0), tie: row.int64(1), serial: row.int64(2))
        return Open(border: border, count: messages - row.int(3))
    }

    /// A message came, or (−1) went.
    static func change(
        by difference: Int, at spot: MessageSpot, _ open: inout Open, of room: Int64,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        guard let border = open.border, spot <= border else {
            open.count += difference
            return
        }
        var row = try transaction.statement(
            """
            UPDATE message_block SET count = count + ?5 WHERE room = ?1 AND (time, tie, serial) = (
                SELECT time, tie, serial FROM message_block WHERE room = ?1 AND (time, tie, serial) >= (?2, ?3, ?4)
                ORDER BY time, tie, serial LIMIT 1)
            """)
        row.bind(1, room)
        row.bind(2, spot.time)
        row.bind(3, spot.tie)
        row.bind(4, spot.serial)
        row.bind(5, difference)
        try row.run()
    }

    /// What stands behind the last block up to `last`, the room's last message, becomes one, if it is enough.
    static func close(
        upTo last: MessageSpot?, _ open: inout Open, of room: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        guard open.count >= size, let last else { return }
        var row = try transaction.statement(
            "INSERT INTO message_block (room, time, tie, serial, count) VALUES (?1, ?2, ?3, ?4, ?5)")
        row.bind(1, room)
        row.bind(2, last.time)
        row.bind(3, last.tie)
        row.bind(4, last.serial)
        row.bind(5, open.count)
        try row.run()
        open = Open(border: last, count: 0)
    }

    // MARK: Anew

    static func rebuild(of room: Int64, in transaction: borrowing Transaction) throws(SQLiteError) {
        var clear = try transaction.statement("DELETE FROM message_block WHERE room = ?1")
        clear.bind(1, room)
        try clear.run()
        var borders: [MessageSpot] = []
        do {
            var rows = try transaction.statement(
                """
                SELECT time, tie, serial FROM message WHERE room = ?1 AND flags & 1 AND flags & 10
                ORDER BY time, tie, serial
                """)
            rows.bind(1, room)
            var count = 0
            while try rows.step() {
                count += 1
                guard count % size == 0 else { continue }
                borders.append(MessageSpot(time: rows.int64(0), tie: rows.int64(1), serial: rows.int64(2)))
            }
        }
        for border in borders {
            var open = Open(border: nil, count: size)
            try close(upTo: border, &open, of: room, in: transaction)
        }
    }

    /// Whether they say how many there are. `open` is what is left for the end.
    static func areSound(of room: Int64, _ open: Open?, on connection: Connection) throws(SQLiteError) -> Bool {
        var blocks = try connection.statement(
            "SELECT time, tie, serial, count FROM message_block WHERE room = ?1 ORDER BY time, tie, serial")
        blocks.bind(1, room)
        var lower = MessageSpot(time: .min, tie: .min, serial: .min)
        while try blocks.step() {
            let upper = MessageSpot(time: blocks.int64(0), tie: blocks.int64(1), serial: blocks.int64(2))
            if try count(of: room, behind: lower, upTo: upper, on: connection) != blocks.int(3) { return false }
            lower = upper
        }
        let end = MessageSpot(time: .max, tie: .max, serial: .max)
        return try count(of: room, behind: lower, upTo: end, on: connection) == open?.count
    }

    private static func count(
        of room: Int64, behind lower: MessageSpot, upTo upper: MessageSpot, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT count(*) FROM message WHERE room = ?1 AND flags & 1 AND flags & 10
                AND (time, tie, serial) > (?2, ?3, ?4) AND (time, tie, serial) <= (?5, ?6, ?7)
            """
        ) { row in
            row.bind(1, room)
            row.bind(2, lower.time)
            row.bind(3, lower.tie)
            row.bind(4, lower.serial)
            row.bind(5, upper.time)
            row.bind(6, upper.tie)
            row.bind(7, upper.serial)
        }
    }

    // MARK: Reading

    static func count(
        in room: RoomNumber, _ bounds: MessageBounds, on connection: Connection
    ) throws(SQLiteError) -> Int {
        let upTo = try rank(bounds.upper, in: room, including: false, on: connection)
        let below = try rank(bounds.lower, in: room, including: true, on: connection)
        return max(0, upTo - below)
    }

    /// How many stand before a place, or at it as well.
    private static func rank(
        _ spot: MessageSpot, in room: RoomNumber, including: Bool, on connection: Connection
    ) throws(SQLiteError) -> Int {
        if spot.time == .max {
            return try connection.count("SELECT messages FROM room_view WHERE room = ?1") { $0.bind(1, room) }
        }
        if spot.time == .min { return 0 }
        var blocks = try connection.statement(
            """
            SELECT coalesce(sum(count), 0) FROM message_block
            WHERE room = ?1 AND (time, tie, serial) <= (?2, ?3, ?4)
            """)
        blocks.bind(1, room)
        blocks.bind(2, spot.time)
        blocks.bind(3, spot.tie)
        blocks.bind(4, spot.serial)
        guard try blocks.step() else { return 0 }
        let whole = blocks.int(0)
        let border = try border(before: spot, in: room, on: connection)
        let rest = try connection.count(
            """
            SELECT count(*) FROM message WHERE room = ?1 AND flags & 1 AND flags & 10
                AND (time, tie, serial) > (?2, ?3, ?4) AND (time, tie, serial) < (?5, ?6, ?7)
            """
        ) { row in
            row.bind(1, room)
            row.bind(2, border.time)
            row.bind(3, border.tie)
            row.bind(4, border.serial)
            row.bind(5, spot.time)
            row.bind(6, spot.tie)
            row.bind(7, spot.serial)
        }
        // A border is itself a place, whose message may be gone.
        let isThere = try connection.count(
            """
            SELECT count(*) FROM message WHERE serial = ?1 AND time = ?2 AND tie = ?3 AND room = ?4
                AND flags & 1 AND flags & 10
            """
        ) { row in
            row.bind(1, spot.serial)
            row.bind(2, spot.time)
            row.bind(3, spot.tie)
            row.bind(4, room)
        }
        let atBorder = border == spot
        return whole + rest + (including ? (atBorder ? 0 : isThere) : (atBorder ? -isThere : 0))
    }

    private static func border(
        before spot: MessageSpot, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> MessageSpot {
        var row = try connection.statement(
            """
            SELECT time, tie, serial FROM message_block WHERE room = ?1 AND (time, tie, serial) <= (?2, ?3, ?4)
            ORDER BY time DESC, tie DESC, serial DESC LIMIT 1
            """)
        row.bind(1, room)
        row.bind(2, spot.time)
        row.bind(3, spot.tie)
        row.bind(4, spot.serial)
        guard try row.step() else { return MessageSpot(time: .min, tie: .min, serial: .min) }
        return MessageSpot(time: row.int64(0), tie: row.int64(1), serial: row.int64(2))
    }
}
