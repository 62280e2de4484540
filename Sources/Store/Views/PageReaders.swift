import SQLite

/// What messages of a room a page has at most.
struct PageSpan {
    var firstSerial: Int64 = .max
    var lastSerial: Int64 = .min
    /// The first in canonical order.
    var first = MessageSpot.end

    init() {}

    init(_ spot: MessageSpot) {
        add(spot)
    }

    var isOne: Bool { firstSerial == lastSerial }

    mutating func add(_ spot: MessageSpot) {
        firstSerial = min(firstSerial, spot.serial)
        lastSerial = max(lastSerial, spot.serial)
        first = min(first, spot)
    }
}

/// Up to where somebody has read who is in a room.
struct MemberReach {
    let person: PersonNumber
    private let isLocal: Bool
    /// Of people here. All up to `position` is read, in order of arrival; `seen` is the same once they have read anything.
    fileprivate let position: Int64
    fileprivate let seen: Int64
    /// Of people elsewhere, in canonical order.
    private let place: (time: Int64, tie: Int64)?

    /// So many people are looked at one by one; among more, those who have read the same are counted.
    static let fewMax = 50

    private init(_ row: borrowing Statement) {
        person = PersonNumber(row.int64(0))
        isLocal = row.bool(1)
        position = row.int64(2)
        seen = row.int64(3)
        place = row.isNull(4) ? nil : (row.int64(4), row.int64(5))
    }

    /// The first to join.
    static func first(_ count: Int, of room: RoomNumber, on connection: Connection) throws(SQLiteError) -> [MemberReach]
    {
        var rows = try connection.statement(
            """
            SELECT person, is_local, position, seen, place_time, place_tie FROM membership
            WHERE room = ?1 ORDER BY joined, id LIMIT ?2
            """)
        rows.bind(1, room)
        rows.bind(2, count)
        var found: [MemberReach] = []
        while try rows.step() { found.append(MemberReach(rows)) }
        return found
    }

    static func of(
        _ person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> MemberReach? {
        var row = try connection.statement(
            """
            SELECT person, is_local, position, seen, place_time, place_tie FROM membership
            WHERE room = ?1 AND person = ?2
            """)
        row.bind(1, room)
        row.bind(2, person)
        return try row.step() ? MemberReach(row) : nil
    }

    /// Beside what they have read apart.
    fileprivate func hasReached(_ spot: MessageSpot) -> Bool {
        if isLocal { return seen >= spot.serial }
        guard let place else { return false }
        return (place.time, place.tie) >= (spot.time, spot.tie)
    }
}

/// Who has read the messages of a page: looked up once for all of them. Few people are looked at one by one; of many, there are as
/// many rows as different places to which they have read. An object, since it is asked for each message.
final class PageReaders {
    let room: RoomNumber
    private let viewer: PersonNumber
    private var viewerPosition: Int64 = 0
    /// All who are in the room, where they are few; else those who were asked for.
    private var members: [MemberReach]
    private let areFew: Bool
    /// Of people here, ascending: up to this message, and how many have read to there or further.
    private var positions: [(serial: Int64, readers: Int)] = []
    /// Of people elsewhere, ascending.
    private var places: [(time: Int64, tie: Int64, readers: Int)] = []
    /// What was read, or not read, against what the place says that somebody has read up to.
    private var exceptions: [Int64: [PersonNumber: Bool]] = [:]

    /// `everybody`: who is in the room, where somebody has looked already. `hasExceptions` is false where there are none.
    init(
        of room: RoomNumber, _ page: PageSpan, viewer: PersonNumber, everybody: [MemberReach]? = nil,
        hasExceptions: Bool = true, on connection: Connection
    ) throws(SQLiteError) {
        self.room = room
        self.viewer = viewer
        let members: [MemberReach]
        if let everybody {
            members = everybody
        } else {
            // To look at all of them for one message would cost more than to count.
            members = page.isOne ? [] : try MemberReach.first(MemberReach.fewMax, of: room, on: connection)
        }
        areFew = everybody != nil || !page.isOne && members.count < MemberReach.fewMax
        self.members = areFew ? members : []
        if areFew {
            viewerPosition = members.first { $0.person == viewer }?.position ?? 0
        } else {
            viewerPosition = try MemberReach.of(viewer, in: room, on: connection)?.position ?? 0
            try loadPositions(page, on: connection)
            try loadPlaces(page, on: connection)
        }
        if hasExceptions { try loadExceptions(page, on: connection) }
    }

