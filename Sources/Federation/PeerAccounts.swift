import EventLoop
import Gossip
import Operations
import Synchronization

/// What each peer has asked of late, and what it is being answered.
final class PeerAccounts: Sendable {
    private struct Account {
        var requests: TokenBucket
        var bytes: TokenBucket
        /// Of workers, in microseconds.
        var work: TokenBucket
        var signals: TokenBucket
        var underWay = 0
    }

    private let accounts = Mutex<[NodeID: Account]>([:])
    private let rates: PeerRates

    init(_ rates: PeerRates) {
        self.rates = rates
    }

    private static var now: Int64 { Int64(MonotonicTime.now().milliseconds) }

    /// Nil where the request may go on: then `leave` follows. Else for how many milliseconds it should wait.
    func enter(_ peer: NodeID) -> Int64? {
        let now = Self.now
        return accounts.withLock { accounts in
            var account = accounts[peer] ?? open(now)
            defer { accounts[peer] = account }
            guard account.underWay < rates.underWayMax else { return 1_000 }
            // A debt is paid before anything is asked again.
            let debt = max(account.bytes.wait(for: 1, at: now), account.work.wait(for: 1, at: now))
            guard debt == 0 else { return debt }
            guard account.requests.take(1, at: now) else { return account.requests.wait(for: 1, at: now) }
            account.underWay += 1
            return nil
        }
    }

    func leave(_ peer: NodeID) {
        accounts.withLock { $0[peer]?.underWay -= 1 }
    }

    /// So much was asked or answered.
    func spend(_ bytes: Int, by peer: NodeID) {
        let now = Self.now
        accounts.withLock { $0[peer]?.bytes.spend(Int64(bytes), at: now) }
    }

    /// So much was computed.
    func spend(microseconds: Int64, by peer: NodeID) {
        let now = Self.now
        accounts.withLock { $0[peer]?.work.spend(max(0, microseconds), at: now) }
    }

    /// How many of its signals are heard.
    func signals(_ count: Int, by peer: NodeID) -> Int {
        let now = Self.now
        return accounts.withLock { accounts in
            var heard = 0
            while heard < count, accounts[peer]?.signals.take(1, at: now) == true { heard += 1 }
            return heard
        }
    }

    private func open(_ now: Int64) -> Account {
        Account(
            requests: TokenBucket(perSecond: rates.requestsPerSecond, burst: rates.requestsAtOnce, now: now),
            bytes: TokenBucket(perSecond: rates.bytesPerSecond, burst: rates.bytesAtOnce, now: now),
            work: TokenBucket(perSecond: rates.workPerSecond, burst: rates.workAtOnce, now: now),
            signals: TokenBucket(perSecond: rates.signalsPerSecond, burst: rates.signalsAtOnce, now: now))
    }
}
