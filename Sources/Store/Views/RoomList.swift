package import SQLite

/// The rooms of a page, found and not yet shown.
package struct RoomPage {
    /// How many rooms the whole list has, where that was seen on the way.
    package let count: Int?
    fileprivate let glances: [RoomGlance]
}

/// The rooms of somebody, the liveliest first.
package enum RoomList {
    package static func page(
        of person: PersonNumber, _ filter: RoomFilter, _ window: ListWindow, on connection: Connection,
        _ visitor: inout some RoomVisitor & ~Copyable
    ) throws {
        try connection.snapshot {
            let page = try find(of: person, filter, window, on: connection)
            try show(page, to: person, on: connection, &visitor)
        }
    }

    /// To be shown while the database is as it is now.
    package static func find(
        of person: PersonNumber, _ filter: RoomFilter, _ window: ListWindow, on connection: Connection
    ) throws -> RoomPage {
        try connection.snapshot {
            let own = try connection.count("SELECT count(*) FROM membership WHERE person = ?1") { $0.bind(1, person) }
            if filter.isNone, window.offset == 0, own <= window.limit {
                // Mostly: who asks for all of their rooms need not have them chosen before they are looked at.
                let glances = try RoomGlance.all(of: person, on: connection)
                return RoomPage(count: glances.count, glances: glances)
            }
            return RoomPage(count: nil, glances: try choose(of: person, filter, window, on: connection))
        }
    }

    private static func choose(
        of person: PersonNumber, _ filter: RoomFilter, _ window: ListWindow, on connection: Connection
    ) throws -> [RoomGlance] {
        let words = FoldedFilter(filter)
        let isFiltered = !filter.isNone
        var skip = window.offset
        var chosen: [RoomGlance] = []
        var next: [MembershipNumber] = []
        let soon = window.offset + window.limit
        try LivelyRooms.forEach(of: person, soon: soon, on: connection) { room, membership in
            // Of rooms without a filter, a glance at them says which are open.
            if skip > 0 || isFiltered {
                guard try fits(room, filter, words, on: connection) else { return true }
                guard skip == 0 else {
                    skip -= 1
                    return true
                }
            }
            next.append(membership)
            guard chosen.count + next.count == window.limit else { return true }
            chosen += try RoomGlance.of(next, on: connection)
            next = []
            return chosen.count < window.limit
        }
        return chosen + (try RoomGlance.of(next, on: connection))
    }

    package static func show(
        _ page: RoomPage, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout some RoomVisitor & ~Copyable
    ) throws {
        var show = RoomShow(to: viewer, on: connection)
        for glance in page.glances { try show.show(glance, to: &visitor) }
    }

    package static func count(
        of person: PersonNumber, _ filter: RoomFilter = RoomFilter(), on connection: Connection
    ) throws -> Int {
        guard filter.isNone else {
            let words = FoldedFilter(filter)
            var count = 0
            try LivelyRooms.forEach(of: person, soon: .max, on: connection) { room, _ in
                if try fits(room, filter, words, on: connection) { count += 1 }
                return true
            }
            return count
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
            let membership = try MembershipTable.number(of: viewer, in: room, on: connection)
            guard let membership else { return false }
            guard let glance = try RoomGlance.of([membership], on: connection).first else { return false }
            var show = RoomShow(to: viewer, on: connection)
            try show.show(glance, to: &visitor)
            return true
        }
    }

    /// Whether it is open, too.
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

/// Shows rooms, and remembers of a page whom it has shown.
private struct RoomShow {
    let viewer: PersonNumber
    let connection: Connection
    private var messages: MessageShow

    private static let participantsMax = 50

    init(to viewer: PersonNumber, on connection: Connection) {
        self.viewer = viewer
        self.connection = connection
        messages = MessageShow(to: viewer, on: connection)
    }

    mutating func show(_ glance: RoomGlance, to visitor: inout some RoomVisitor & ~Copyable) throws {
        if visitor.takes(glance) { return }
        var row = try connection.statement(
            """
            SELECT r.number, r.uuid, r.nature, v.creator, v.created, v.updated, v.activity, v.members, r.is_archived,
                r.is_deleted, r.is_group, r.client, r.property, r.avatar, r.name, r.details,
                CASE WHEN r.nature = 1 THEN 'direct' ELSE r.type END, r.school, r.extra, m.role, m.is_muted,
                v.countable - m.read, v.last_message
            FROM membership m JOIN room r ON r.number = m.room JOIN room_view v ON v.room = m.room
            WHERE m.room = ?1 AND m.person = ?2 AND NOT r.is_deleted
            """)
        row.bind(1, glance.room)
        row.bind(2, viewer)
        guard try row.step() else { return }
        let shown = try RoomRow(row)
        let members = try MemberReach.first(Self.participantsMax, of: glance.room, on: connection)
        if members.count == shown.memberCount { messages.know(everybody: members, in: glance.room) }
        _ = try People.introduce(shown.creator, on: connection, to: &visitor)
        for member in members { _ = try People.introduce(member.person, on: connection, to: &visitor) }
        visitor.room(shown)
        for member in members { visitor.participant(member.person) }
        if let last = shown.lastMessage { _ = try messages.show(last, to: &visitor) }
        visitor.endOfRoom()
    }
}

extension [UInt8] {
    /// Whether these bytes stand in it one after the other.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard part.count <= count else { return false }
        return (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
