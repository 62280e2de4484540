import Operations
import SQLite

/// Shows messages one by one, and remembers of a page what several of them need.
struct MessageShow {
    let viewer: PersonNumber
    let connection: Connection
    private var readers: [RoomNumber: PageReaders] = [:]
    /// That of the room of the last message.
    private var recent: PageReaders?
    private var everybody: (room: RoomNumber, members: [MemberReach])?

    init(to viewer: PersonNumber, on connection: Connection) {
        self.viewer = viewer
        self.connection = connection
    }

    /// All who are in a room of which messages will be shown, where that was looked up for something else.
    mutating func know(everybody members: [MemberReach], in room: RoomNumber) {
        everybody = (room, members)
    }

    /// By itself, or as one of a page. False where it can't be seen.
    mutating func show(
        _ number: MessageNumber, of page: PageSpan? = nil, to visitor: inout some MessageVisitor & ~Copyable
    ) throws -> Bool {
        var row = try connection.statement(
            """
            SELECT m.serial, m.room, m.sender, m.time, m.tie, m.flags, m.edited, o.id, t.bytes,
                EXISTS (SELECT 1 FROM reading_apart WHERE room = m.room AND message = m.serial)
                    OR EXISTS (SELECT 1 FROM reading_exception WHERE room = m.room AND message = m.serial)
            FROM message m JOIN operation o ON o.serial = m.serial
            LEFT JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial) AND m.flags & 2
            WHERE m.serial = ?1 AND m.flags & 1 AND m.flags & 10
            """)
        row.bind(1, number)
        guard try row.step() else { return false }
        try show(row, page, nil, to: &visitor)
        return true
    }

    /// All of a room from one place to another, which are those of `page`. What the visitor hasn't kept is read together as far as it
    /// stands together: that is cheaper than one by one.
    mutating func show(
        _ spots: [MessageSpot], of page: PageSpan, in room: RoomNumber,
        to visitor: inout some MessageVisitor & ~Copyable
    ) throws {
        guard !spots.isEmpty else { return }
        let version = try version(of: room)
        let readers = try readers(of: page, in: room)
        var next = 0
        while next < spots.count {
            if let sender = visitor.sender(ofKept: spots[next].number, version) {
                let count = try readers.count(spots[next], sender, on: connection)
                let isRead = isRead(spots[next], by: count, sender, readers)
                visitor.kept(spots[next].number, readByCount: count, isRead: isRead)
                next += 1
            } else {
                var end = next + 1
                while end < spots.count, visitor.sender(ofKept: spots[end].number, version) == nil { end += 1 }
                try read(from: spots[next], to: spots[end - 1], in: room, page, version, to: &visitor)
                next = end
            }
        }
    }

    /// Counts up with every change of what a message of the room shows, beside who has read it.
    private func version(of room: RoomNumber) throws(SQLiteError) -> Int64 {
        var row = try connection.statement("SELECT messages FROM room_version WHERE room = ?1")
        row.bind(1, room)
        return try row.step() ? row.int64(0) : 0
    }

    private mutating func read(
        from first: MessageSpot, to last: MessageSpot, in room: RoomNumber, _ page: PageSpan, _ version: Int64,
        to visitor: inout some MessageVisitor & ~Copyable
    ) throws {
        var rows = try connection.statement(first <= last ? Self.forwards : Self.backwards)
        rows.bind(1, room)
        rows.bind(2, min(first, last))
        rows.bind(5, max(first, last))
        while try rows.step() { try show(rows, page, version, to: &visitor) }
    }

    private static let forwards: StaticString = """
        SELECT m.serial, m.room, m.sender, m.time, m.tie, m.flags, m.edited, o.id, t.bytes
        FROM message m INDEXED BY message_order CROSS JOIN operation o ON o.serial = m.serial
        LEFT JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial) AND m.flags & 2
        WHERE m.room = ?1 AND m.flags & 1 AND m.flags & 10 AND (m.time, m.tie, m.serial) >= (?2, ?3, ?4)
            AND (m.time, m.tie, m.serial) <= (?5, ?6, ?7)
        ORDER BY m.time, m.tie, m.serial
        """
    private static let backwards: StaticString = """
        SELECT m.serial, m.room, m.sender, m.time, m.tie, m.flags, m.edited, o.id, t.bytes
        FROM message m INDEXED BY message_order CROSS JOIN operation o ON o.serial = m.serial
        LEFT JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial) AND m.flags & 2
        WHERE m.room = ?1 AND m.flags & 1 AND m.flags & 10 AND (m.time, m.tie, m.serial) >= (?2, ?3, ?4)
            AND (m.time, m.tie, m.serial) <= (?5, ?6, ?7)
        ORDER BY m.time DESC, m.tie DESC, m.serial DESC
        """

