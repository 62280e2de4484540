/// Why a payload has no effect. The operation itself stands all the same: it is in its feed's chain, others
/// may build on it, and a payload can be missing here and present there, so a verdict on the chain must not
/// depend on one.
package enum PayloadFault: String, Error, CaseIterable, Sendable {
    /// Not deterministic CBOR, or something behind it.
    case malformed
    /// Not a map, or a member of another type than it has to be.
    case wrongShape = "wrong-shape"
    case missingMember = "missing-member"
    /// A text, a list or a value beyond its bound.
    case tooLarge = "too-large"
    /// A NUL in a text, or a name or token of other characters than it may have.
    case badText = "bad-text"
    /// A number, a fraction or a pair that has another way to be written, or makes no sense.
    case badValue = "bad-value"
}

extension PayloadFault: FieldFault {}
