import Bytes
import SQLite

/// Finds the places of messages by indexes, in one room: whoever shows them looks up the rest.
struct MessageFinder {
    let connection: Connection
    private let sender: PersonNumber?
    /// Of what a message says, as `flags` has it; nil for all.
    private let typeBits: Int64?
    private let target: Target?
    private let matchesNothing: Bool

    private struct Target {
        let room: RoomNumber
        let prefix: Int64
    }

    init(_ filter: MessageFilter, on connection: Connection) throws(SQLiteError) {
        self.connection = connection
        sender = filter.sender
        typeBits = filter.type.flatMap { MessageFlags.bits(ofType: $0) }
        var target: Target?
        if let answered = filter.answering {
            var row = try connection.statement("SELECT room, id_prefix FROM operation WHERE serial = ?1")
            row.bind(1, answered)
            if try row.step() { target = Target(room: RoomNumber(row.int64(0)), prefix: row.int64(1)) }
        }
        self.target = target
        matchesNothing = filter.type != nil && typeBits == nil || filter.answering != nil && target == nil
    }

    /// In their order, or backwards.
    func spots(
        in room: RoomNumber, _ bounds: MessageBounds, backwards: Bool, limit: Int, offset: Int = 0
    ) throws(SQLiteError) -> [MessageSpot] {
        guard !matchesNothing, target.map({ $0.room == room }) ?? true else { return [] }
        var rows = try rows(backwards: backwards)
        rows.bind(room, bounds)
        rows.bind(8, typeBits)
        rows.bind(9, limit)
        rows.bind(10, offset)
        if let key = target?.prefix ?? sender?.value { rows.bind(11, key) }
        var spots: [MessageSpot] = []
        while try rows.step() {
            // An answer may be of another sender's.
            if target != nil, let sender, rows.int64(3) != sender.value { continue }
            spots.append(MessageSpot(rows))
        }
        return spots
    }

    @_lifetime(immortal)
    private func rows(backwards: Bool) throws(SQLiteError) -> Statement {
        if target != nil { return try connection.statement(backwards ? Self.answersBackwards : Self.answers) }
        if sender != nil { return try connection.statement(backwards ? Self.sentBackwards : Self.sent) }
        if let typeBits, typeBits != 0 {
            return try connection.statement(backwards ? Self.typedBackwards : Self.typed)
        }
        return try connection.statement(backwards ? Self.allBackwards : Self.all)
    }

    private static let all: StaticString = """
        SELECT time, tie, serial FROM message
        WHERE room = ?1 AND flags & 1 AND flags & 10 AND (time, tie, serial) < (?2, ?3, ?4)
            AND (time, tie, serial) > (?5, ?6, ?7) AND (?8 IS NULL OR flags & 1560 = ?8)
        ORDER BY time, tie, serial LIMIT ?9 OFFSET ?10
        """
    private static let allBackwards: StaticString = """
        SELECT time, tie, serial FROM message
        WHERE room = ?1 AND flags & 1 AND flags & 10 AND (time, tie, serial) < (?2, ?3, ?4)
            AND (time, tie, serial) > (?5, ?6, ?7) AND (?8 IS NULL OR flags & 1560 = ?8)
        ORDER BY time DESC, tie DESC, serial DESC LIMIT ?9 OFFSET ?10
        """
    private static let typed: StaticString = """
        SELECT time, tie, serial FROM message INDEXED BY message_type
        WHERE room = ?1 AND flags & 1 AND flags & 10 AND flags & 1560 AND flags & 1560 = ?8
            AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7)
        ORDER BY time, tie, serial LIMIT ?9 OFFSET ?10
        """
    private static let typedBackwards: StaticString = """
        SELECT time, tie, serial FROM message INDEXED BY message_type
        WHERE room = ?1 AND flags & 1 AND flags & 10 AND flags & 1560 AND flags & 1560 = ?8
            AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7)
        ORDER BY time DESC, tie DESC, serial DESC LIMIT ?9 OFFSET ?10
        """
    private static let sent: StaticString = """
        SELECT time, tie, serial FROM message INDEXED BY message_sender
        WHERE is_filed AND room = ?1 AND sender = ?11 AND flags & 1 AND flags & 10
            AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7)
            AND (?8 IS NULL OR flags & 1560 = ?8)
        UNION ALL SELECT time, tie, serial FROM message INDEXED BY message_unfiled
        WHERE NOT is_filed AND room = ?1 AND sender = ?11 AND flags & 1 AND flags & 10
            AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7)
            AND (?8 IS NULL OR flags & 1560 = ?8)
        ORDER BY time, tie, serial LIMIT ?9 OFFSET ?10
        """
    private static let sentBackwards: StaticString = """
        SELECT time, tie, serial FROM message INDEXED BY message_sender
        WHERE is_filed AND room = ?1 AND sender = ?11 AND flags & 1 AND flags & 10
            AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7)
            AND (?8 IS NULL OR flags & 1560 = ?8)
        UNION ALL SELECT time, tie, serial FROM message INDEXED BY message_unfiled
        WHERE NOT is_filed AND room = ?1 AND sender = ?11 AND flags & 1 AND flags & 10
            AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7)
            AND (?8 IS NULL OR flags & 1560 = ?8)
        ORDER BY time DESC, tie DESC, serial DESC LIMIT ?9 OFFSET ?10
        """
    private static let answers: StaticString = """
        SELECT m.time, m.tie, m.serial, m.sender FROM answer a JOIN message m ON m.serial = a.message
        WHERE a.room = ?1 AND a.target = ?11 AND (m.time, m.tie, m.serial) < (?2, ?3, ?4)
            AND (m.time, m.tie, m.serial) > (?5, ?6, ?7) AND (?8 IS NULL OR m.flags & 1560 = ?8)
        ORDER BY m.time, m.tie, m.serial LIMIT ?9 OFFSET ?10
        """
    private static let answersBackwards: StaticString = """
        SELECT m.time, m.tie, m.serial, m.sender FROM answer a JOIN message m ON m.serial = a.message
        WHERE a.room = ?1 AND a.target = ?11 AND (m.time, m.tie, m.serial) < (?2, ?3, ?4)
            AND (m.time, m.tie, m.serial) > (?5, ?6, ?7) AND (?8 IS NULL OR m.flags & 1560 = ?8)
        ORDER BY m.time DESC, m.tie DESC, m.serial DESC LIMIT ?9 OFFSET ?10
        """

