import SQLite

/// How many messages stand between two places, without counting them one by one.
///
/// A room's messages are divided, in canonical order, into blocks of some hundreds, each known by its last place and how many it
/// has. New messages stand behind all blocks; when they are enough, they become one. Blocks are put together in the same way, some dozens
/// in one of the next level, so that a room of millions has few of these. A count adds their numbers, those of
/// the blocks of one of them, and looks at the messages of one block. Where the borders lie depends on the order of arrival; the
/// counts don't.
enum MessageBlocks {
    /// Messages of a block, and blocks of one of the next level.
    static let size = 512
    static let spread = 64

    private enum Level {
        static let messages = 0
        static let blocks = 1
        static let all = [blocks, messages]
    }

    /// What stands behind the last block.
    struct Open: Equatable {
        var border: MessageSpot?
        var count: Int
    }

    static func open(
        _ room: Int64, messages: Int, on connection: Connection
    ) throws(SQLiteError) -> Open {
        let whole = try whole(upTo: MessageSpot(time: .max, tie: .max, serial: .max), of: room, on: connection)
        return Open(border: whole.border, count: messages - whole.count)
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
        for level in Level.all {
            var row = try transaction.statement(
                """
                UPDATE message_block SET count = count + ?6 WHERE room = ?1 AND level = ?2 AND (time, tie, serial) = (
                    SELECT time, tie, serial FROM message_block
                    WHERE room = ?1 AND level = ?2 AND (time, tie, serial) >= (?3, ?4, ?5)
                    ORDER BY time, tie, serial LIMIT 1)
                """)
            row.bind(room, level, spot)
            row.bind(6, difference)
            try row.run()
        }
    }

    /// What stands behind the last block up to `last`, the room's last message, becomes one, if it is enough.
    static func close(
        upTo last: MessageSpot?, _ open: inout Open, of room: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        guard open.count >= size, let last else { return }
        try insert(open.count, Level.messages, upTo: last, of: room, in: transaction)
        open = Open(border: last, count: 0)
        let border = try border(Level.blocks, upTo: last, of: room, on: transaction.connection)
        let (blocks, messages) = try sum(
            Level.messages, behind: border, upTo: last, of: room, on: transaction.connection)
        if blocks >= spread { try insert(messages, Level.blocks, upTo: last, of: room, in: transaction) }
    }

    private static func insert(
        _ count: Int, _ level: Int, upTo border: MessageSpot, of room: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            "INSERT INTO message_block (room, level, time, tie, serial, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        row.bind(room, level, border)
        row.bind(6, count)
        try row.run()
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
        let start = MessageSpot(time: .min, tie: .min, serial: .min)
        let end = MessageSpot(time: .max, tie: .max, serial: .max)
        var lower = start
        for (upper, count) in try blocks(Level.messages, of: room, on: connection) {
            if try self.count(of: room, behind: lower, upTo: upper, on: connection) != count { return false }
            lower = upper
        }
        guard try count(of: room, behind: lower, upTo: end, on: connection) == open?.count else { return false }
        lower = start
        for (upper, count) in try blocks(Level.blocks, of: room, on: connection) {
            let below = try sum(Level.messages, behind: lower, upTo: upper, of: room, on: connection)
            if below.messages != count { return false }
            lower = upper
        }
        return true
    }

    private static func blocks(
        _ level: Int, of room: Int64, on connection: Connection
    ) throws(SQLiteError) -> [(upper: MessageSpot, count: Int)] {
        var rows = try connection.statement(
            """
            SELECT time, tie, serial, count FROM message_block WHERE room = ?1 AND level = ?2 ORDER BY time, tie, serial
            """)
        rows.bind(1, room)
        rows.bind(2, level)
        var blocks: [(upper: MessageSpot, count: Int)] = []
        while try rows.step() {
            blocks.append((MessageSpot(time: rows.int64(0), tie: rows.int64(1), serial: rows.int64(2)), rows.int(3)))
        }
        return blocks
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
        let (whole, last) = try whole(upTo: spot, of: room.value, on: connection)
        let border = last ?? MessageSpot(time: .min, tie: .min, serial: .min)
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

    /// What stands in whole blocks up to a place, and the last border of these.
    private static func whole(
        upTo spot: MessageSpot, of room: Int64, on connection: Connection
    ) throws(SQLiteError) -> (count: Int, border: MessageSpot?) {
        var whole: (count: Int, border: MessageSpot?) = (0, nil)
        for level in Level.all {
            guard let border = try border(level, upTo: spot, of: room, on: connection), border != whole.border else {
                continue
            }
            whole.count += try sum(level, behind: whole.border, upTo: border, of: room, on: connection).messages
            whole.border = border
        }
        return whole
    }

    private static func border(
        _ level: Int, upTo spot: MessageSpot, of room: Int64, on connection: Connection
    ) throws(SQLiteError) -> MessageSpot? {
        var row = try connection.statement(
            """
            SELECT time, tie, serial FROM message_block
            WHERE room = ?1 AND level = ?2 AND (time, tie, serial) <= (?3, ?4, ?5)
            ORDER BY time DESC, tie DESC, serial DESC LIMIT 1
            """)
        row.bind(room, level, spot)
        guard try row.step() else { return nil }
        return MessageSpot(time: row.int64(0), tie: row.int64(1), serial: row.int64(2))
    }

    private static func sum(
        _ level: Int, behind lower: MessageSpot?, upTo upper: MessageSpot, of room: Int64, on connection: Connection
    ) throws(SQLiteError) -> (blocks: Int, messages: Int) {
        var row = try connection.statement(
            """
            SELECT count(*), coalesce(sum(count), 0) FROM message_block
            WHERE room = ?1 AND level = ?2 AND (time, tie, serial) <= (?3, ?4, ?5) AND (time, tie, serial) > (?6, ?7, ?8)
            """)
        row.bind(room, level, upper)
        row.bind(6, lower?.time ?? .min)
        row.bind(7, lower?.tie ?? .min)
        row.bind(8, lower?.serial ?? .min)
        return try row.step() ? (row.int(0), row.int(1)) : (0, 0)
    }
}

extension Statement {
    fileprivate mutating func bind(_ room: Int64, _ level: Int, _ spot: MessageSpot) {
        bind(1, room)
        bind(2, level)
        bind(3, spot.time)
        bind(4, spot.tie)
        bind(5, spot.serial)
    }
}
