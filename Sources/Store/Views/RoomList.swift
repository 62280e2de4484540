package import SQLite

/// The rooms of somebody, the liveliest first.
package enum RoomList {
    package static let participantsMax = 50

    package static func page(
        of person: PersonNumber, _ filter: RoomFilter, _ window: ListWindow, on connection: Connection,
        _ visitor: inout some RoomVisitor & ~Copyable
    ) throws {
        try connection.snapshot {
            var show = RoomShow(to: person, on: connection)
            for room in try numbers(of: person, filter, window, on: connection) {
                _ = try show.show(room, to: &visitor)
            }
        }
    }

    package static func count(
        of person: PersonNumber, _ filter: RoomFilter = RoomFilter(), on connection: Connection
    ) throws -> Int {
        guard filter.isNone else {
            return try numbers(of: person, filter, ListWindow(limit: Int(Int32.max)), on: connection).count
        }
        return try connection.count(
            """
            SELECT count(*) FROM membership m JOIN room r ON r.number = m.room WHERE m.person = ?1 AND NOT r.is_deleted
            """
        ) { $0.bind(1, person) }
    }

    /// One that the viewer is in; false where they aren't, or it is deleted.
    package static func show(
        _ room: RoomNumber, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout some RoomVisitor & ~Copyable
    ) throws -> Bool {
        try connection.snapshot {
            var show = RoomShow(to: viewer, on: connection)
            return try show.show(room, to: &visitor)
        }
    }

    private static func numbers(
        of person: PersonNumber, _ filter: RoomFilter, _ window: ListWindow, on connection: Connection
    ) throws(SQLiteError) -> [RoomNumber] {
        var rooms: [RoomNumber] = []
        var skipped = 0
        let words = FoldedFilter(filter)
        try LivelyRooms.forEach(of: person, soon: window.offset + window.limit, on: connection) {
            room throws(SQLiteError) in
            guard try fits(room, filter, words, on: connection) else { return true }
            if skipped < window.offset { skipped += 1 } else { rooms.append(room) }
            return rooms.count < window.limit
        }
        return rooms
    }

    private static func fits(
        _ room: RoomNumber, _ filter: RoomFilter, _ words: FoldedFilter, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT name, school, details FROM room
            WHERE number = ?1 AND NOT is_deleted AND (?2 IS NULL OR is_archived = ?2)
                AND (?3 IS NULL OR CASE WHEN nature = 1 THEN 'direct' ELSE type END = ?3)
            """)
        row.bind(1, room)
        row.bind(2, filter.isArchived.map { $0 ? 1 as Int64 : 0 })
        row.bind(3, filter.type)
        guard try row.step() else { return false }
        return words.isNone || words.fits(row.string(0), row.string(1), row.string(2))
    }

    /// SQLite knows upper and lower case of ASCII alone.
    private struct FoldedFilter {
        let name: String?
        let school: String?
        let details: String?

        init(_ filter: RoomFilter) {
            name = filter.name?.lowercased()
            school = filter.school?.lowercased()
            details = filter.details?.lowercased()
        }

        var isNone: Bool { name == nil && school == nil && details == nil }

        func fits(_ name: String, _ school: String, _ details: String) -> Bool {
            Self.holds(name, self.name) && Self.holds(school, self.school) && Self.holds(details, self.details)
        }

        private static func holds(_ text: String, _ part: String?) -> Bool {
            guard let part, !part.isEmpty else { return true }
            return Array(text.lowercased().utf8).contains(Array(part.utf8))
        }
    }
}

/// Shows rooms one by one, and remembers of a page whom it has shown.
private struct RoomShow {
    let viewer: PersonNumber
    let connection: Connection
    private var messages: MessageShow

    init(to viewer: PersonNumber, on connection: Connection) {
        self.viewer = viewer
        self.connection = connection
        messages = MessageShow(to: viewer, on: connection)
    }

    mutating func show(_ room: RoomNumber, to visitor: inout some RoomVisitor & ~Copyable) throws -> Bool {
        var row = try connection.statement(
            """
            SELECT r.number, r.uuid, r.nature, v.creator, v.created, v.updated, v.activity, v.members, r.is_archived,
                r.is_deleted, r.is_group, r.client, r.property, r.avatar, r.name, r.details,
                CASE WHEN r.nature = 1 THEN 'direct' ELSE r.type END, r.school, r.extra, m.role, m.is_muted,
                v.countable - m.read, v.last_message
            FROM membership m JOIN room r ON r.number = m.room JOIN room_view v ON v.room = m.room
            WHERE m.room = ?1 AND m.person = ?2 AND NOT r.is_deleted
            """)
        row.bind(1, room)
        row.bind(2, viewer)
        guard try row.step() else { return false }
        let shown = try RoomRow(row)
        let participants = try participants(of: room)
        try messages.introduce(shown.creator, to: &visitor)
        for person in participants { try messages.introduce(person, to: &visitor) }
        visitor.room(shown)
        for person in participants { visitor.participant(person) }
        if let last = shown.lastMessage, let spot = try MessageSpot.of(last, on: connection) {
            var page = PageSpan()
            page.add(spot)
            _ = try messages.show(last, page, to: &visitor)
        }
        visitor.endOfRoom()
        return true
    }

    /// The first to join.
    private func participants(of room: RoomNumber) throws(SQLiteError) -> [PersonNumber] {
        var rows = try connection.statement(
            "SELECT person FROM membership WHERE room = ?1 ORDER BY joined, id LIMIT ?2")
        rows.bind(1, room)
        rows.bind(2, RoomList.participantsMax)
        var people: [PersonNumber] = []
        while try rows.step() { people.append(PersonNumber(rows.int64(0))) }
        return people
    }
}

extension [UInt8] {
    /// Whether these bytes stand in it one after the other.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard part.count <= count else { return false }
        return (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
