import Operations

/// What a room lacks that a peer is thought to have.
struct Need: Equatable, Sendable {
    /// Compare the whole clock; else only `feeds`.
    var isWhole = false
    var feeds: Set<Feed> = []
    var operations: Set<OperationID> = []
    var payloads: Set<OperationID> = []
    /// The hybrid time of the newest operation, where it was said.
    var activity: UInt64 = 0
    /// It was in an exchange that could not be read, and goes by itself from now on.
    var goesAlone = false
    /// The number of the first request that was made after this was heard.
    var asOf: UInt64 = 0

    static let feedsMax = GossipLimits.feedsPerAskMax
    static let namesMax = GossipLimits.namesPerAskMax

    var marks: Int { feeds.count + operations.count + payloads.count }

    mutating func merge(_ other: Need) {
        isWhole = isWhole || other.isWhole
        feeds.formUnion(other.feeds)
        if feeds.count > Self.feedsMax {
            isWhole = true
            feeds = []
        }
        // Too many to ask for at once: those that find no room come up again, while they are missing.
        operations = Set(operations.union(other.operations).sorted().prefix(Self.namesMax))
        payloads = Set(payloads.union(other.payloads).sorted().prefix(Self.namesMax))
        activity = max(activity, other.activity)
        goesAlone = goesAlone || other.goesAlone
        asOf = max(asOf, other.asOf)
    }

    func asks(for room: RoomID, _ clock: RoomClock) -> [PullRequest.Ask] {
        var asks: [PullRequest.Ask] = []
        if isWhole {
            asks.append(.room(room, clock))
        } else if !feeds.isEmpty {
            asks.append(.feeds(room, feeds.sorted().map { FeedPosition(feed: $0, seq: clock.next(in: $0)) }))
        }
        if !operations.isEmpty { asks.append(.operations(room, operations.sorted())) }
        if !payloads.isEmpty { asks.append(.payloads(room, payloads.sorted())) }
        return asks
    }
}

/// Rooms to pull from one peer, the one with the newest activity first.
struct Needs: Sendable {
    private(set) var rooms: [RoomID: Need] = [:]
    /// Something found no room: a full reconciliation finds it again.
    private(set) var hasOverflown = false
    let roomsMax: Int
    var nextRequest: UInt64 = 1
    /// Feeds and names in all of them.
    private var marks = 0
    static let marksMax = 65_536

    init(roomsMax: Int) {
        self.roomsMax = roomsMax
    }

    var isEmpty: Bool { rooms.isEmpty }
    var count: Int { rooms.count }

    mutating func add(_ need: Need, for room: RoomID) {
        guard rooms[room] != nil || rooms.count < roomsMax else {
            hasOverflown = true
            return
        }
        var merged = remove(room) ?? Need()
        merged.merge(need)
        merged.asOf = nextRequest
        if marks + merged.marks > Self.marksMax {
            // So many, and somebody makes them up. The whole room says it too, and names that are still missing
            // come up again.
            merged.isWhole = true
            (merged.feeds, merged.operations, merged.payloads) = ([], [], [])
        }
        marks += merged.marks
        rooms[room] = merged
    }

    mutating func takeOverflow() -> Bool {
        defer { hasOverflown = false }
        return hasOverflown
    }

    @discardableResult
    mutating func remove(_ room: RoomID) -> Need? {
        guard let need = rooms.removeValue(forKey: room) else { return nil }
        marks -= need.marks
        return need
    }

    /// Takes up to `limit` of the rooms for which it is time. One that goes alone comes alone.
    mutating func take(_ limit: Int, unless isWaiting: (RoomID) -> Bool) -> [(room: RoomID, need: Need)] {
        // One pass with a short list of the best: there may be tens of thousands.
        var best: [(activity: UInt64, room: RoomID)] = []
        for (room, need) in rooms where !isWaiting(room) {
            let candidate = (activity: need.activity, room: room)
            if best.count == limit, let last = best.last, !Self.precedes(candidate, last) { continue }
            let index = best.firstIndex { Self.precedes(candidate, $0) } ?? best.count
            best.insert(candidate, at: index)
            if best.count > limit { best.removeLast() }
        }
        let leadsAlone = best.first.flatMap { rooms[$0.room]?.goesAlone } ?? false
        let chosen = leadsAlone ? Array(best.prefix(1)) : best.filter { rooms[$0.room]?.goesAlone == false }
        return chosen.compactMap { entry in remove(entry.room).map { (entry.room, $0) } }
    }

    private static func precedes(
        _ left: (activity: UInt64, room: RoomID), _ right: (activity: UInt64, room: RoomID)
    ) -> Bool {
        left.activity == right.activity ? left.room < right.room : left.activity > right.activity
    }
}
