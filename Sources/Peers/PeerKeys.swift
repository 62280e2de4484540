package import Bytes
package import Keys
package import Operations

/// Which of a node's keys is meant: its first four bytes. A node has more than one while it hands over. That it is the
/// one is for the signature to say; should two of a node begin alike, the one in force is meant.
package struct KeyHint: Hashable, Sendable {
    static let bytesCount = 4
    let bytes: [UInt8]

    package init(_ key: PublicKey) {
        bytes = Array(key.bytes.array.prefix(Self.bytesCount))
    }

    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bytesCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// As it stands in an answer: 6 characters of base64url.
    init?(_ text: String) {
        guard text.utf8.count == 6, let bytes = Base64.url.decode(text) else { return nil }
        self.init(bytes)
        // Four bytes leave bits over, and these would be a second name.
        guard text == self.text else { return nil }
    }

    var text: String { Base64.url.encode(bytes) }
}

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

    package func standing(of key: KeyHint, now: Timestamp) -> Standing {
        if valid(key, now: now) != nil { return .valid }
        let earlier = [certificate.firstKey] + certificate.handOvers.map(\.key)
        return earlier.contains { KeyHint($0) == key } ? .superseded : .unknown
    }

    /// The key itself, if it counts now.
    package func valid(_ key: KeyHint, now: Timestamp) -> PublicKey? {
        if key == KeyHint(certificate.currentKey) { return certificate.currentKey }
        guard let leaving, key == KeyHint(leaving.key), now <= leaving.until else { return nil }
        return leaving.key
    }
}
