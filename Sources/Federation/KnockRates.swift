import EventLoop
import Gossip

/// How many knocks are looked at: of each network, and of all.
struct KnockRates {
    private var networks: [String: TokenBucket] = [:]
    private var all = TokenBucket(perSecond: 20, burst: 200, now: Self.now)

    private static let networksMax = 4_096
    private static var now: Int64 { Int64(MonotonicTime.now().milliseconds) }

    mutating func take(from network: String) -> Bool {
        let now = Self.now
        if networks.count >= Self.networksMax { networks = [:] }
        return networks[network, default: TokenBucket(perSecond: 1, burst: 10, now: now)].take(1, at: now)
            && all.take(1, at: now)
    }
}
