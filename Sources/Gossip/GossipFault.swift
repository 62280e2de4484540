package import CBOR

/// Why a body of replication was refused as a whole: it can't be read, so nothing of it is taken. Faults of
/// the operations inside are told one by one in the answer and leave the rest alone.
package enum GossipFault: Error, Equatable, Sendable {
    /// Not deterministic CBOR, or not of the shape that the specification draws.
    case unreadable(CBORFault)
    case unknownVersion(UInt64)
    /// More bytes or items than the limit allows.
    case tooLarge
    /// What must ascend does not, or something is named twice.
    case unsorted
    /// A figure that can't be: a sequence number at the end of all, an empty list where there is none.
    case badValue
    /// A clock that counts a feed at or beyond its fork.
    case forkNotCapped
    /// An item of a kind that is not known.
    case unknownItem(UInt64)

    /// The code of the refusal on the wire.
    package var code: String {
        switch self {
        case .unreadable: "unreadable"
        case .unknownVersion: "unknown-version"
        case .tooLarge: "too-large"
        case .unsorted: "unsorted"
        case .badValue: "bad-value"
        case .forkNotCapped: "fork-not-capped"
        case .unknownItem: "unknown-item"
        }
    }
}
