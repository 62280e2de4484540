package import Bytes
package import Keys

/// A signature that holds: the owner of `key` signed these components of this message.
///
/// That says nothing about how often it has been sent: `nonce` is the caller's to remember for as long as
/// `created` is within the tolerance, per key, and to refuse the second time. (Only now, after the
/// signature held, or strangers could use up nonces and memory.)
package struct VerifiedSignature: Sendable {
    package let label: String
    package let keyID: String
    package let key: PublicKey
    package let created: Timestamp
    /// Nil only if the policy does not need one.
    package let nonce: String?
    package let parameters: SignatureParameters
    package let signature: Signature
}

extension SignableMessage {
    /// Verifies one signature of this message.
    ///
    /// It covers a head. What the content is, is for those parameters or fields to say that whoever calls this reads.
    ///
    /// - Parameter key: the key that belongs to a `keyid`, or nil. It is asked before the signature is
    ///   checked, so it must cost little and change nothing.
    package func verified(
        by policy: SignaturePolicy, now: Timestamp, key: (_ keyID: String) -> PublicKey?
    ) throws(SignatureFault) -> VerifiedSignature {
        let inputs = try signatureDictionary("signature-input")
        let signatures = try signatureDictionary("signature")
        let (label, list) = try chosen(from: inputs, by: policy)
        guard let member = signatures[label] else { throw .noSignature(label: label) }
        guard case .item(let item) = member, case .bytes(let bytes) = item.value, item.parameters.isEmpty,
            let signature = Signature(bytes.span)
        else { throw .malformed(field: "signature") }

        let parameters = try SignatureParameters(list)
        try policy.check(parameters, now: now)
        guard let created = parameters.created else { throw .missingParameter("created") }
        guard let keyID = parameters.keyID, !keyID.isEmpty else { throw .missingParameter("keyid") }
        guard keyID.utf8.count <= SignaturePolicy.keyIDBytesMax else { throw .tooLarge(of: "keyid") }
        guard let publicKey = key(keyID) else { throw .unknownKey(keyID) }
        let base = try SignatureBase(of: self, parameters).bytes
        guard publicKey.verify(signature, of: base.span) else { throw .mismatch }
        return VerifiedSignature(
            label: label, keyID: keyID, key: publicKey, created: created, nonce: parameters.nonce,
            parameters: parameters,
            signature: signature)
    }

    private func chosen(
        from inputs: StructuredDictionary, by policy: SignaturePolicy
    ) throws(SignatureFault) -> (label: String, list: StructuredInnerList) {
        let entry: StructuredDictionary.Entry
        if let label = policy.label {
            guard let found = inputs.entries.first(where: { $0.key == label }) else {
                throw .noSignature(label: label)
            }
            entry = found
        } else {
            guard let only = inputs.entries.first else { throw .unsigned }
            guard inputs.entries.count == 1 else { throw .ambiguous }
            entry = only
        }
        guard case .innerList(let list) = entry.member else { throw .malformed(field: "signature-input") }
        return (entry.key, list)
    }

    private func signatureDictionary(_ name: String) throws(SignatureFault) -> StructuredDictionary {
        do throws(StructuredFieldFault) {
            if let dictionary = try fields.dictionary(named: name) { return dictionary }
        } catch {
            throw error == .tooLarge ? .tooLarge(of: name) : .malformed(field: name)
        }
        throw .unsigned
    }
}
