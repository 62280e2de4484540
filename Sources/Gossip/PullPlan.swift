import Keys
package import Operations

/// What goes into the answer to a pull: names of things, in order. The bytes are fetched from the log while
/// the answer is written, so that it is never in memory twice.
package struct PullPlan: Equatable, Sendable {
    package enum Part: Equatable, Sendable {
        /// As one run, or as several where it is too large for one.
        case operations(Int, RoomID, FeedRange)
        case register(Int, RoomID, NodeID)
        case proof(Int, RoomID, Feed)
        /// As an envelope; where its feed is forked, as the run of its branch that ends with it and begins at
        /// the fork or as far before it as a run can hold.
        case operation(Int, RoomID, OperationID)
        case payload(Int, RoomID, OperationID)
        case end(Int, PullEnd)
        case absent(Int)
    }

    package private(set) var parts: [Part] = []
    /// About what all of it weighs.
    package private(set) var bytes = 0
    package private(set) var operations = 0
    let bytesMax: Int

    /// A page gives each ask up to half of what is left, so that the first, the most wanted, gets the most and
    /// no room of a hundred thousand operations keeps the next from going on.
    private static let leastShare = 65_536

    package init(
        for request: PullRequest, from peer: NodeID, log: borrowing some OperationReader & ~Copyable
    ) {
        bytesMax = min(request.bytesMax, GossipLimits.bodyBytesMax)
        for (index, ask) in request.asks.enumerated() {
            // At least one is looked at, or nobody would get on.
            guard index == 0 || bytes < bytesMax else { break }
            answer(ask, index, peer, log)
        }
    }

    private mutating func answer(
        _ ask: PullRequest.Ask, _ index: Int, _ peer: NodeID, _ log: borrowing some OperationReader & ~Copyable
    ) {
        switch ask {
        case .room(let room, let theirs):
            guard let view = View(of: room, for: peer, log) else {
                // Here or not: all that we admit to have is what the peer brought itself.
                let staged = log.stagedClock(of: room, from: peer)
                return end(index, PullEnd(lacks: Lacks(staged, of: theirs)))
            }
            give(room, view, beyond: theirs, index, log)
        case .feeds(let room, let places):
            guard let view = View(of: room, for: peer, log) else { return put(.absent(index)) }
            give(room, view, places, index, log)
        case .operations(let room, let ids):
            name(ids, room, peer, index, log) { .operation(index, room, $0) }
        case .payloads(let room, let ids):
            name(ids, room, peer, index, log) { .payload(index, room, $0) }
        case .profiles(let node, let handles):
            for handle in handles {
                let user = UserID(node: node, handle: handle)
                for id in log.profile(of: user, for: peer) {
                    put(.operation(index, RoomID(directoryOf: node), id), weighing: 1_024)
                }
            }
            end(index, PullEnd())
        }
    }

    /// What one may see of a room, and how far.
    private struct View {
        let clock: RoomClock
        let digest: ShortDigest?
        let isParticipant: Bool

        init?(of room: RoomID, for peer: NodeID, _ log: borrowing some OperationReader & ~Copyable) {
            guard let clock = log.clock(of: room) else { return nil }
            switch log.standing(of: peer, in: room) {
            case .none: return nil
            case .left(let view): (self.clock, digest, isParticipant) = (clock.capped(by: view), nil, false)
            case .participant: (self.clock, digest, isParticipant) = (clock, log.digest(of: room)?.short, true)
            }
        }
    }

    private mutating func give(
        _ room: RoomID, _ view: View, beyond theirs: RoomClock, _ index: Int,
        _ log: borrowing some OperationReader & ~Copyable
    ) {
        let gaps = view.clock.beyond(theirs)
        for feed in gaps.forks.keys.sorted() { put(.proof(index, room, feed), weighing: 2_048) }
        let ranges = gaps.feeds.keys.sorted().map { feed in
            FeedRange(feed: feed, seqs: theirs.next(in: feed)...gaps.feeds[feed, default: 0])
        }
        let more = walk(ranges, room, index, log)
        if !more {
            for origin in gaps.registers.keys.sorted() { put(.register(index, room, origin), weighing: 512) }
        }
        end(index, PullEnd(lacks: Lacks(view.clock, of: theirs), digest: view.digest, more: more))
    }

    private mutating func give(
        _ room: RoomID, _ view: View, _ places: [FeedPosition], _ index: Int,
        _ log: borrowing some OperationReader & ~Copyable
    ) {
        var lacks = Lacks()
        var ranges: [FeedRange] = []
        for place in places {
            let next = view.clock.next(in: place.feed)
            if place.seq < next {
                ranges.append(FeedRange(feed: place.feed, seqs: place.seq...next - 1))
            } else if place.seq > next, lacks.feeds.count < GossipLimits.lacksMax {
                lacks.feeds.append(FeedPosition(feed: place.feed, seq: next))
            }
        }
        let more = walk(ranges, room, index, log)
        end(index, PullEnd(lacks: lacks, digest: view.digest, more: more))
    }

    /// Whether there is more than found room.
    private mutating func walk(
        _ ranges: [FeedRange], _ room: RoomID, _ index: Int, _ log: borrowing some OperationReader & ~Copyable
    ) -> Bool {
        let share = max(Self.leastShare, (bytesMax - bytes) / 2)
        var merger = FeedMerger(ranges, of: room, log: log)
        var taken = FeedRanges()
        var weight = 0
        while let entry = merger.next {
            // One always goes, however large: its size was bounded when it was taken in.
            guard taken.count == 0 || weight + entry.bytes <= share else { break }
            weight += entry.bytes
            if case .operation(let place) = entry.item { taken.append(place) }
            merger.take(log: log)
        }
        for range in taken.ranges { put(.operations(index, room, range)) }
        bytes += weight
        operations += taken.count
        return merger.next != nil
    }

    private mutating func name(
        _ ids: [OperationID], _ room: RoomID, _ peer: NodeID, _ index: Int,
        _ log: borrowing some OperationReader & ~Copyable, _ part: (OperationID) -> Part
    ) {
        let standing = log.standing(of: peer, in: room)
        guard standing != .none else { return put(.absent(index)) }
        var found: [(seq: UInt64, id: OperationID, bytes: Int)] = []
        for id in ids {
            guard let entry = log.entry(of: id, in: room), case .operation(let place) = entry.item else { continue }
            if case .left(let view) = standing, !view.contains(place) { continue }
            found.append((place.seq, id, entry.bytes))
        }
        // The earliest first: the run that proves it brings those behind it.
        for (_, id, weight) in found.sorted(by: { ($0.seq, $0.id) < ($1.seq, $1.id) }) {
            // Those that did not fit are asked for again, like those that are not here.
            guard bytes < bytesMax else { break }
            put(part(id), weighing: weight)
        }
        end(index, PullEnd())
    }

    private mutating func end(_ index: Int, _ end: PullEnd) {
        let lacks = end.lacks.feeds.count + end.lacks.registers.count + end.lacks.forks.count
        put(.end(index, end), weighing: 64 + 48 * lacks)
    }

    private mutating func put(_ part: Part, weighing weight: Int = 64) {
        parts.append(part)
        bytes += weight
    }
}

