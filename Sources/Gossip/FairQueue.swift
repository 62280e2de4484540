/// Work of many, done in turns by what it costs and not by how much of it there is.
///
/// Bounded for each key and in all, by cost. What does not fit is refused when it comes: the sender keeps it
/// and tries later.
package struct FairQueue<Key: Hashable & Sendable, Item: Sendable>: Sendable {
    private struct Lane {
        var items: [(item: Item, cost: Int)] = []
        /// Items before this are done; they are removed many at a time.
        var first = 0
        var cost = 0
    }

    package let costMaxOfOne: Int
    package let costMax: Int
    package private(set) var cost = 0
    package private(set) var count = 0
    private var lanes: [Key: Lane] = [:]
    private var rounds: Rounds<Key>

    package init(quantum: Int, costMaxOfOne: Int, costMax: Int) {
        rounds = Rounds(quantum: quantum)
        self.costMaxOfOne = costMaxOfOne
        self.costMax = costMax
    }

    package var isEmpty: Bool { count == 0 }

    package func cost(of key: Key) -> Int { lanes[key]?.cost ?? 0 }

    /// False when there is no room for it; then nothing has changed. Nothing is free: the least cost is 1.
    package mutating func append(_ item: Item, cost itemCost: Int, for key: Key) -> Bool {
        let itemCost = max(1, itemCost)
        guard itemCost <= costMaxOfOne - self.cost(of: key), itemCost <= costMax - cost else { return false }
        lanes[key, default: Lane()].items.append((item, itemCost))
        lanes[key, default: Lane()].cost += itemCost
        rounds.enter(key)
        cost += itemCost
        count += 1
        return true
    }

    /// What `next` would take costs so much; nil when there is nothing.
    package mutating func nextCost() -> Int? {
        while let key = rounds.key, let lane = lanes[key] {
            let cost = lane.items[lane.first].cost
            if rounds.affords(cost) { return cost }
            rounds.pass()
        }
        return nil
    }

    /// What is to be done next, and whose it is.
    package mutating func next() -> (key: Key, item: Item)? {
        guard let itemCost = nextCost(), let key = rounds.key, var lane = lanes.removeValue(forKey: key) else {
            return nil
        }
        let item = lane.items[lane.first].item
        lane.first += 1
        lane.cost -= itemCost
        cost -= itemCost
        count -= 1
        let hasMore = lane.first < lane.items.count
        rounds.spend(itemCost, hasMore: hasMore)
        if hasMore {
            if lane.first >= 32, lane.first * 2 >= lane.items.count {
                lane.items.removeFirst(lane.first)
                lane.first = 0
            }
            lanes[key] = lane
        }
        return (key, item)
    }

    /// Forgets what `key` has waiting.
    package mutating func removeAll(of key: Key) {
        guard let lane = lanes.removeValue(forKey: key) else { return }
        cost -= lane.cost
        count -= lane.items.count - lane.first
        rounds.remove(key)
    }
}
