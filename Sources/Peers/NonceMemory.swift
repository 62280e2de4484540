package import Bytes
package import Operations

/// Which requests were here before. Bounded, and yet nothing passes twice: what it has no room to remember it
/// refuses by its time.
///
/// Nonces lie by the second that their requests name. Where a peer has filled its share, its oldest second goes, and
/// the peer's **floor** rises behind it: below, nothing is taken. Honest requests arrive soon after they were signed,
/// so that costs them nothing, wherever the peer's clock stands; and a restart, which forgets everything, is a floor
/// at the moment of the start.
package struct NonceMemory: Sendable {
    package enum Outcome: Equatable, Sendable {
        case new
        case replayed
        /// It may be a replay or not. A request that is signed so many seconds later can be told apart.
        case unknowable(seconds: Int64)
    }

    package static let noncesPerPeerMax = 8_192
    package static let toleranceSeconds: Int64 = 300

    fileprivate struct Memory: Sendable {
        var floor: Int64
        var count = 0
        var seconds: [Int64: Set<RequestNonce>] = [:]
        var prunedAt: Int64 = .min
    }

    /// Below it nothing is remembered of anybody.
    private var start: Int64
    private let perPeerMax: Int
    private var sweptAt: Int64
    private var peers: [NodeID: Memory] = [:]

    package init(startedAt start: Timestamp, noncesPerPeer: Int = noncesPerPeerMax) {
        precondition(noncesPerPeer > 0, "A memory of nothing refuses everything")
        self.start = start.milliseconds / 1_000
        sweptAt = self.start
        perPeerMax = noncesPerPeer
    }

    /// All that is remembered.
    package var count: Int { peers.values.reduce(0) { $0 + $1.count } }

    /// Whether it was here before, as far as that is remembered.
    package func remembers(_ nonce: RequestNonce, of peer: NodeID, created: Timestamp) -> Bool {
        peers[peer]?.seconds[created.milliseconds / 1_000]?.contains(nonce) ?? false
    }

    /// To be called when all else of the request holds, its content too: else who can copy a head spoils the request.
    package mutating func note(
        _ nonce: RequestNonce, of peer: NodeID, created: Timestamp, now: Timestamp
    ) -> Outcome {
        let second = created.milliseconds / 1_000
        if now.milliseconds / 1_000 > sweptAt + Self.toleranceSeconds { sweep(now: now) }
        var memory = peers[peer] ?? Memory(floor: start)
        // Out of the dictionary while it changes, or each change would copy it.
        peers[peer] = nil
        defer { peers[peer] = memory }
        memory.prune(before: now.milliseconds / 1_000 - Self.toleranceSeconds)
        guard second >= memory.floor else { return .unknowable(seconds: memory.floor - second) }
        if memory.seconds[second]?.contains(nonce) == true { return .replayed }
        if memory.count >= perPeerMax {
            guard let oldest = memory.seconds.keys.min(), oldest < second else { return .unknowable(seconds: 1) }
            memory.drop(oldest)
            memory.floor = oldest + 1
        }
        memory.seconds[second, default: []].insert(nonce)
        memory.count += 1
        return .new
    }

    /// Forgets the peers of which nothing is left to be remembered.
    private mutating func sweep(now: Timestamp) {
        sweptAt = now.milliseconds / 1_000
        let end = now.milliseconds / 1_000 - Self.toleranceSeconds
        start = max(start, end)
        for peer in Array(peers.keys) {
            peers[peer]?.prune(before: end)
            if let memory = peers[peer], memory.count == 0, memory.floor <= start { peers[peer] = nil }
        }
    }
}

extension NonceMemory.Memory {
    /// What was signed then is too old by now; and stays so, should the clock be put back.
    fileprivate mutating func prune(before end: Int64) {
        guard end > prunedAt else { return }
        prunedAt = end
        floor = max(floor, end)
        for second in seconds.keys.filter({ $0 < end }) { drop(second) }
    }

    fileprivate mutating func drop(_ second: Int64) {
        count -= seconds.removeValue(forKey: second)?.count ?? 0
    }
}
