import Operations

/// The order in which things came, for each key by itself. A thing is a ticket, a number that is used once; one
/// that is used again gets a new one. What is gone is skipped when it is met, so that nothing is searched.
struct Recency<Key: Hashable & Sendable>: Sendable {
    private struct Lane {
        var tickets: [UInt64] = []
        var first = 0
    }

    private var lanes: [Key: Lane] = [:]

    mutating func append(_ ticket: UInt64, to key: Key) {
        lanes[key, default: Lane()].tickets.append(ticket)
    }

    /// The oldest ticket of `key` that is still in `live`.
    mutating func oldest(of key: Key, in live: [UInt64: OperationID]) -> UInt64? {
        guard var lane = lanes.removeValue(forKey: key) else { return nil }
        while lane.first < lane.tickets.count, live[lane.tickets[lane.first]] == nil { lane.first += 1 }
        guard lane.first < lane.tickets.count else { return nil }
        if lane.first >= 64, lane.first * 2 >= lane.tickets.count {
            lane.tickets.removeFirst(lane.first)
            lane.first = 0
        }
        lanes[key] = lane
        return lane.tickets[lane.first]
    }

    /// Drops what is gone, where it has become more than what is there.
    mutating func compact(_ key: Key, count: Int, in live: [UInt64: OperationID]) {
        guard var lane = lanes.removeValue(forKey: key) else { return }
        if lane.tickets.count - lane.first > 2 * count + 64 {
            lane.tickets = lane.tickets[lane.first...].filter { live[$0] != nil }
            lane.first = 0
        }
        if count > 0 { lanes[key] = lane }
    }
}
