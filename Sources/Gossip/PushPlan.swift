package import Operations

/// What goes into a push: names of things, whose bytes are fetched from the log while the body is written.
package struct PushPlan: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package let room: RoomID
        package var told: [NodeID] = []
        package var operations: [FeedRange] = []
        /// Those of them, of this node's own feeds, before which the receiver has what is there.
        package var continued: [FeedRange] = []
        /// So many of each feed on which they build go with them: the receiver counts as many there, and may have others.
        package var pastDepth: UInt64 = 0
        package var registers: [NodeID] = []
        package var proofs: [Feed] = []
        package var announced = RoomClock()
        package var digest: ShortDigest?

        package init(room: RoomID) {
            self.room = room
        }

        package var isEmpty: Bool {
            operations.isEmpty && registers.isEmpty && proofs.isEmpty && announced.isEmpty
        }

        /// Whether a clock counts all operations that are in here.
        func isTaken(as clock: RoomClock) -> Bool {
            operations.allSatisfy { clock.includes(FeedPosition(feed: $0.feed, seq: $0.seqs.upperBound)) }
        }
    }

    /// All of the log between these positions that concerns the receiver is in here; without `since` it may
    /// not be all.
    package let since: UInt64?
    package let through: UInt64
    package var items: [Item]

    package init(since: UInt64?, through: UInt64, items: [Item]) {
        self.since = since
        self.through = through
        self.items = items
    }

    package var operationsCount: UInt64 {
        items.reduce(0) { sum, item in
            item.operations.reduce(sum) { $0 + $1.seqs.upperBound - $1.seqs.lowerBound + 1 }
        }
    }
}

/// What a room owes to a peer: positions, and no copies of anything.
struct Owed: Equatable, Sendable {
    /// Everything that came after this; nil for nothing.
    var after: UInt64?
    /// To be sent whole; else it is announced and the peer asks for it.
    var isEager = false
    var told: Set<NodeID> = []
    /// What the peer has told that it lacks.
    var lacks = Lacks()
    /// How often that was offered before.
    var pastDepth = 0
    /// It was in a body that the peer could not read, and goes by itself from now on.
    var goesAlone = false

    mutating func merge(_ other: Owed) {
        if let position = other.after { after = min(after ?? position, position) }
        isEager = isEager || other.isEager
        // Only who is told of all of it need not be told by others.
        told = after == nil || told.isEmpty ? other.told : told.intersection(other.told)
        if !other.lacks.isEmpty { (lacks, pastDepth) = (other.lacks, other.pastDepth) }
        goesAlone = goesAlone || other.goesAlone
    }
}

/// What a peer is known to have, from what it said itself: enough to not send it again what it has. A wrong
/// entry does no harm that the peer did not do to itself.
struct PeerKnowledge: Sendable {
    static let roomsMax = 1_024
    static let entriesMax = 65_536
    private var clocks: [RoomID: RoomClock] = [:]
    /// Of these, rooms that the peer has in its log, and not apart: it has shown a digest.
    private var shared: Set<RoomID> = []
    private var order: [RoomID] = []
    private var entries = 0

    func includes(_ place: FeedPosition, in room: RoomID) -> Bool {
        clocks[room]?.includes(place) ?? false
    }

    func includes(_ version: RegisterVersion, of origin: NodeID, in room: RoomID) -> Bool {
        clocks[room]?.registers[origin].map { $0 >= version } ?? false
    }

    /// Whether it can go on from there: what it keeps apart it doesn't look at for that.
    func canContinue(_ place: FeedPosition, in room: RoomID) -> Bool {
        shared.contains(room) && includes(place, in: room)
    }

    mutating func note(_ room: RoomID, isShared: Bool) {
        if isShared, clocks[room] != nil { shared.insert(room) } else { shared.remove(room) }
    }

    mutating func learn(_ clock: RoomClock, in room: RoomID) {
        if clocks[room] == nil { order.append(room) }
        var known = clocks.removeValue(forKey: room) ?? RoomClock()
        entries -= known.entriesCount
        known.join(clock)
        entries += known.entriesCount
        clocks[room] = known
        while order.count > Self.roomsMax || entries > Self.entriesMax, let oldest = order.first { forget(oldest) }
    }

    mutating func forget(_ room: RoomID) {
        guard let known = clocks.removeValue(forKey: room) else { return }
        entries -= known.entriesCount
        shared.remove(room)
        order.removeAll { $0 == room }
    }
}

/// Puts together one room's part of a push.
struct PushPlanner {
    let peer: NodeID
    let knowledge: PeerKnowledge
    /// Of one room in one push; the rest of it goes with the next.
    static let entriesMax = 1_024
    let bytesMax: Int
    /// About what an announced entry weighs.
    private static let announcedBytes = 96

