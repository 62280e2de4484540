package import Operations

/// Operations that came before their past.
///
/// An operation is applied when `prev` and all of its dependencies are. One that comes earlier waits here, and
/// what it waits for is asked for. Nobody promises that this ever comes: a hostile node can name a past that
/// does not exist. So everything here is bounded, by count and by bytes, for each peer that brought it, for
/// each origin that wrote it, and in all; what has waited longest goes first, at the cost of whoever is over
/// their share, and comes again with a later pull, because no clock ever counted it. Nothing waits in line
/// behind another: one operation that can't be applied holds up those that build on it and no others.
package struct CausalBuffer<Content: Sendable>: Sendable {
    package struct Limits: Sendable {
        package var operationsMax = 65_536
        package var bytesMax = 67_108_864
        package var operationsMaxOfOne = 16_384
        package var bytesMaxOfOne = 16_777_216
        /// Ids of operations that were refused for good, remembered so that what builds on them is refused when
        /// it comes and not parked.
        package var deadMax = 4_096
        /// Before something is asked for again; doubled each time, up to an hour.
        package var askAgainMilliseconds: Int64 = 1_000

        package init() {}
    }

    package struct Parked: Sendable {
        package let id: OperationID
        package let room: RoomID
        package let place: FeedPosition
        package let bytes: Int
        package let peer: NodeID
        package let content: Content
        let whole: Whole?

        package init(
            id: OperationID, room: RoomID, place: FeedPosition, bytes: Int, peer: NodeID, content: Content,
            whole: Whole? = nil
        ) {
            self.id = id
            self.room = room
            self.place = place
            self.bytes = bytes
            self.peer = peer
            self.content = content
            self.whole = whole
        }
    }

    /// What is kept as long as one of its parts waits, all of the same peer and origin: weighed once.
    package struct Whole: Sendable {
        let id: ObjectIdentifier
        let bytes: Int
    }

    package enum Outcome: Equatable, Sendable {
        case parked
        /// It waits here already.
        case known
        /// It names itself, which no honest hash can.
        case selfDependency
        /// It builds on something that was refused for good.
        case deadPast
        /// Alone it is more than anybody may park.
        case tooLarge
    }

    /// Something that is waited for.
    package struct Want: Equatable, Sendable {
        package let id: OperationID
        package let room: RoomID
        /// Who brought what waits for it, and so has to have it.
        package let peer: NodeID
        /// How often it has been asked for, this time included. The first time the room is pulled by its clock,
        /// which brings everything else that is lacking as well; what that did not bring is asked by id, and
        /// from the third time on from others too.
        package let times: Int
    }

    private struct Waiting {
        var parked: Parked
        /// How many of its past are still lacking.
        var lacking: Int
        var past: [OperationID]
        var ticket: UInt64
        var weight: Int
    }

    private struct Missing {
        var waiters: Set<OperationID> = []
        var times = 0
        var askAt: Int64 = .min
    }

    private struct Share {
        var operations = 0
        var bytes = 0
    }

    private let limits: Limits
    private var waiting: [OperationID: Waiting] = [:]
    private var missing: [OperationID: Missing] = [:]
    /// How many parts of each whole wait.
    private var wholes: [ObjectIdentifier: Int] = [:]
    private var tickets: [UInt64: OperationID] = [:]
    private var nextTicket: UInt64 = 0
    private var peerOrder = Recency<NodeID>()
    private var originOrder = Recency<NodeID>()
    private var peerShares: [NodeID: Share] = [:]
    private var originShares: [NodeID: Share] = [:]
    /// What is missing, or was, in the order in which it is looked at.
    private var asking: [OperationID] = []
    private var nextAsking = 0
    private var isQueued: Set<OperationID> = []
    /// When those may be applied that are ahead of the clock.
    private var early: [OperationID: Int64] = [:]
    private var dead: Set<OperationID> = []
    private var deadOrder: [OperationID] = []
    private var nextDead = 0

    package private(set) var bytes = 0
    package private(set) var evictions: UInt64 = 0
    package var count: Int { waiting.count }

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    package func contains(_ id: OperationID) -> Bool { waiting[id] != nil }
    /// Whether something that waits here waits for it.
    package func isMissing(_ id: OperationID) -> Bool { missing[id] != nil }
    /// When the next of those is due that are ahead of the clock.
    package var nextRelease: Int64? { early.values.min() }
    /// All that waits, by id.
    var parked: [Parked] { waiting.keys.sorted().compactMap { waiting[$0]?.parked } }
    package func count(of peer: NodeID) -> Int { peerShares[peer]?.operations ?? 0 }
    package func bytes(of peer: NodeID) -> Int { peerShares[peer]?.bytes ?? 0 }

    // MARK: Coming in

    /// Parks an operation whose past lacks `past`: what of `prev` and the dependencies is not applied yet; or
    /// one that is ahead of the clock, `until` then. What lacks nothing is applied and not parked.
    package mutating func park(
        _ parked: Parked, lacking past: [OperationID], until release: Int64? = nil
    ) -> Outcome {
        precondition(!past.isEmpty || release != nil, "an operation whose past is there does not wait")
        let past = Set(past)
        if past.contains(parked.id) { return .selfDependency }
        if dead.contains(parked.id) || !dead.isDisjoint(with: past) {
            kill(parked.id)
            return .deadPast
        }
        if let known = waiting[parked.id] {
            touch(known)
            return .known
        }
        // The books for one operation, and for each that it waits for, weigh about as much as this.
        let weight = parked.bytes + 256 + 96 * past.count
        guard weight <= limits.bytesMaxOfOne, weight <= limits.bytesMax else { return .tooLarge }
        makeRoom(for: weight, of: parked)
        insert(parked, past: past.sorted(), until: release, weight: weight)
        return .parked
    }

    private mutating func insert(_ parked: Parked, past: [OperationID], until release: Int64?, weight: Int) {
        let ticket = issueTicket(for: parked)
        early[parked.id] = release
        waiting[parked.id] = Waiting(
            parked: parked, lacking: past.count + (release == nil ? 0 : 1), past: past, ticket: ticket, weight: weight)
        for id in past {
            missing[id, default: Missing()].waiters.insert(parked.id)
            if isQueued.insert(id).inserted { asking.append(id) }
        }
        let total = self.weight(of: parked, weight)
        if let whole = parked.whole { wholes[whole.id, default: 0] += 1 }
        bytes += total
        peerShares[parked.peer, default: Share()].operations += 1
        peerShares[parked.peer, default: Share()].bytes += total
        originShares[parked.place.feed.origin, default: Share()].operations += 1
        originShares[parked.place.feed.origin, default: Share()].bytes += total
    }

    /// What it would add now: that of which it is a part as well, where no other part waits.
    private func weight(of parked: Parked, _ own: Int) -> Int {
        guard let whole = parked.whole, wholes[whole.id] == nil else { return own }
        return own + whole.bytes
    }

    private mutating func issueTicket(for parked: Parked) -> UInt64 {
        nextTicket += 1
        tickets[nextTicket] = parked.id
        peerOrder.append(nextTicket, to: parked.peer)
        originOrder.append(nextTicket, to: parked.place.feed.origin)
        return nextTicket
    }

    private mutating func touch(_ known: Waiting) {
        tickets[known.ticket] = nil
        let ticket = issueTicket(for: known.parked)
        waiting[known.parked.id]?.ticket = ticket
        compactOrders(known.parked)
    }

    private mutating func compactOrders(_ parked: Parked) {
        let (peer, origin) = (parked.peer, parked.place.feed.origin)
        peerOrder.compact(peer, count: peerShares[peer]?.operations ?? 0, in: tickets)
        originOrder.compact(origin, count: originShares[origin]?.operations ?? 0, in: tickets)
    }

    // MARK: Going out

    /// `id` was applied. What waited for nothing else is handed out, to be applied and told here in turn.
    package mutating func applied(_ id: OperationID) -> [Parked] {
        guard count > 0 else { return [] }
        // It may have come by another way while it waited here.
        remove(id)
        guard let waiters = missing.removeValue(forKey: id)?.waiters else { return [] }
        var ready: [Parked] = []
        for waiter in waiters.sorted() {
            guard let lacking = waiting[waiter]?.lacking else { continue }
            waiting[waiter]?.lacking = lacking - 1
            if lacking == 1, let parked = remove(waiter) { ready.append(parked) }
        }
        return ready
    }

    /// Those that the clock has caught up with and that wait for nothing else, to be applied.
    package mutating func released(at now: Int64) -> [Parked] {
        var ready: [Parked] = []
        for id in early.filter({ $0.value <= now }).keys.sorted() {
            early[id] = nil
            guard let lacking = waiting[id]?.lacking else { continue }
            waiting[id]?.lacking = lacking - 1
            if lacking == 1, let parked = remove(id) { ready.append(parked) }
        }
        return ready
    }

    /// `id` is against the rules and will never be applied. All that builds on it goes with it; how many.
    @discardableResult
    package mutating func refused(_ id: OperationID) -> Int {
        var doomed = [id]
        var count = 0
        while let next = doomed.popLast() {
            kill(next)
            doomed += missing[next]?.waiters.sorted() ?? []
            if remove(next) != nil { count += 1 }
            missing[next] = nil
        }
        return count
    }

    private mutating func kill(_ id: OperationID) {
        guard dead.insert(id).inserted else { return }
        if deadOrder.count < limits.deadMax {
            deadOrder.append(id)
        } else {
            dead.remove(deadOrder[nextDead])
            deadOrder[nextDead] = id
            nextDead = (nextDead + 1) % limits.deadMax
        }
    }

    /// A peer is gone: what only it could explain goes too.
    package mutating func removeAll(of peer: NodeID) {
        while let ticket = peerOrder.oldest(of: peer, in: tickets), let id = tickets[ticket] { remove(id) }
    }

    @discardableResult
    private mutating func remove(_ id: OperationID) -> Parked? {
        guard let gone = waiting.removeValue(forKey: id) else { return nil }
        tickets[gone.ticket] = nil
        early[id] = nil
        for past in gone.past {
            missing[past]?.waiters.remove(id)
            if missing[past]?.waiters.isEmpty == true { missing[past] = nil }
        }
        if let whole = gone.parked.whole {
            let left = wholes[whole.id, default: 1] - 1
            wholes[whole.id] = left > 0 ? left : nil
        }
        let weight = weight(of: gone.parked, gone.weight)
        bytes -= weight
        Self.subtract(weight, from: &peerShares, gone.parked.peer)
        Self.subtract(weight, from: &originShares, gone.parked.place.feed.origin)
        compactOrders(gone.parked)
        return gone.parked
    }

    private static func subtract(_ weight: Int, from shares: inout [NodeID: Share], _ key: NodeID) {
        guard var share = shares[key] else { return }
        share.operations -= 1
        share.bytes -= weight
        shares[key] = share.operations == 0 ? nil : share
    }

    // MARK: Bounds

    private mutating func makeRoom(for weight: Int, of parked: Parked) {
        let (peer, origin) = (parked.peer, parked.place.feed.origin)
        while isFull(peerShares[peer], self.weight(of: parked, weight)),
            let ticket = peerOrder.oldest(of: peer, in: tickets)
        {
            evict(ticket)
        }
        while isFull(originShares[origin], self.weight(of: parked, weight)),
            let ticket = originOrder.oldest(of: origin, in: tickets)
        {
            evict(ticket)
        }
        // Whoever has the most pays, so that a flood drowns itself.
        while count >= limits.operationsMax || bytes + self.weight(of: parked, weight) > limits.bytesMax,
            let greediest = greediestPeer,
            let ticket = peerOrder.oldest(of: greediest, in: tickets)
        {
            evict(ticket)
        }
    }

    private func isFull(_ share: Share?, _ weight: Int) -> Bool {
        guard let share else { return false }
        return share.operations >= limits.operationsMaxOfOne || share.bytes + weight > limits.bytesMaxOfOne
    }

    private var greediestPeer: NodeID? {
        peerShares.max { ($0.value.bytes, $0.key) < ($1.value.bytes, $1.key) }?.key
    }

    private mutating func evict(_ ticket: UInt64) {
        guard let id = tickets[ticket], remove(id) != nil else { return }
        evictions += 1
    }

    // MARK: Asking

    /// What to ask for now, each with whom to ask: nothing twice before its time, and nothing that is parked
    /// itself, since it is there and what it waits for is asked for in its place. Looks at a few times as many
    /// as it answers, whatever there is; the rest is looked at next time.
    package mutating func wanted(at now: Int64, limit: Int) -> [Want] {
        var wants: [Want] = []
        for _ in 0..<min(4 * limit, asking.count - nextAsking) where wants.count < limit {
            let id = asking[nextAsking]
            nextAsking += 1
            guard var entry = missing[id] else {
                isQueued.remove(id)
                continue
            }
            asking.append(id)
            // Only whoever is asked for costs a look at all who wait for it.
            guard entry.askAt <= now, waiting[id] == nil, let waiter = entry.waiters.min(),
                let parked = waiting[waiter]?.parked
            else { continue }
            entry.askAt = now + min(limits.askAgainMilliseconds << min(entry.times, 12), 3_600_000)
            entry.times += 1
            missing[id] = entry
            wants.append(Want(id: id, room: parked.room, peer: parked.peer, times: entry.times))
        }
        if nextAsking >= 64, nextAsking * 2 >= asking.count {
            asking.removeFirst(nextAsking)
            nextAsking = 0
        }
        return wants
    }
}
