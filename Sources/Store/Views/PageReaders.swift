import SQLite

/// What messages of a room a page has at most.
struct PageSpan {
    var firstSerial: Int64 = .max
    var lastSerial: Int64 = .min
    /// The first in canonical order.
    var first = MessageSpot(time: .max, tie: .max, serial: .max)

    mutating func add(_ spot: MessageSpot) {
        firstSerial = min(firstSerial, spot.serial)
        lastSerial = max(lastSerial, spot.serial)
        first = min(first, spot)
    }
}

/// Who has read the messages of a page: looked up once for all of them, and as many rows as there are different places to which
/// people have read. An object, since it is asked for each message.
final class PageReaders {
    private let room: RoomNumber
    private let viewer: PersonNumber
    private let viewerPosition: Int64
    /// Of people here, ascending: up to this message, and how many have read to there or further.
    private var positions: [(serial: Int64, readers: Int)] = []
    /// Of people elsewhere, ascending.
    private var places: [(time: Int64, tie: Int64, readers: Int)] = []
    private var apart: [Int64: Set<PersonNumber>] = [:]
    /// Messages behind somebody's place that they have read, and those before it that they have not.
    private var exceptions: [Int64: [PersonNumber: Bool]] = [:]
    private var senders: [PersonNumber: Reach] = [:]

    /// Up to where somebody has read who is in the room.
    private enum Reach {
        case local(seen: Int64)
        case elsewhere(place: (time: Int64, tie: Int64)?)
        case nobody
    }

    init(
        of room: RoomNumber, _ page: PageSpan, viewer: PersonNumber, on connection: Connection
    ) throws(SQLiteError) {
        self.room = room
        self.viewer = viewer
        var own = try connection.statement("SELECT position FROM membership WHERE room = ?1 AND person = ?2")
        own.bind(1, room)
        own.bind(2, viewer)
        viewerPosition = try own.step() ? own.int64(0) : 0
        try loadPositions(page, on: connection)
        try loadPlaces(page, on: connection)
        try loadApart(page, on: connection)
        try loadExceptions(page, on: connection)
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

    private func loadApart(_ page: PageSpan, on connection: Connection) throws(SQLiteError) {
        var rows = try connection.statement(
            """
            SELECT a.message, a.person FROM reading_apart a
            JOIN membership m ON m.room = a.room AND m.person = a.person AND coalesce(m.seen, 0) < a.message
            WHERE a.room = ?1 AND a.message BETWEEN ?2 AND ?3
            """)
        rows.bind(1, room)
        rows.bind(2, page.firstSerial)
        rows.bind(3, page.lastSerial)
        while try rows.step() {
            apart[rows.int64(0), default: []].insert(PersonNumber(rows.int64(1)))
        }
    }

    private func loadExceptions(_ page: PageSpan, on connection: Connection) throws(SQLiteError) {
        var rows = try connection.statement(
            """
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
        let here = positions.first { $0.serial >= spot.serial }?.readers ?? 0
        let elsewhere = places.first { ($0.time, $0.tie) >= (spot.time, spot.tie) }?.readers ?? 0
        var all = here + elsewhere
        if !apart.isEmpty { all += apart[spot.serial]?.count ?? 0 }
        if !exceptions.isEmpty { for isRead in (exceptions[spot.serial] ?? [:]).values { all += isRead ? 1 : -1 } }
        guard all > 0 else { return 0 }
        return all - (try hasReached(spot, sender, on: connection) ? 1 : 0)
    }

    /// As `ReceiptList.hasReached`, of a message of the page.
    private func hasReached(
        _ spot: MessageSpot, _ sender: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        switch try reach(of: sender, on: connection) {
        case .nobody: false
        case .local(let seen): seen >= spot.serial || apart[spot.serial]?.contains(sender) ?? false
        case .elsewhere(let place):
            exceptions[spot.serial]?[sender] ?? place.map { ($0.time, $0.tie) >= (spot.time, spot.tie) } ?? false
        }
    }

    private func reach(of sender: PersonNumber, on connection: Connection) throws(SQLiteError) -> Reach {
        if let known = senders[sender] { return known }
        var reach = Reach.nobody
        var row = try connection.statement(
            "SELECT is_local, seen, place_time, place_tie FROM membership WHERE room = ?1 AND person = ?2")
        row.bind(1, room)
        row.bind(2, sender)
        if try row.step() {
            reach =
                row.bool(0)
                ? .local(seen: row.int64(1))
                : .elsewhere(place: row.isNull(2) ? nil : (row.int64(2), row.int64(3)))
        }
        senders[sender] = reach
        return reach
    }

    /// Whether the viewer has read it, or need not.
    func hasRead(_ spot: MessageSpot) -> Bool {
        viewerPosition >= spot.serial || apart[spot.serial]?.contains(viewer) ?? false
    }
}