    /// What goes now, about what it weighs, and what is left of the debt.
    func plan(
        _ room: RoomID, _ owed: Owed, _ log: borrowing some OperationReader & ~Copyable
    ) -> (item: PushPlan.Item, bytes: Int, rest: Owed?) {
        var item = PushPlan.Item(room: room)
        let standing = log.standing(of: peer, in: room)
        guard standing != .none, let clock = log.clock(of: room) else { return (item, 0, nil) }
        item.digest = standing == .participant ? log.digest(of: room)?.short : nil
        item.told = Array(owed.told.sorted().prefix(GossipLimits.toldMax))
        var rest: Owed?
        var ranges = FeedRanges()
        var bytes = 0
        if let position = owed.after {
            let next = gather(room, after: position, owed, clock, standing, &item, &ranges, &bytes, log)
            if let next {
                rest = owed
                rest?.after = next
                rest?.lacks = Lacks()
                rest?.pastDepth = 0
            }
        }
        // Whoever has left may still lack some of what was theirs: a backup from before they left doesn't know of it.
        let shown = if case .left(let view) = standing { clock.capped(by: view) } else { clock }
        if owed.isEager {
            let left = give(owed.lacks, room, shown, &item, &ranges, &bytes, log)
            if !left.isEmpty {
                rest = rest ?? Owed(after: nil, isEager: true)
                rest?.lacks = left
            }
        } else {
            announce(owed.lacks, shown, &item)
            bytes += Self.announcedBytes * item.announced.entriesCount
        }
        item.operations = ranges.ranges
        // 1, 4, 16, …
        if owed.pastDepth > 0, standing == .participant { item.pastDepth = 1 << UInt64(2 * min(owed.pastDepth - 1, 6)) }
        if standing == .participant {
            item.continued = item.operations.filter { range in
                let first = range.seqs.lowerBound
                return range.feed.origin == log.node && first > 0
                    && knowledge.canContinue(FeedPosition(feed: range.feed, seq: first - 1), in: room)
            }
        }
        return (item, bytes, rest)
    }

    /// The position to go on from; nil when nothing is left.
    private func gather(
        _ room: RoomID, after position: UInt64, _ owed: Owed, _ clock: RoomClock, _ standing: Standing,
        _ item: inout PushPlan.Item, _ ranges: inout FeedRanges, _ bytes: inout Int,
        _ log: borrowing some OperationReader & ~Copyable
    ) -> UInt64? {
        let entries = log.entries(of: room, after: position, limit: Self.entriesMax)
        var last = position
        for entry in entries {
            guard bytes == 0 || bytes + entry.bytes <= bytesMax else { return last }
            last = entry.position
            // Never back to where it came from.
            guard entry.source != peer, !isKnown(entry.item, room) else { continue }
            guard owed.isEager else {
                item.announced.note(entry.item, as: clock, standing)
                continue
            }
            bytes += entry.bytes
            switch (entry.item, standing) {
            case (.operation(let place), .participant):
                // Beyond a fork nothing is sent unasked.
                if clock.includes(place) { ranges.append(place) }
            case (.operation(let place), .left(let view)):
                if view.contains(place) { ranges.append(place) }
            case (.register(let origin, _), .participant):
                if !item.registers.contains(origin) { item.registers.append(origin) }
            case (.fork(let place), .participant):
                if !item.proofs.contains(place.feed) { item.proofs.append(place.feed) }
            case (.register, .left), (.fork, .left), (_, .none):
                continue
            }
        }
        return entries.count < Self.entriesMax ? nil : last
    }

    private func isKnown(_ entry: LogEntry.Item, _ room: RoomID) -> Bool {
        switch entry {
        case .operation(let place): knowledge.includes(place, in: room)
        case .register(let origin, let version): knowledge.includes(version, of: origin, in: room)
        case .fork: false
        }
    }

    private func announce(_ lacks: Lacks, _ clock: RoomClock, _ item: inout PushPlan.Item) {
        for place in lacks.feeds { item.announced.note(.operation(place), as: clock, .participant) }
        for origin in lacks.registers {
            guard let version = clock.registers[origin] else { continue }
            item.announced.take(version, of: origin)
        }
        for feed in lacks.forks {
            guard let seq = clock.forks[feed] else { continue }
            item.announced.fork(feed, at: seq)
        }
    }

    /// What of it goes another time.
    private func give(
        _ lacks: Lacks, _ room: RoomID, _ clock: RoomClock, _ item: inout PushPlan.Item, _ ranges: inout FeedRanges,
        _ bytes: inout Int, _ log: borrowing some OperationReader & ~Copyable
    ) -> Lacks {
        let wanted = lacks.feeds.compactMap { place -> FeedRange? in
            guard let seq = clock.seq(of: place.feed), place.seq <= seq else { return nil }
            return FeedRange(feed: place.feed, seqs: place.seq...seq)
        }
        var merger = FeedMerger(wanted, of: room, log: log)
        var next: [Feed: UInt64] = [:]
        while let entry = merger.next, bytes == 0 || bytes + entry.bytes <= bytesMax {
            bytes += entry.bytes
            if case .operation(let place) = entry.item {
                ranges.append(place)
                next[place.feed] = place.seq + 1
            }
            merger.take(log: log)
        }
        item.registers += lacks.registers.filter { clock.registers[$0] != nil && !item.registers.contains($0) }
        item.proofs += lacks.forks.filter { clock.forks[$0] != nil && !item.proofs.contains($0) }
        var left = Lacks()
        if merger.next != nil {
            left.feeds = wanted.compactMap { range in
                let seq = next[range.feed] ?? range.seqs.lowerBound
                return seq <= range.seqs.upperBound ? FeedPosition(feed: range.feed, seq: seq) : nil
            }
        }
        return left
    }
}