    private func loadPositions(_ page: PageSpan, on connection: Connection) throws(SQLiteError) {
        var rows = try connection.statement(
            """
            SELECT seen, count(*) FROM membership WHERE room = ?1 AND seen >= ?2 AND seen IS NOT NULL
            GROUP BY seen ORDER BY seen DESC
            """)
        rows.bind(1, room)
        rows.bind(2, page.firstSerial)
        var sum = 0
        while try rows.step() {
            sum += rows.int(1)
            positions.append((rows.int64(0), sum))
        }
        positions.reverse()
    }

    private func loadPlaces(_ page: PageSpan, on connection: Connection) throws(SQLiteError) {
        var rows = try connection.statement(
            """
            SELECT place_time, place_tie, count(*) FROM membership
            WHERE room = ?1 AND (place_time, place_tie) >= (?2, ?3) AND place_time IS NOT NULL
            GROUP BY place_time, place_tie ORDER BY place_time DESC, place_tie DESC
            """)
        rows.bind(1, room)
        rows.bind(2, page.first.time)
        rows.bind(3, page.first.tie)
        var sum = 0
        while try rows.step() {
            sum += rows.int(2)
            places.append((rows.int64(0), rows.int64(1), sum))
        }
        places.reverse()
    }

    /// Messages behind somebody's place that they have read, here or elsewhere, and those before it that they have not.
    private func loadExceptions(_ page: PageSpan, on connection: Connection) throws(SQLiteError) {
        var rows = try connection.statement(
            """
            SELECT a.message, a.person, 1 FROM reading_apart a
            JOIN membership m ON m.room = a.room AND m.person = a.person AND coalesce(m.seen, 0) < a.message
            WHERE a.room = ?1 AND a.message BETWEEN ?2 AND ?3
            UNION ALL
            SELECT message, person, is_read FROM reading_exception WHERE room = ?1 AND message BETWEEN ?2 AND ?3
            """)
        rows.bind(1, room)
        rows.bind(2, page.firstSerial)
        rows.bind(3, page.lastSerial)
        while try rows.step() {
            exceptions[rows.int64(0), default: [:]][PersonNumber(rows.int64(1))] = rows.bool(2)
        }
    }

    // MARK: Questions

    /// How many have read a message, beside its sender.
    func count(_ spot: MessageSpot, _ sender: PersonNumber, on connection: Connection) throws(SQLiteError) -> Int {
        let exceptions = exceptions.isEmpty ? nil : exceptions[spot.serial]
        if areFew {
            var count = 0
            for member in members where member.person != sender {
                if exceptions?[member.person] ?? member.hasReached(spot) { count += 1 }
            }
            return count
        }
        let here = positions.first { $0.serial >= spot.serial }?.readers ?? 0
        let elsewhere = places.first { ($0.time, $0.tie) >= (spot.time, spot.tie) }?.readers ?? 0
        var all = here + elsewhere
        for isRead in (exceptions ?? [:]).values { all += isRead ? 1 : -1 }
        guard all > 0 else { return 0 }
        let isSenderAmong: Bool
        if let isRead = exceptions?[sender] {
            isSenderAmong = isRead
        } else {
            isSenderAmong = try reach(of: sender, on: connection)?.hasReached(spot) ?? false
        }
        return isSenderAmong ? all - 1 : all
    }

    private func reach(of sender: PersonNumber, on connection: Connection) throws(SQLiteError) -> MemberReach? {
        if let known = members.first(where: { $0.person == sender }) { return known }
        guard let reach = try MemberReach.of(sender, in: room, on: connection) else { return nil }
        members.append(reach)
        return reach
    }

    /// Whether the viewer has read it, or need not.
    func hasRead(_ spot: MessageSpot) -> Bool {
        viewerPosition >= spot.serial || !exceptions.isEmpty && exceptions[spot.serial]?[viewer] ?? false
    }
}
