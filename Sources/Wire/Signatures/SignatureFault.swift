/// Why a message's signature is not accepted, or why one can't be made. The texts inside are printable
/// ASCII and bounded, so they may go to a log.
package enum SignatureFault: Error, Equatable, Sendable {
    /// The message has no Signature-Input or no Signature.
    case unsigned
    /// A field, or something in it, is longer or more than we read. `of` names it.
    case tooLarge(of: String)
    /// Not a structured field of the form that is needed there.
    case malformed(field: String)
    /// No signature has the wanted label.
    case noSignature(label: String)
    /// Several signatures, and the policy does not say which one counts.
    case ambiguous

    /// A parameter of the signature that is not known, or not of its type.
    case unknownParameter(String)
    case missingParameter(String)
    case unsupportedAlgorithm(String)
    case wrongTag
    /// Made longer ago than the tolerance allows.
    case tooOld
    /// Made in the future, by more than the tolerance.
    case tooNew
    /// The signer's own end of it has passed.
    case expired

    /// A component that is not defined, or with parameters that it can't have, or that we refuse.
    case unknownComponent(String)
    case repeatedComponent(String)
    /// The policy wants it covered, and it is not.
    case uncovered(String)
    /// Covered, but this message has no such component, or it is not what its parameters say.
    case absent(String)
    /// A component with a value that can't stand in a signature base: a line break, say.
    case unrepresentable(String)

    case unknownKey(String)
    /// The key's owner did not sign this: something was altered, or it was meant for another destination.
    case mismatch
}
