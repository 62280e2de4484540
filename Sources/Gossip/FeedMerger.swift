import Operations

/// Walks through several feeds of a room at once, in the order in which they were taken in here. That order is
/// causal, so wherever the walk ends, what was passed has its past among what was passed or what the reader
/// had before.
struct FeedMerger {
    private struct Walk {
        let feed: Feed
        let end: UInt64
        var next: UInt64
        var page: [LogEntry] = []
        var index = 0
    }

    /// So many entries of one feed are fetched at a time: few at first, since the walk may end soon.
    private static let pageCount = 64

    private let room: RoomID
    private var walks: [Walk] = []
    /// Indices into `walks`, a heap by the position of what comes next.
    private var heap: [Int] = []

    init(_ ranges: [FeedRange], of room: RoomID, log: borrowing some OperationReader & ~Copyable) {
        self.room = room
        for range in ranges {
            walks.append(Walk(feed: range.feed, end: range.seqs.upperBound, next: range.seqs.lowerBound))
            if fetch(walks.count - 1, log: log) { push(walks.count - 1) }
        }
    }

    /// What comes next, and stays so until `take`.
    var next: LogEntry? {
        heap.first.map { walks[$0].page[walks[$0].index] }
    }

    mutating func take(log: borrowing some OperationReader & ~Copyable) {
        guard let walk = heap.first else { return }
        walks[walk].index += 1
        if walks[walk].index < walks[walk].page.count || fetch(walk, log: log) {
            sink(0)
        } else {
            let last = heap.removeLast()
            guard !heap.isEmpty else { return }
            heap[0] = last
            sink(0)
        }
    }

    private mutating func fetch(_ walk: Int, log: borrowing some OperationReader & ~Copyable) -> Bool {
        let (feed, next, end) = (walks[walk].feed, walks[walk].next, walks[walk].end)
        guard next <= end else { return false }
        let count = Int(min(UInt64(Self.pageCount), end - next + 1))
        walks[walk].page = log.entries(of: room, in: feed, from: next, limit: count)
        walks[walk].index = 0
        walks[walk].next = next + UInt64(count)
        return !walks[walk].page.isEmpty
    }

    private func position(_ index: Int) -> UInt64 {
        let walk = walks[heap[index]]
        return walk.page[walk.index].position
    }

    private mutating func push(_ walk: Int) {
        heap.append(walk)
        var index = heap.count - 1
        while index > 0, position(index) < position((index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && position(child) < position(least) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

/// Parts of feeds, gathered one operation at a time into ranges, in the order of their first operations.
struct FeedRanges {
    private(set) var ranges: [FeedRange] = []
    private var latest: [Feed: Int] = [:]
    private(set) var count = 0

    mutating func append(_ place: FeedPosition) {
        count += 1
        if let index = latest[place.feed], ranges[index].seqs.upperBound + 1 == place.seq {
            ranges[index] = FeedRange(feed: place.feed, seqs: ranges[index].seqs.lowerBound...place.seq)
        } else {
            latest[place.feed] = ranges.count
            ranges.append(FeedRange(feed: place.feed, seqs: place.seq...place.seq))
        }
    }
}
