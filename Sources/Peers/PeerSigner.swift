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

    /// A request and the fields that make it ours.
    package func request(
        _ method: String, _ target: String, to destination: NodeURL, content: [UInt8], now: Timestamp,
        nonce: RequestNonce = RequestNonce()
    ) throws(SignatureFault) -> SignedPeerRequest {
        let parameters = try SignatureParameters(
            covering: PeerSignature.requestComponents, created: now,
            keyID: PeerSignature.KeyID(node, key.publicKey).text,
            nonce: NonceText.request(nonce, ContentMark(of: content, in: nonce)))
        let unsigned = SignedPeerRequest(method, target, destination, nonce, HTTPFields())
        let signed = try SignableMessage.request(unsigned.signable)
            .signed(parameters, label: PeerSignature.label, with: key)
        let fields = HTTPFields([("Signature-Input", signed.input), ("Signature", signed.signature)])
        return SignedPeerRequest(method, target, destination, nonce, fields)
    }

    /// The fields of an answer to this request, those about its content included.
    package func answer(
        _ status: Int, _ content: AnswerContent, to request: SignableRequest, now: Timestamp
    ) throws(SignatureFault) -> HTTPFields {
        var fields = HTTPFields()
        var nonce: String?
        switch content {
        case .whole(let mark): nonce = mark.map { NonceText.answer($0) }
        case .blob(let extent): fields.append("Parley-Blob", extent.fieldValue)
        case .sealed(let opening): fields.append("Parley-Seal", "opening=:\(Base64.padded.encode(opening)):")
        }
        let parameters = try SignatureParameters(
            covering: [.status] + (content.component.map { [$0] } ?? []) + [PeerSignature.requestSignature],
            created: now, keyID: KeyHint(key.publicKey).text, nonce: nonce)
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
    package let nonce: RequestNonce
    /// `Signature-Input`, `Signature`.
    package let fields: HTTPFields

    init(
        _ method: String, _ target: String, _ destination: NodeURL, _ nonce: RequestNonce, _ fields: HTTPFields
    ) {
        self.method = method
        self.target = target
        self.destination = destination
        self.nonce = nonce
        self.fields = fields
    }

    package var signable: SignableRequest {
        SignableRequest(
            method: method, scheme: destination.scheme, authority: destination.authority, target: target,
            fields: fields)
    }
}
