package import Keys
package import Operations

extension Tag {
    static let roomClock = Tag("room-clock")
}

/// What a node has of a room, as far as it is passed on: of each feed how far, without gaps; of each origin
/// which receipt register; and which feeds are proved to be forked, from where on.
///
/// Two nodes with equal clocks have the same operations in all feeds up to there. It is computed from what is
/// held and never taken over from somebody else: what another node says in its clock is a reason to ask.
package struct RoomClock: Hashable, Sendable {
    /// The highest sequence number below which nothing is missing.
    package private(set) var feeds: [Feed: UInt64] = [:]
    package private(set) var registers: [NodeID: RegisterVersion] = [:]
    /// The lowest sequence number with two operations. Such a feed is counted below it, and no further.
    package private(set) var forks: [Feed: UInt64] = [:]

    package init() {}

    package var isEmpty: Bool { feeds.isEmpty && registers.isEmpty && forks.isEmpty }

    /// Nil when not even the first operation is there.
    package func seq(of feed: Feed) -> UInt64? { feeds[feed] }

    /// The first sequence number that is lacking.
    package func next(in feed: Feed) -> UInt64 { feeds[feed].map { $0 + 1 } ?? 0 }

    package func includes(_ position: FeedPosition) -> Bool { position.seq < next(in: position.feed) }

    // MARK: Growing

    /// All of `feed` up to `seq` is held. Beyond a known fork nothing counts.
    package mutating func reach(_ feed: Feed, _ seq: UInt64) {
        var seq = seq
        if let fork = forks[feed] {
            guard fork > 0 else { return }
            seq = min(seq, fork - 1)
        }
        feeds[feed] = max(feeds[feed] ?? 0, seq)
    }

    package mutating func take(_ version: RegisterVersion, of origin: NodeID) {
        if let held = registers[origin], version <= held { return }
        registers[origin] = version
    }

    /// Two operations of `feed` are known for `seq`: the lowest such place counts.
    package mutating func fork(_ feed: Feed, at seq: UInt64) {
        let lowest = min(forks[feed] ?? seq, seq)
        forks[feed] = lowest
        guard let held = feeds[feed], held >= lowest else { return }
        feeds[feed] = lowest == 0 ? nil : lowest - 1
    }

    /// What is known when both are.
    package mutating func join(_ other: RoomClock) {
        for (feed, seq) in other.forks { fork(feed, at: seq) }
        for (feed, seq) in other.feeds { reach(feed, seq) }
        for (origin, version) in other.registers { take(version, of: origin) }
    }

    // MARK: Comparing

    /// The entries in which this clock is ahead of `other`, as they stand here.
    ///
    /// A feed that is forked is ahead only up to the lower of both forks: what lies beyond counts for nobody
    /// any more once the proof has crossed.
    package func beyond(_ other: RoomClock) -> RoomClock {
        var ahead = RoomClock()
        for (feed, seq) in forks where other.forks[feed].map({ seq < $0 }) ?? true { ahead.forks[feed] = seq }
        for (feed, seq) in feeds {
            var seq = seq
            if let fork = other.forks[feed] {
                guard fork > 0 else { continue }
                seq = min(seq, fork - 1)
            }
            if other.feeds[feed].map({ seq > $0 }) ?? true { ahead.feeds[feed] = seq }
        }
        for (origin, version) in registers where other.registers[origin].map({ version > $0 }) ?? true {
            ahead.registers[origin] = version
        }
        return ahead
    }

    /// No further than `view`: what somebody who left is still shown. Registers and proofs are not part of
    /// anybody's past, so nothing of them is left.
    package func capped(by view: Clock) -> RoomClock {
        var capped = RoomClock()
        for entry in view.entries {
            if let seq = feeds[entry.feed] { capped.feeds[entry.feed] = min(seq, entry.seq) }
        }
        return capped
    }

    /// What both have.
    package func met(with other: RoomClock) -> RoomClock {
        var both = RoomClock()
        for (feed, seq) in forks {
            if let theirs = other.forks[feed] { both.forks[feed] = max(seq, theirs) }
        }
        for (feed, seq) in feeds {
            if let theirs = other.feeds[feed] { both.reach(feed, min(seq, theirs)) }
        }
        for (origin, version) in registers {
            if let theirs = other.registers[origin] { both.registers[origin] = min(version, theirs) }
        }
        return both
    }

    var entriesCount: Int { feeds.count + registers.count + forks.count }

    package var digest: Hash { Hash(.roomClock, of: encoded.span) }
}
