package import Bytes
package import Keys
package import Operations
package import Wire

/// Signs what this node asks and answers.
package struct PeerSigner: Sendable {
    package let node: NodeID
    private let key: SigningKey

    /// - Parameter key: the one in force of the node's certificate.
    package init(node: NodeID, key: SigningKey) {
        self.node = node
        self.key = key
    }

    private var keyID: String { PeerSignature.KeyID(node, key.publicKey).text }

    /// A request and the fields that make it ours.
    package func request(
        _ method: String, _ target: String, to destination: NodeURL, content: ContentDigest, now: Timestamp,
        nonce: RequestNonce = RequestNonce()
    ) throws(SignatureFault) -> SignedPeerRequest {
        var fields = HTTPFields([("Content-Digest", content.fieldValue)])
        let parameters = try SignatureParameters(
            covering: PeerSignature.requestComponents, created: now, keyID: keyID, nonce: nonce.description,
            tag: PeerSignature.requestTag)
        let unsigned = SignedPeerRequest(method, target, destination, fields)
        let signed = try SignableMessage.request(unsigned.signable)
            .signed(parameters, label: PeerSignature.label, with: key)
        fields.append("Signature-Input", signed.input)
        fields.append("Signature", signed.signature)
        return SignedPeerRequest(method, target, destination, fields)
    }

    /// The fields of an answer to this request, those about its content included.
    package func answer(
        _ status: Int, _ content: AnswerContent, to request: SignableRequest, now: Timestamp
    ) throws(SignatureFault) -> HTTPFields {
        var fields = HTTPFields()
        switch content {
        case .whole(let digest): fields.append("Content-Digest", digest.fieldValue)
        case .blob(let extent): fields.append("Parley-Blob", extent.fieldValue)
        case .sealed(let opening): fields.append("Parley-Seal", "opening=:\(Base64.padded.encode(opening)):")
        }
        let parameters = try SignatureParameters(
            covering: [.status, content.component, PeerSignature.requestSignature], created: now, keyID: keyID,
            tag: PeerSignature.answerTag)
        let signed = try SignableMessage.response(status: status, fields: fields, to: request)
            .signed(parameters, label: PeerSignature.label, with: key)
        fields.append("Signature-Input", signed.input)
        fields.append("Signature", signed.signature)
        return fields
    }
}

/// A request that we sign, as long as its answer is awaited.
package struct SignedPeerRequest: Sendable {
    package let method: String
    package let target: String
    package let destination: NodeURL
    /// `Content-Digest`, `Signature-Input`, `Signature`.
    package let fields: HTTPFields

    init(_ method: String, _ target: String, _ destination: NodeURL, _ fields: HTTPFields) {
        self.method = method
        self.target = target
        self.destination = destination
        self.fields = fields
    }

    package var signable: SignableRequest {
        SignableRequest(
            method: method, scheme: destination.scheme, authority: destination.authority, target: target,
            fields: fields)
    }
}
