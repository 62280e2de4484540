/// What waits for the writer, in two lanes, and how much of it is taken at once.
///
/// What people of this node do goes first; after `peopleInARow` groups of it, one of what came from peers is
/// taken, so that a busy node does not fall behind without end (Spec/replication.md, section 10).
struct WriterQueue<Item> {
    private var people = LaneQueue<Item>()
    private var peers = LaneQueue<Item>()
    private var peopleTaken = 0
    private let limits: WriterLimits

    init(limits: WriterLimits) {
        self.limits = limits
    }

    var isEmpty: Bool { people.isEmpty && peers.isEmpty }
    var count: Int { people.count + peers.count }

    /// False when the lane is full, and then nothing was added.
    mutating func append(_ item: Item, bytes: Int, isAlone: Bool = false, to lane: WriterLane) -> Bool {
        let entry = LaneQueue<Item>.Entry(item: item, bytes: max(0, bytes), isAlone: isAlone)
        switch lane {
        case .people: return people.append(entry, limits)
        case .peers: return peers.append(entry, limits)
        }
    }

    /// What goes into the next transaction; empty when nothing waits.
    mutating func takeGroup() -> [Item] {
        if !people.isEmpty, peers.isEmpty || peopleTaken < limits.peopleInARow {
            peopleTaken = peers.isEmpty ? 0 : peopleTaken + 1
            return people.takeGroup(limits)
        }
        peopleTaken = 0
        return peers.takeGroup(limits)
    }
}

package enum WriterLane: Sendable {
    /// What people of this node do.
    case people
    /// What came from peers.
    case peers
}

/// First in, first out.
struct LaneQueue<Item> {
    struct Entry {
        let item: Item
        let bytes: Int
        /// Goes into no group.
        let isAlone: Bool
    }

    // Taken from the front, of which the first are gone already.
    private var entries: [Entry?] = []
    private var taken = 0
    private var bytes = 0

    var isEmpty: Bool { taken == entries.count }
    var count: Int { entries.count - taken }

    mutating func append(_ entry: Entry, _ limits: WriterLimits) -> Bool {
        guard count < limits.waitingCountMax else { return false }
        // One that is larger than all that may wait can come when nothing does.
        guard isEmpty || entry.bytes <= limits.waitingBytesMax - min(bytes, limits.waitingBytesMax) else {
            return false
        }
        entries.append(entry)
        bytes += entry.bytes
        return true
    }

    mutating func takeGroup(_ limits: WriterLimits) -> [Item] {
        var group: [Item] = []
        var groupBytes = 0
        while taken < entries.count, let entry = entries[taken] {
            let fits = group.count < limits.groupCountMax && entry.bytes <= limits.groupBytesMax - groupBytes
            guard group.isEmpty || (fits && !entry.isAlone) else { break }
            entries[taken] = nil
            taken += 1
            group.append(entry.item)
            groupBytes += min(entry.bytes, limits.groupBytesMax)
            bytes -= entry.bytes
            if entry.isAlone { break }
        }
        // Moving what is left is paid for by what was taken.
        if taken * 2 >= entries.count {
            entries.removeFirst(taken)
            taken = 0
        }
        return group
    }
}

package struct WriterLimits: Sendable {
    /// Commands of one transaction. They are answered together, so this bounds how long the first one waits.
    package var groupCountMax = 256
    /// What the commands of one transaction weigh, by their senders' estimate; one that is heavier goes alone.
    package var groupBytesMax = 1_048_576
    /// Commands that may wait, in each lane.
    package var waitingCountMax = 8_192
    package var waitingBytesMax = 67_108_864
    package var peopleInARow = 16

    package init() {}
}
