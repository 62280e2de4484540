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
        let policy = SignaturePolicy(
            label: PeerSignature.label, required: [.status, PeerSignature.requestSignature],
            tag: PeerSignature.answerTag, toleranceSeconds: NonceMemory.toleranceSeconds, needsNonce: false)
        let message = SignableMessage.response(status: status, fields: fields, to: signable)
        let (verified, _) = try message.verified(by: policy, now: now) { node in
            node == peer.certificate.node ? peer : nil
        }
        let contents: [SignedComponent] = [.contentDigest, PeerSignature.blob, PeerSignature.seal]
        let covered = contents.filter { verified.parameters.components.contains($0) }
        // One that says two things of its content could be read in two ways.
        guard covered.count == 1 else { throw .uncovered }
        switch covered[0] {
        case .contentDigest:
            return .whole(try ContentDigest(strict: fields))
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