    private mutating func show(
        _ row: borrowing Statement, _ page: PageSpan?, _ version: Int64?,
        to visitor: inout some MessageVisitor & ~Copyable
    ) throws {
        let number = MessageNumber(row.int64(0))
        var facts = MessageFacts(
            spot: MessageSpot(time: row.int64(3), tie: row.int64(4), serial: number.value),
            room: RoomNumber(row.int64(1)), sender: PersonNumber(row.int64(2)), flags: MessageFlags(bits: row.int64(5)),
            id: OperationID(try row.bytes32(7)), changed: row.optionalInt64(6))
        guard let spans = MessageSpans(row.bytes(8)) else { throw StoreFault.damaged("message \(number)") }
        let flags = facts.flags
        facts.school = try People.introduce(facts.sender, on: connection, to: &visitor)
        let mentions = flags.hasMentions ? try Mentions.people(in: number, on: connection) : []
        for person in mentions { _ = try People.introduce(person, on: connection, to: &visitor) }
        let readers: PageReaders
        if let page {
            readers = try self.readers(of: page, in: facts.room)
        } else {
            readers = try PageReaders(
                of: facts.room, PageSpan(facts.spot), viewer: viewer, everybody: everybody(in: facts.room),
                hasExceptions: row.bool(9), on: connection)
        }
        facts.readByCount = try readers.count(facts.spot, facts.sender, on: connection)
        facts.isRead = isRead(facts.spot, by: facts.readByCount, facts.sender, readers)
        if flags.isAnswer { facts.answers = try answered(spans.replyTo, in: facts.room) }
        // What it answers may yet come, and changes nothing when it does.
        facts.version = flags.isAnswer && facts.answers == nil ? nil : version
        visitor.message(MessageRow(facts, spans))
        if flags.hasAttachments {
            try AttachmentList.show(of: number, spans.attachments, on: connection, to: &visitor)
        }
        for person in mentions { visitor.mention(person) }
        if flags.hasReactions { try showReactions(to: number, to: &visitor) }
        visitor.endOfMessage()
    }

    private func isRead(
        _ spot: MessageSpot, by count: Int, _ sender: PersonNumber, _ readers: PageReaders
    ) -> Bool {
        sender == viewer ? count > 0 : readers.hasRead(spot)
    }

    private mutating func readers(of page: PageSpan, in room: RoomNumber) throws(SQLiteError) -> PageReaders {
        if let recent, recent.room == room { return recent }
        let found =
            if let known = readers[room] {
                known
            } else {
                try PageReaders(
                    of: room, page, viewer: viewer, everybody: everybody(in: room), hasExceptions: true, on: connection)
            }
        readers[room] = found
        recent = found
        return found
    }

    private func everybody(in room: RoomNumber) -> [MemberReach]? {
        everybody.flatMap { $0.room == room ? $0.members : nil }
    }

    private func answered(_ id: OperationID?, in room: RoomNumber) throws(SQLiteError) -> MessageNumber? {
        guard let id else { return nil }
        var row = try connection.statement(
            """
            SELECT m.serial FROM
                (SELECT serial FROM operation_new WHERE prefix = ?1
                UNION ALL SELECT serial FROM operation_id WHERE prefix = ?1) n
                JOIN operation o ON o.serial = n.serial JOIN message m ON m.serial = o.serial
            WHERE o.id = ?2 AND m.room = ?3 AND m.flags & 1 AND m.flags & 10
            """)
        row.bind(1, id.bytes.prefix)
        row.bind(2, id.bytes)
        row.bind(3, room)
        return try row.step() ? MessageNumber(row.int64(0)) : nil
    }

    private func showReactions(
        to message: MessageNumber, to visitor: inout some MessageVisitor & ~Copyable
    ) throws(SQLiteError) {
        var rows = try connection.statement(
            """
            SELECT value, count(*) FROM reaction WHERE message = ?1 AND value IS NOT NULL GROUP BY value ORDER BY value
            """)
        rows.bind(1, message)
        while try rows.step() { visitor.reaction(rows.bytes(0), count: rows.int(1)) }
    }
}
