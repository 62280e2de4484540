import SQLite

/// How many messages stand between two places, without counting them one by one.
///
/// A room's messages are divided, in canonical order, into blocks of some dozens, each known by its last place and how many it
/// has; some dozens of blocks make one of the next level, and so on. New messages stand behind all blocks; when they are enough, they
/// become one. So a count adds some dozens of numbers on each level, and looks at the messages of one block, however many there are.
/// Where the borders lie depends on the order of arrival; the counts don't.
enum MessageBlocks {
    /// So many messages make a block, and so many blocks one of the next level.
    static let size = 32
    /// A block of the highest has a million.
    private static let levels = 4

    /// What stands behind the last block.
    struct Open: Equatable {
        var border: MessageSpot?
        var count: Int
    }

    static func open(
        _ room: Int64, messages: Int, on connection: Connection
    ) throws(SQLiteError) -> Open {
        let whole = try whole(before: .end, in: room, on: connection)
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
        for level in 0..<levels {
            var row = try transaction.statement(
                """
                UPDATE message_block SET count = count + ?6 WHERE room = ?1 AND level = ?2 AND (time, tie, serial) = (
                    SELECT time, tie, serial FROM message_block
                    WHERE room = ?1 AND level = ?2 AND (time, tie, serial) >= (?3, ?4, ?5)
                    ORDER BY time, tie, serial LIMIT 1)
                """)
            row.bind(1, room)
            row.bind(2, level)
            row.bind(3, spot)
            row.bind(6, difference)
            try row.run()
            // Where none holds it, none of a higher level does.
            guard transaction.connection.changedRows > 0 else { return }
        }
    }

    /// What stands behind the last block becomes blocks, as far as it is enough.
    static func close(
        _ open: inout Open, of room: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        guard open.count >= size else { return }
        for border in try borders(of: open, in: room, on: transaction.connection) {
            try insert(border, level: 0, count: size, in: room, in: transaction)
            open = Open(border: border, count: open.count - size)
        }
        for level in 1..<levels {
            let blocks = try blocks(ofLevel: level, in: room, on: transaction.connection)
            guard !blocks.isEmpty else { return }
            for block in blocks {
                try insert(block.border, level: level, count: block.count, in: room, in: transaction)
            }
        }
    }

    /// Where the blocks end that open messages are enough for.
    private static func borders(
        of open: Open, in room: Int64, on connection: Connection
    ) throws(SQLiteError) -> [MessageSpot] {
        var rows = try connection.statement(
            """
            SELECT time, tie, serial FROM message
            WHERE room = ?1 AND flags & 1 AND flags & 10 AND (time, tie, serial) > (?2, ?3, ?4)
            ORDER BY time, tie, serial LIMIT ?5
            """)
        rows.bind(1, room)
        rows.bind(2, open.border ?? .beginning)
        rows.bind(5, open.count)
        var borders: [MessageSpot] = []
        var count = 0
        while try rows.step() {
            count += 1
            if count % size == 0 { borders.append(MessageSpot(rows)) }
        }
        return borders
    }

    /// Those that the blocks of the level below are enough for, behind the last that there is.
    private static func blocks(
        ofLevel level: Int, in room: Int64, on connection: Connection
    ) throws(SQLiteError) -> [(border: MessageSpot, count: Int)] {
        var last = try connection.statement(
            """
            SELECT time, tie, serial FROM message_block WHERE room = ?1 AND level = ?2
            ORDER BY time DESC, tie DESC, serial DESC LIMIT 1
            """)
        last.bind(1, room)
        last.bind(2, level)
        let border = try last.step() ? MessageSpot(last) : .beginning
        var rows = try connection.statement(inside)
        rows.bind(1, room)
        rows.bind(2, level - 1)
        rows.bind(3, border)
        rows.bind(6, MessageSpot.end)
        var blocks: [(border: MessageSpot, count: Int)] = []
        var (count, sum) = (0, 0)
        while try rows.step() {
            count += 1
            sum += rows.int(3)
            guard count % size == 0 else { continue }
            blocks.append((MessageSpot(rows), sum))
            sum = 0
        }
        return blocks
    }

    private static func insert(
        _ border: MessageSpot, level: Int, count: Int, in room: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            "INSERT INTO message_block (room, level, time, tie, serial, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        row.bind(1, room)
        row.bind(2, level)
        row.bind(3, border)
        row.bind(6, count)
        try row.run()
    }

    // MARK: Anew

    static func rebuild(of room: Int64, in transaction: borrowing Transaction) throws(SQLiteError) {
        var clear = try transaction.statement("DELETE FROM message_block WHERE room = ?1")
        clear.bind(1, room)
        try clear.run()
        let count = try count(of: room, behind: .beginning, before: .end, on: transaction.connection)
        var open = Open(border: nil, count: count)
        try close(&open, of: room, in: transaction)
    }

