import Bytes
import Keys
import Wire

/// When the examples of RFC 9421 were signed.
private let now = Timestamp(milliseconds: 1_618_884_473_000)

/// The keys are those of this file: no signature in the corpus is theirs.
private func makeKey(_ byte: UInt8) -> SigningKey {
    guard let key = SigningKey(seed: SecretBytes(copying: [UInt8](repeating: byte, count: 32).span)) else {
        preconditionFailure("a seed has 32 bytes")
    }
    return key
}
private let signer = makeKey(0x53)
private let stranger = makeKey(0x77)

private func policy(_ options: UInt8) -> SignaturePolicy {
    SignaturePolicy(
        label: options & 1 == 0 ? nil : "sig", required: options & 2 == 0 ? [] : [.method, .authority, .path],
        tag: options & 4 == 0 ? nil : "federation", toleranceSeconds: 86_400, needsNonce: options & 8 != 0)
}

/// Whatever the message says of itself, nobody has signed it with this key.
func checkStranger(_ message: Message, _ options: UInt8) {
    do throws(SignatureFault) {
        _ = try message.signable.verified(by: policy(options), now: now) { _ in stranger.publicKey }
        preconditionFailure("a signature of a key that signed nothing")
    } catch {
        check(error)
    }
}

/// What a fault tells may go to a log.
private func check(_ fault: SignatureFault) {
    switch fault {
    case .tooLarge(of: let text), .malformed(field: let text), .noSignature(label: let text),
        .unknownParameter(let text), .missingParameter(let text), .unsupportedAlgorithm(let text),
        .unknownComponent(let text), .repeatedComponent(let text), .uncovered(let text), .absent(let text),
        .unrepresentable(let text), .unknownKey(let text):
        precondition(text.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a fault that is not printable: \(fault)")
        precondition(text.utf8.count <= 2 * StructuredFieldLimits.fieldBytesMax, "a fault that is too long")
    case .unsigned, .ambiguous, .wrongTag, .tooOld, .tooNew, .expired, .mismatch: break
    }
}

/// The message, signed by us, verifies; not with another key; and, altered, exactly if what was signed is
/// still what is there.
func checkSigned(_ message: Message, _ options: UInt8, _ alteration: Alteration) {
    var message = message
    // Covered or not, fields of this name would be two.
    message.fields.pairs.removeAll { isSignature($0.name) }
    let components = components(of: message, options)
    let required = policy(options & 0xF0)
    guard
        let parameters = try? SignatureParameters(
            covering: components, created: now, keyID: "us", nonce: "n", tag: options & 4 == 0 ? nil : "federation"),
        let base = try? message.signable.signatureBase(parameters),
        let signed = try? message.signable.signed(parameters, label: "sig", with: signer)
    else { return }
    message.fields.pairs.append(("Signature-Input", Array(signed.input.utf8)))
    message.fields.pairs.append(("Signature", Array(signed.signature.utf8)))

    do throws(SignatureFault) {
        let verified = try message.signable.verified(by: required, now: now) { $0 == "us" ? signer.publicKey : nil }
        precondition(verified.parameters.components == components, "other components than were signed")
        precondition(verified.created == now && verified.nonce == "n" && verified.label == "sig", "signed otherwise")
    } catch {
        // The list of components may be longer than a verifier reads.
        precondition(error == .tooLarge(of: "signature-input"), "what we signed is refused: \(error)")
        return
    }
    do throws(SignatureFault) {
        _ = try message.signable.verified(by: required, now: now) { _ in stranger.publicKey }
        preconditionFailure("another key's signature")
    } catch {
        precondition(error == .mismatch, "with another key it is \(error)")
    }
    checkAltered(alteration.altered(message), from: message, parameters, base, by: required)
}

private func isSignature(_ name: String) -> Bool {
    let lowercased = String(decoding: name.utf8.map(\.asciiLowercased), as: UTF8.self)
    return lowercased == "signature" || lowercased == "signature-input"
}

private func checkAltered(
    _ message: Message, from original: Message, _ parameters: SignatureParameters, _ base: [UInt8],
    by policy: SignaturePolicy
) {
    let signatures = message.fields.pairs.filter { isSignature($0.name) }
    let isIntact = signatures.elementsEqual(original.fields.pairs.filter { isSignature($0.name) }, by: ==)
    let isSame = (try? message.signable.signatureBase(parameters)) == base
    do throws(SignatureFault) {
        let verified = try message.signable.verified(by: policy, now: now) { _ in signer.publicKey }
        let signed = try message.signable.signatureBase(verified.parameters)
        precondition(isSame && signed == base, "altered, and yet accepted")
        checkCovered(parameters.components, by: message, as: original)
    } catch {
        precondition(!isIntact || !isSame, "what was signed is still there, and refused: \(error)")
        check(error)
    }
}

/// What a signature covers is the same in both messages, told without the text that is signed.
private func checkCovered(_ components: [SignedComponent], by message: Message, as original: Message) {
    func pathAndQuery(_ target: String) -> (path: Substring, query: Substring) {
        let path = target.prefix { $0 != "?" }
        return (path, target[path.endIndex...].dropFirst())
    }
    for component in components {
        let isKept =
            switch component.name {
            case "@method", "@status": message.method == original.method
            case "@request-target", "@target-uri": message.target == original.target
            case "@path": pathAndQuery(message.target).path == pathAndQuery(original.target).path
            case "@query": pathAndQuery(message.target).query == pathAndQuery(original.target).query
            default: true
            }
        // The request of an answer is always a POST.
        let isImplied = message.status != nil && component.name == "@method"
        precondition(isKept || isImplied, "\(component) was altered")
    }
}

/// Up to sixteen parts of the message, of each field in one of the forms it can be covered in.
private func components(of message: Message, _ options: UInt8) -> [SignedComponent] {
    var components: [SignedComponent] = options & 16 == 0 ? [.method, .authority, .path] : [.targetURI, .query]
    if options & 32 != 0 { components += [.scheme, .requestTarget] }
    if message.status != nil { components = [.status] + components.compactMap { try? $0.ofRequest() } }
    for (index, pair) in message.fields.pairs.prefix(12).enumerated() {
        let name = String(decoding: pair.name.utf8.map(\.asciiLowercased), as: UTF8.self)
        let value = String(decoding: pair.value.prefix(20), as: UTF8.self)
        let form: SignedComponent.Form =
            switch (Int(options >> 6) + index) % 4 {
            case 0: .plain
            case 1: .canonical
            case 2: .bytes
            default: .member(key: String(decoding: pair.value.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self))
            }
        let component =
            name == "query"
            ? try? SignedComponent("@query-param", .queryParameter(name: value))
            : (try? SignedComponent(name, form)) ?? (try? SignedComponent(name))
        if let component, !components.contains(component) { components.append(component) }
    }
    return components
}
