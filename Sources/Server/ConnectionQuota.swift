package import EventLoop
import Synchronization

/// Counts the connections of all loops, in total and per address.
package final class ConnectionQuota: Sendable {
    private struct Counts {
        var total = 0
        var byOrigin: [Origin: Int] = [:]
    }

    /// Where connections are counted together: an IPv4 address, or a /64 network of IPv6, of which one
    /// client usually has a whole one.
    private enum Origin: Hashable {
        case ipv4(UInt32)
        case ipv6Network(UInt64)

        init?(_ address: SocketAddress) {
            switch address {
            case .ipv4(let host, _): self = .ipv4(host)
            case .ipv6(let high, _, _, _): self = .ipv6Network(high)
            case .unix: return nil
            }
        }
    }

    private let counts = Mutex(Counts())
    private let totalMax: Int
    private let perOriginMax: Int
    private let isProxy: @Sendable (SocketAddress) -> Bool

    /// A proxy brings the connections of all its clients, so it is counted in the total only.
    package init(
        totalMax: Int, perAddressMax: Int, isProxy: @escaping @Sendable (SocketAddress) -> Bool = { _ in false }
    ) {
        self.totalMax = totalMax
        perOriginMax = perAddressMax
        self.isProxy = isProxy
    }

    package var total: Int { counts.withLock { $0.total } }

    /// Counts one more from there; false, and not counted, where that would be too many.
    func enter(_ address: SocketAddress) -> Bool {
        let origin = isProxy(address) ? nil : Origin(address)
        return counts.withLock { counts in
            guard counts.total < totalMax else { return false }
            if let origin {
                guard counts.byOrigin[origin, default: 0] < perOriginMax else { return false }
                counts.byOrigin[origin, default: 0] += 1
            }
            counts.total += 1
            return true
        }
    }

    func leave(_ address: SocketAddress) {
        let origin = isProxy(address) ? nil : Origin(address)
        counts.withLock { counts in
            counts.total -= 1
            guard let origin, let count = counts.byOrigin[origin] else { return }
            counts.byOrigin[origin] = count > 1 ? count - 1 : nil
        }
    }
}