    /// Whether they say how many there are: the lowest of messages, each other of what lies below it. `open` is what is left for
    /// the end.
    static func areSound(of room: Int64, _ open: Open?, on connection: Connection) throws(SQLiteError) -> Bool {
        for level in 0..<levels {
            var blocks = try connection.statement(
                """
                SELECT time, tie, serial, count FROM message_block WHERE room = ?1 AND level = ?2
                ORDER BY time, tie, serial
                """)
            blocks.bind(1, room)
            blocks.bind(2, level)
            var lower = MessageSpot.beginning
            while try blocks.step() {
                let upper = MessageSpot(blocks)
                let count =
                    level == 0
                    ? try count(of: room, behind: lower, before: upper.next, on: connection)
                    : try sum(ofLevel: level - 1, in: room, behind: lower, before: upper.next, on: connection).count
                if count != blocks.int(3) { return false }
                lower = upper
            }
            guard level == 0 else { continue }
            if try count(of: room, behind: lower, before: .end, on: connection) != open?.count { return false }
        }
        return true
    }

    // MARK: Reading

    static func count(
        in room: RoomNumber, _ bounds: MessageBounds, on connection: Connection
    ) throws(SQLiteError) -> Int {
        let upTo = try rank(bounds.upper, in: room, on: connection)
        let below = try rank(bounds.lower.next, in: room, on: connection)
        return max(0, upTo - below)
    }

    /// How many stand before a place.
    private static func rank(
        _ spot: MessageSpot, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Int {
        if spot.time == .max {
            return try connection.count("SELECT messages FROM room_view WHERE room = ?1") { $0.bind(1, room) }
        }
        if spot.time == .min { return 0 }
        let whole = try whole(before: spot, in: room.value, on: connection)
        return try whole.count
            + count(of: room.value, behind: whole.border ?? .beginning, before: spot, on: connection)
    }

    /// How many stand in blocks that end before a place, and where the last of these ends.
    private static func whole(
        before spot: MessageSpot, in room: Int64, on connection: Connection
    ) throws(SQLiteError) -> (count: Int, border: MessageSpot?) {
        var whole: (count: Int, border: MessageSpot?) = (0, nil)
        for level in (0..<levels).reversed() {
            let further = try sum(
                ofLevel: level, in: room, behind: whole.border ?? .beginning, before: spot, on: connection)
            whole = (whole.count + further.count, further.border ?? whole.border)
        }
        return whole
    }

    private static let inside: StaticString = """
        SELECT time, tie, serial, count FROM message_block
        WHERE room = ?1 AND level = ?2 AND (time, tie, serial) > (?3, ?4, ?5) AND (time, tie, serial) < (?6, ?7, ?8)
        ORDER BY time, tie, serial
        """

    /// How many stand in a level's blocks between two places, and where the last of these ends.
    private static func sum(
        ofLevel level: Int, in room: Int64, behind lower: MessageSpot, before upper: MessageSpot,
        on connection: Connection
    ) throws(SQLiteError) -> (count: Int, border: MessageSpot?) {
        var rows = try connection.statement(inside)
        rows.bind(1, room)
        rows.bind(2, level)
        rows.bind(3, lower)
        rows.bind(6, upper)
        var sum: (count: Int, border: MessageSpot?) = (0, nil)
        while try rows.step() { sum = (sum.count + rows.int(3), MessageSpot(rows)) }
        return sum
    }

    private static func count(
        of room: Int64, behind lower: MessageSpot, before upper: MessageSpot, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT count(*) FROM message WHERE room = ?1 AND flags & 1 AND flags & 10
                AND (time, tie, serial) > (?2, ?3, ?4) AND (time, tie, serial) < (?5, ?6, ?7)
            """
        ) { row in
            row.bind(1, room)
            row.bind(2, lower)
            row.bind(5, upper)
        }
    }
}

extension MessageSpot {
    static let beginning = MessageSpot(time: .min, tie: .min, serial: .min)
    static let end = MessageSpot(time: .max, tie: .max, serial: .max)

    /// The first place behind it.
    fileprivate var next: MessageSpot {
        serial == .max ? self : MessageSpot(time: time, tie: tie, serial: serial + 1)
    }

    /// From a row's first three columns.
    init(_ row: borrowing Statement) {
        self.init(time: row.int64(0), tie: row.int64(1), serial: row.int64(2))
    }
}

extension Statement {
    /// As three parameters, from this one on.
    mutating func bind(_ parameter: Int32, _ spot: MessageSpot) {
        bind(parameter, spot.time)
        bind(parameter + 1, spot.tie)
        bind(parameter + 2, spot.serial)
    }
}
