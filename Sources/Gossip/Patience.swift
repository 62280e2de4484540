import Operations

/// Patience with rooms in which nothing comes of what is done: each fruitless exchange makes the next wait four times as
/// long, a fruitful one forgives all.
struct Patience: Sendable {
    static let roomsMax = 4_096
    static let shortest: Int64 = 1_000
    static let longest: Int64 = 3_600_000
    private var rooms: [RoomID: (times: Int, until: Int64)] = [:]
    private var order: [RoomID] = []

    func isWaiting(for room: RoomID, at now: Int64) -> Bool {
        rooms[room].map { now < $0.until } ?? false
    }

    func end(for room: RoomID) -> Int64? { rooms[room]?.until }

    func times(of room: RoomID) -> Int { rooms[room]?.times ?? 0 }

    func nextEnd(after now: Int64) -> Int64? {
        rooms.values.lazy.map(\.until).filter { $0 > now }.min()
    }

    /// The room of which nothing is remembered any more, where there were too many.
    @discardableResult
    mutating func wasFruitless(_ room: RoomID, at now: Int64) -> RoomID? {
        var forgotten: RoomID?
        if rooms[room] == nil {
            if order.count >= Self.roomsMax {
                forgotten = order.removeFirst()
                rooms[forgotten!] = nil  // it was there
            }
            order.append(room)
        }
        let times = (rooms[room]?.times ?? 0) + 1
        let wait = min(Self.shortest << min(2 * (times - 1), 24), Self.longest)
        rooms[room] = (times, now + wait)
        return forgotten
    }

    mutating func wasFruitful(_ room: RoomID) {
        guard rooms.removeValue(forKey: room) != nil else { return }
        order.removeAll { $0 == room }
    }
}

/// What a peer lacked of rooms when it said so last. Whoever goes on to lack what it was offered can't take it yet: it waits
/// for its clock, or for a past that nobody gives it. That is no reason not to ask it for anything; only to look into the
/// difference, and to offer the same again, it gets more and more time.
struct Offers: Sendable {
    private var lacks: [RoomID: Lacks] = [:]
    private var patience = Patience()

    /// When it is time to look again.
    func end(for room: RoomID) -> Int64? { patience.end(for: room) }

    /// How often the same was lacking when it was offered before.
    mutating func note(_ lacks: Lacks, of room: RoomID, at now: Int64) -> Int {
        let isAgain = self.lacks[room] == lacks
        if !isAgain { forget(room) }
        self.lacks[room] = lacks
        if let forgotten = patience.wasFruitless(room, at: now) { self.lacks[forgotten] = nil }
        return isAgain ? patience.times(of: room) - 1 : 0
    }

    /// Whether there was something to forget.
    @discardableResult
    mutating func forget(_ room: RoomID) -> Bool {
        guard lacks.removeValue(forKey: room) != nil else { return false }
        patience.wasFruitful(room)
        return true
    }
}
