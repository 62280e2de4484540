import Bytes
import Keys
import Wire

/// A dictionary has one canonical form, which is read as the same dictionary.
func checkDictionary(_ text: [UInt8]) {
    guard let dictionary = try? StructuredFieldParser.dictionary(text.span) else { return }
    precondition(dictionary.entries.count <= StructuredFieldLimits.entriesMax, "more than the limit")
    for entry in dictionary.entries {
        precondition(dictionary[entry.key] == entry.member, "a key that comes twice")
    }
    // The canonical form shows itself only as part of a signature base. A space to the left or right is the
    // business of whoever keeps the fields.
    guard let canonical = canonicalForm(of: text), !canonical.isEmpty else { return }
    let again = try? StructuredFieldParser.dictionary(canonical.span)
    precondition(again == dictionary, "a field is not what it was written as")
    precondition(canonicalForm(of: canonical) == canonical, "two canonical forms")
    precondition(canonical.allSatisfy { (0x20...0x7E).contains($0) }, "a field that is not one line of ASCII")
}

private func canonicalForm(of text: [UInt8]) -> [UInt8]? {
    let fields = Fields(pairs: [(name: "Content-Digest", value: text)])
    let message = SignableMessage.request(
        SignableRequest(method: "GET", scheme: "http", authority: "a", target: "/", fields: fields))
    guard let component = try? SignedComponent("content-digest", .canonical),
        let parameters = try? SignatureParameters(covering: [component], created: nil, keyID: nil),
        let base = try? message.signatureBase(parameters)
    else { return nil }
    return Array(base.prefix { $0 != UInt8(ascii: "\n") }.dropFirst("\"content-digest\";sf: ".utf8.count))
}
