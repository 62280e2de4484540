package import Bytes
import Keys
import Operations
package import Wire

extension SignedPeerRequest {
    /// Whether the head of an answer is the peer's, to this request and to no other.
    /// - Returns: what its content has to be. An answer that is refused says nothing at all, not even by its status.
    package func checkAnswer(
        _ status: Int, _ fields: any SignableFields, from peer: PeerKeys, now: Timestamp
    ) throws(PeerRefusal) -> AnswerContent {
        try content(of: verified(status, fields, from: peer, now, within: NonceMemory.toleranceSeconds), fields)
    }

    /// The same by whatever clock the peer has, with the time at which it says that it answered. That it is an answer to this
    /// request makes it a new one.
    package func checkAnswerOfAnyTime(
        _ status: Int, _ fields: any SignableFields, from peer: PeerKeys, now: Timestamp
    ) throws(PeerRefusal) -> (content: AnswerContent, created: Timestamp) {
        let verified = try verified(status, fields, from: peer, now, within: nil)
        return (try content(of: verified, fields), verified.created)
    }

    private func verified(
        _ status: Int, _ fields: any SignableFields, from peer: PeerKeys, _ now: Timestamp, within tolerance: Int64?
    ) throws(PeerRefusal) -> VerifiedSignature {
        let policy = SignaturePolicy(
            label: PeerSignature.label, required: [.status, PeerSignature.requestSignature],
            toleranceSeconds: tolerance, needsNonce: false)
        let message = SignableMessage.response(status: status, fields: fields, to: signable)
        // Whose the key is need not be said: it was this peer that was asked, and only its keys count.
        return try message.verified(by: policy, now: now) { KeyHint($0).map { (peer, $0) } }
    }

    private func content(
        of verified: VerifiedSignature, _ fields: any SignableFields
    ) throws(PeerRefusal) -> AnswerContent {
        let contents = [PeerSignature.blob, PeerSignature.seal]
        let covered = contents.filter { verified.parameters.components.contains($0) }
        // One that says two things of its content could be read in two ways.
        guard covered.count + (verified.nonce == nil ? 0 : 1) <= 1 else { throw .uncovered }
        switch covered.first {
        case nil:
            guard let nonce = verified.nonce else { return .whole(nil) }
            guard let mark = NonceText.readAnswer(nonce) else { throw .badNonce }
            return .whole(mark)
        case PeerSignature.blob:
            guard let extent = try BlobExtent(dictionary("parley-blob", of: fields)) else {
                throw .malformed(.malformed(field: "parley-blob"))
            }
            return .blob(extent)
        default:
            let dictionary = try dictionary("parley-seal", of: fields)
            guard dictionary.entries.count == 1, case .item(let item) = dictionary["opening"], item.parameters.isEmpty,
                case .bytes(let opening) = item.value, opening.count == SealedBody.openingBytes
            else { throw .malformed(.malformed(field: "parley-seal")) }
            return .sealed(opening: opening)
        }
    }

    private func dictionary(
        _ name: String, of fields: any SignableFields
    ) throws(PeerRefusal) -> StructuredDictionary {
        var values: [[UInt8]] = []
        fields.forEachValue(named: name) { values.append([UInt8](copying: $0)) }
        guard values.count == 1 else { throw .malformed(.malformed(field: name)) }
        do throws(StructuredFieldFault) {
            let value = values[0]
            return try StructuredFieldParser.dictionary(value.span)
        } catch {
            throw .malformed(.malformed(field: name))
        }
    }
}
