package import Wire

/// Why a request or an answer is not taken for a peer's. To the other side all of these are `signature` (401), save
/// `busy` (503); the codes are for logs, metrics and vectors.
package enum PeerRefusal: Error, Equatable, Sendable {
    case unsigned
    /// It doesn't cover what it must.
    case uncovered
    case malformed(SignatureFault)
    case unknownPeer
    case unknownKey
    case supersededKey
    case old
    case future
    /// Altered, or for another destination, or by another key.
    case wrongSignature
    /// The content is not what was signed for.
    case content
    case badNonce
    case replayed
    /// Whether it is a replay can't be told; one signed so many seconds later can.
    case busy(seconds: Int64)
    /// An answer of somebody else's.
    case anotherPeer

    package var code: String {
        switch self {
        case .unsigned: "unsigned"
        case .uncovered: "uncovered"
        case .malformed: "malformed"
        case .unknownPeer: "unknown-peer"
        case .unknownKey: "unknown-key"
        case .supersededKey: "superseded-key"
        case .old: "old"
        case .future: "future"
        case .wrongSignature: "wrong-signature"
        case .content: "content"
        case .badNonce: "bad-nonce"
        case .replayed: "replayed"
        case .busy: "busy"
        case .anotherPeer: "another-peer"
        }
    }

    init(_ fault: SignatureFault) {
        switch fault {
        case .unsigned, .noSignature: self = .unsigned
        case .uncovered, .absent: self = .uncovered
        case .tooOld, .expired: self = .old
        case .tooNew: self = .future
        case .mismatch: self = .wrongSignature
        case .unknownKey: self = .unknownKey
        case .tooLarge, .malformed, .ambiguous, .unknownParameter, .missingParameter, .unsupportedAlgorithm, .wrongTag,
            .unknownComponent, .repeatedComponent, .unrepresentable:
            self = .malformed(fault)
        }
    }
}