    // MARK: How many

    /// Exactly. How many there are between two places is known, and of what is no text, which is seldom, it is counted over an index;
    /// so is what somebody has sent.
    func count(in room: RoomNumber, _ bounds: MessageBounds) throws(SQLiteError) -> Int {
        guard !matchesNothing, target.map({ $0.room == room }) ?? true else { return 0 }
        if target != nil { return try spots(in: room, bounds, backwards: false, limit: -1).count }
        if sender != nil { return try countSent(in: room, bounds) }
        guard let typeBits else { return try MessageBlocks.count(in: room, bounds, on: connection) }
        guard typeBits == 0 else { return try count(ofType: typeBits, in: room, bounds) }
        var count = try MessageBlocks.count(in: room, bounds, on: connection)
        for bits in MessageFlags.bitsOfNoText { count -= try self.count(ofType: bits, in: room, bounds) }
        return count
    }

    private func count(
        ofType bits: Int64, in room: RoomNumber, _ bounds: MessageBounds
    ) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT count(*) FROM message INDEXED BY message_type
            WHERE room = ?1 AND flags & 1 AND flags & 10 AND flags & 1560 AND flags & 1560 = ?8
                AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7)
            """
        ) { row in
            row.bind(room, bounds)
            row.bind(8, bits)
        }
    }

    private func countSent(in room: RoomNumber, _ bounds: MessageBounds) throws(SQLiteError) -> Int {
        let sql: StaticString =
            typeBits == nil
            ? """
            SELECT (SELECT count(*) FROM message INDEXED BY message_sender
                    WHERE is_filed AND room = ?1 AND sender = ?9 AND flags & 1 AND flags & 10
                        AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7))
                + (SELECT count(*) FROM message INDEXED BY message_unfiled
                    WHERE NOT is_filed AND room = ?1 AND sender = ?9 AND flags & 1 AND flags & 10
                        AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7))
            WHERE ?8 IS NULL
            """
            : """
            SELECT (SELECT count(*) FROM message INDEXED BY message_sender
                    WHERE is_filed AND room = ?1 AND sender = ?9 AND flags & 1 AND flags & 10 AND flags & 1560 = ?8
                        AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7))
                + (SELECT count(*) FROM message INDEXED BY message_unfiled
                    WHERE NOT is_filed AND room = ?1 AND sender = ?9 AND flags & 1 AND flags & 10 AND flags & 1560 = ?8
                        AND (time, tie, serial) < (?2, ?3, ?4) AND (time, tie, serial) > (?5, ?6, ?7))
            """
        return try connection.count(sql) { row in
            row.bind(room, bounds)
            row.bind(8, typeBits)
            if let sender { row.bind(9, sender) }
        }
    }

    /// Whether a message that search has found is one of the list's.
    func fits(_ message: MessageNumber) throws(SQLiteError) -> Bool {
        guard !matchesNothing else { return false }
        var row = try connection.statement(
            """
            SELECT 1 FROM message m WHERE m.serial = ?1 AND (?2 IS NULL OR m.flags & 1560 = ?2) AND (?3 IS NULL
                OR EXISTS (SELECT 1 FROM answer a WHERE a.room = m.room AND a.target = ?3 AND a.message = ?1))
            """)
        row.bind(1, message)
        row.bind(2, typeBits)
        row.bind(3, target?.prefix)
        return try row.step()
    }

    var fitsAll: Bool { typeBits == nil && target == nil && !matchesNothing }
}

extension Statement {
    /// The first seven parameters of all of these.
    fileprivate mutating func bind(_ room: RoomNumber, _ bounds: MessageBounds) {
        bind(1, room)
        bind(2, bounds.upper)
        bind(5, bounds.lower)
    }
}

extension MessageFlags {
    /// What `flags & 1560` is of a message that is shown and no text: of graves, and of all other types.
    static let bitsOfNoText: [Int64] = [8, 16, 1 << 9, 2 << 9, 3 << 9]

    /// What `flags & 1560` is of a message of this type that is no grave.
    static func bits(ofType type: String) -> Int64? {
        switch type {
        case "text": 0
        case "image": 1 << 9
        case "file": 2 << 9
        case "code": 3 << 9
        case "system": 16
        default: nil
        }
    }
}