extension ChangesAnswer {
    /// What `peer` is told that it may see of what came after `position`.
    package init(
        after position: UInt64, for peer: NodeID, seal: CursorSeal, log: borrowing some OperationReader & ~Copyable
    ) {
        let limit = GossipLimits.changesPerPageMax
        let changed = log.changedRooms(for: peer, after: position, limit: limit + 1)
        var end = position
        var items: [Item] = []
        var bytes = 0
        var looked = 0
        for change in changed.prefix(limit) where bytes < Self.bytesMax {
            looked += 1
            end = change.position
            let standing = log.standing(of: peer, in: change.room)
            guard standing != .none else { continue }
            let entries = Self.entries(of: change.room, after: position, standing, log)
            items.append(
                Item(
                    room: change.room, digest: standing == .participant ? log.digest(of: change.room)?.short : nil,
                    entries: entries, activity: change.activity))
            bytes += 96 + 96 * (entries?.entriesCount ?? 0)
        }
        let more = looked < changed.count
        self.init(
            cursor: seal.cursor(at: more ? end : max(log.position, position), for: peer), more: more, items: items)
    }

    /// By which every page is far below what may be sent: its greatest room has 256 entries.
    private static let bytesMax = GossipLimits.bodyBytesMax / 2

    private static func entries(
        of room: RoomID, after position: UInt64, _ standing: Standing, _ log: borrowing some OperationReader & ~Copyable
    ) -> RoomClock? {
        let limit = 4 * GossipLimits.feedsPerChangeMax
        let entries = log.entries(of: room, after: position, limit: limit)
        guard entries.count < limit, let clock = log.clock(of: room) else { return nil }
        var changed = RoomClock()
        for entry in entries { changed.note(entry.item, as: clock, standing) }
        return changed.feeds.count <= GossipLimits.feedsPerChangeMax ? changed : nil
    }
}

extension RoomClock {
    /// Takes over what `clock` says of whatever `item` is about, as far as somebody of that standing may know.
    mutating func note(_ item: LogEntry.Item, as clock: RoomClock, _ standing: Standing) {
        switch (item, standing) {
        case (_, .none), (.register, .left), (.fork, .left): return
        case (.operation(let place), .left(let view)):
            if let end = view[place.feed], let seq = clock.seq(of: place.feed) { reach(place.feed, min(seq, end)) }
        case (.operation(let place), .participant):
            if let fork = clock.forks[place.feed] { self.fork(place.feed, at: fork) }
            if let seq = clock.seq(of: place.feed) { reach(place.feed, seq) }
        case (.register(let origin, _), .participant):
            if let version = clock.registers[origin] { take(version, of: origin) }
        case (.fork(let place), .participant):
            self.fork(place.feed, at: clock.forks[place.feed] ?? place.seq)
        }
    }
}
