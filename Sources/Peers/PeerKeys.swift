package import Bytes
package import Keys
package import Operations

/// By which keys a node is believed that we have a certificate of.
package struct PeerKeys: Equatable, Sendable {
    package private(set) var certificate: Certificate
    private var leaving: Leaving?

    /// The key before the one in force, for requests that were under way when it was handed over.
    private struct Leaving: Equatable, Sendable {
        let key: PublicKey
        let until: Timestamp
    }

    package enum Change: Equatable, Sendable {
        case unchanged
        case handedOver
        /// The one that we have is in force, not this one.
        case stale
        case anotherNode
    }

    package enum Standing: Equatable, Sendable {
        case valid
        case superseded
        case unknown
    }

    package static let leavingMilliseconds: Int64 = 300_000

    package init(_ certificate: Certificate) {
        self.certificate = certificate
    }

    /// A certificate that goes on from ours by hand-overs of the key itself leaves the key before valid for five
    /// minutes more. Any other one says that something was lost or stolen: that key counts no more, at once.
    package mutating func take(_ other: Certificate, now: Timestamp) -> Change {
        guard other.node == certificate.node else { return .anotherNode }
        guard other != certificate else { return .unchanged }
        guard other.supersedes(certificate) else { return .stale }
        let ours = certificate.handOvers
        let added = other.handOvers.dropFirst(ours.count)
        if other.handOvers.starts(with: ours), added.allSatisfy({ $0.signer == .keyBefore }) {
            let (until, overflow) = now.milliseconds.addingReportingOverflow(Self.leavingMilliseconds)
            leaving = Leaving(key: certificate.currentKey, until: Timestamp(milliseconds: overflow ? .max : until))
        } else {
            leaving = nil
        }
        certificate = other
        return .handedOver
    }

    package func standing(of key: Bytes32, now: Timestamp) -> Standing {
        if key == certificate.currentKey.bytes { return .valid }
        if let leaving, key == leaving.key.bytes { return now <= leaving.until ? .valid : .superseded }
        let earlier = [certificate.firstKey] + certificate.handOvers.map(\.key)
        return earlier.contains { $0.bytes == key } ? .superseded : .unknown
    }

    /// The key itself, if it counts now.
    package func valid(_ key: Bytes32, now: Timestamp) -> PublicKey? {
        guard standing(of: key, now: now) == .valid else { return nil }
        return key == certificate.currentKey.bytes ? certificate.currentKey : leaving?.key
    }
}
