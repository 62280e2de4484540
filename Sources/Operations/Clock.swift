import Keys

/// How far somebody knows each feed of a room: up to and including a seq, from 0 on without gaps. Clocks are
/// computed from operations, never believed from others.
package struct Clock: Hashable, Sendable {
    /// Ascending by feed.
    package private(set) var entries: [Entry]

    package struct Entry: Hashable, Sendable {
        package let feed: Feed
        package var seq: UInt64

        package init(feed: Feed, seq: UInt64) {
            self.feed = feed
            self.seq = seq
        }
    }

    /// Nothing is known.
    package init() {
        entries = []
    }

    package init(_ positions: some Sequence<FeedPosition>) {
        self.init()
        for position in positions { include(position) }
    }

    init(ascending entries: [Entry]) {
        self.entries = entries
    }

    package var isEmpty: Bool { entries.isEmpty }

    package subscript(feed: Feed) -> UInt64? {
        let index = index(of: feed)
        return index < entries.count && entries[index].feed == feed ? entries[index].seq : nil
    }

    package func contains(_ position: FeedPosition) -> Bool {
        self[position.feed].map { $0 >= position.seq } ?? false
    }

    /// All of the feed up to there.
    package mutating func include(_ position: FeedPosition) {
        let index = index(of: position.feed)
        if index < entries.count, entries[index].feed == position.feed {
            entries[index].seq = max(entries[index].seq, position.seq)
        } else {
            entries.insert(Entry(feed: position.feed, seq: position.seq), at: index)
        }
    }

    /// The least clock that knows all that either knows.
    package func joined(with other: Clock) -> Clock {
        if entries.isEmpty { return other }
        if other.entries.isEmpty { return self }
        var joined: [Entry] = []
        joined.reserveCapacity(entries.count + other.entries.count)
        var (left, right) = (0, 0)
        while left < entries.count, right < other.entries.count {
            let (one, another) = (entries[left], other.entries[right])
            if one.feed == another.feed {
                joined.append(Entry(feed: one.feed, seq: max(one.seq, another.seq)))
                left += 1
                right += 1
            } else if one.feed < another.feed {
                joined.append(one)
                left += 1
            } else {
                joined.append(another)
                right += 1
            }
        }
        joined += entries[left...]
        joined += other.entries[right...]
        return Clock(ascending: joined)
    }

    /// Whether this knows all that `other` knows.
    package func dominates(_ other: Clock) -> Bool {
        firstMissing(from: other) == nil
    }

    /// What this knows and `other` doesn't, per feed.
    package func difference(from other: Clock) -> [FeedRange] {
        var ranges: [FeedRange] = []
        var right = 0
        for entry in entries {
            while right < other.entries.count, other.entries[right].feed < entry.feed { right += 1 }
            let known = right < other.entries.count && other.entries[right].feed == entry.feed
            let start = known ? other.entries[right].seq + 1 : 0
            if start <= entry.seq { ranges.append(FeedRange(feed: entry.feed, seqs: start...entry.seq)) }
        }
        return ranges
    }

    private func firstMissing(from other: Clock) -> Feed? {
        var left = 0
        for entry in other.entries {
            while left < entries.count, entries[left].feed < entry.feed { left += 1 }
            guard left < entries.count, entries[left].feed == entry.feed, entries[left].seq >= entry.seq else {
                return entry.feed
            }
        }
        return nil
    }

    /// The clock of an operation: all that its `previous` and dependencies know, and these themselves.
    package static func of(past: some Sequence<(position: FeedPosition, clock: Clock)>) -> Clock {
        var clock = Clock()
        for (position, known) in past {
            clock = clock.joined(with: known)
            clock.include(position)
        }
        return clock
    }

    /// Where the feed stands or would stand.
    private func index(of feed: Feed) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].feed < feed { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Some operations of one feed that follow each other.
package struct FeedRange: Hashable, Sendable {
    package let feed: Feed
    package let seqs: ClosedRange<UInt64>

    package init(feed: Feed, seqs: ClosedRange<UInt64>) {
        self.feed = feed
        self.seqs = seqs
    }
}
