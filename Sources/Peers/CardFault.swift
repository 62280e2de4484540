package import CBOR
package import Operations

/// Why a card, or a knock with one, was refused.
package enum CardFault: Error, Equatable, Sendable {
    /// Not deterministic CBOR, or not of the shape that the specification draws.
    case unreadable(CBORFault)
    case unknownVersion(UInt64)
    case tooLarge
    case badName
    case badURL
    /// Versions, limits, directory or time that can't be.
    case badValue
    /// One that doesn't prove itself, or not this node's.
    case wrongCertificate(OperationFault?)
    /// A key whose private half everybody knows.
    case publishedKey
    case wrongSignature
    /// Made later than now, by more than the tolerance.
    case tooEarly

    package var code: String {
        switch self {
        case .unreadable: "unreadable"
        case .unknownVersion: "unknown-version"
        case .tooLarge: "too-large"
        case .badName: "bad-name"
        case .badURL: "bad-url"
        case .badValue: "bad-value"
        case .wrongCertificate: "wrong-certificate"
        case .publishedKey: "published-key"
        case .wrongSignature: "wrong-signature"
        case .tooEarly: "too-early"
        }
    }
}
