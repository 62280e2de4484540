import CBOR

/// Why something that came from another node is refused: a fact about its bytes, true on every node. The raw
/// value is the code that goes over the wire, into the log and into the metrics (Spec/operations.md, "Refusals").
package enum OperationFault: String, Error, CaseIterable, Sendable {
    // Encoding.
    /// Not deterministic CBOR, or something behind it.
    case malformed
    /// Deterministic CBOR of another shape.
    case wrongShape = "wrong-shape"
    case tooLarge = "too-large"
    case unknownVersion = "unknown-version"

    // Header.
    case badRoom = "bad-room"
    case badSequence = "bad-sequence"
    case tooManyDependencies = "too-many-dependencies"
    /// Not strictly ascending.
    case unsortedDependencies = "unsorted-dependencies"
    /// A dependency that is `previous` as well, or any at all in a genesis.
    case idleDependency = "idle-dependency"
    case badTime = "bad-time"
    case badHandle = "bad-handle"
    case badKind = "bad-kind"
    case badTarget = "bad-target"
    case badAuthor = "bad-author"
    /// A kind that begins a feed stands elsewhere, or the feed of such a room begins with another.
    case wrongPlace = "wrong-place"
    case wrongEpoch = "wrong-epoch"

    // Payload.
    case badPayloadSize = "bad-payload-size"
    case payloadExpected = "payload-expected"
    case payloadUnexpected = "payload-unexpected"
    case payloadMismatch = "payload-mismatch"

    // Certificates.
    case badKey = "bad-key"
    case tooManyHandOvers = "too-many-handovers"
    case badHandOver = "bad-handover"
    /// It is missing where a feed begins, stands elsewhere, or isn't the one that the feed begins with.
    case wrongCertificate = "wrong-certificate"
    case wrongSignature = "wrong-signature"

    // Runs and feeds.
    case emptyRun = "empty-run"
    case tooManyOperations = "too-many-operations"
    case notAfterPast = "not-after-past"
    case sequenceGap = "sequence-gap"
    case wrongPrevious = "wrong-previous"

    // Everything else that is exchanged.
    case notAFork = "not-a-fork"
    case badRegister = "bad-register"
    case badClock = "bad-clock"
}

/// A fault that a `FieldReader` can throw.
protocol FieldFault: Error {
    static var malformed: Self { get }
    static var wrongShape: Self { get }
}

extension FieldFault {
    init(_ fault: CBORFault) {
        switch fault.kind {
        case .wrongType, .wrongCount, .outOfRange, .itemsLeft, .tooLong: self = .wrongShape
        case .truncated, .trailingBytes, .notShortest, .indefiniteLength, .reserved, .unsortedKeys, .duplicateKey,
            .keyType, .notAllowed, .invalidUTF8, .tooDeep:
            self = .malformed
        }
    }
}

extension OperationFault: FieldFault {}
