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
    private var apart: [Int64: Int] = [:]
    private var apartOfViewer: Set<Int64> = []
    /// Messages behind somebody's place that they have read, less those before it that they have not.
    private var exceptions: [Int64: Int] = [:]

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
            apart[rows.int64(0), default: 0] += 1
            if rows.int64(1) == viewer.value { apartOfViewer.insert(rows.int64(0)) }
        }
    }

    private func loadExceptions(_ page: PageSpan, on connection: Connection) throws(SQLiteError) {
        var rows = try connection.statement(
            """
            SELECT e.message, e.is_read FROM reading_exception e WHERE e.room = ?1 AND e.message BETWEEN ?2 AND ?3
            """)
        rows.bind(1, room)
        rows.bind(2, page.firstSerial)
        rows.bind(3, page.lastSerial)
        while try rows.step() { exceptions[rows.int64(0), default: 0] += rows.bool(1) ? 1 : -1 }
    }

    // MARK: Questions

    /// How many have read a message, beside its sender.
    func count(_ spot: MessageSpot, _ sender: PersonNumber, on connection: Connection) throws(SQLiteError) -> Int {
        let here = positions.first { $0.serial >= spot.serial }?.readers ?? 0
        let elsewhere = places.first { ($0.time, $0.tie) >= (spot.time, spot.tie) }?.readers ?? 0
        let all = here + elsewhere + apart[spot.serial, default: 0] + exceptions[spot.serial, default: 0]
        guard all > 0 else { return 0 }
        return all - (try ReceiptList.hasReached(spot, sender, in: room, on: connection) ? 1 : 0)
    }

    /// Whether the viewer has read it, or need not.
    func hasRead(_ spot: MessageSpot) -> Bool {
        viewerPosition >= spot.serial || apartOfViewer.contains(spot.serial)
    }
}
