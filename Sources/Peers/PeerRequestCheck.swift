package import Bytes
package import Keys
package import Operations
package import Wire

/// Finds out whose a request is, from its head alone, before its content is read.
package struct PeerRequestCheck: Sendable {
    /// Our own public URL. What the Host field says doesn't matter: a request that was signed for another node is no
    /// request to us, whoever brings it.
    package let destination: NodeURL
    private var nonces: NonceMemory

    package init(destination: NodeURL, startedAt start: Timestamp) {
        self.init(destination: destination, nonces: NonceMemory(startedAt: start))
    }

    init(destination: NodeURL, nonces: NonceMemory) {
        self.destination = destination
        self.nonces = nonces
    }

    /// - Parameter keys: of a node that is pinned; it is asked before the signature is checked.
    package mutating func check(
        _ method: String, _ target: String, _ fields: any SignableFields, now: Timestamp,
        keys: (NodeID) -> PeerKeys?
    ) throws(PeerRefusal) -> PeerRequestProof {
        let proof = try Self.proof(method, target, fields, to: destination, now: now, keys: keys)
        try note(proof, now: now)
        return proof
    }

    /// Whether it is known to be here again, before its content is.
    package func isReplay(_ proof: PeerRequestProof) -> Bool {
        nonces.remembers(proof.nonce, of: proof.peer, created: proof.created)
    }

    /// Whether it is here for the first time; of one that holds but for this.
    package mutating func note(_ proof: PeerRequestProof, now: Timestamp) throws(PeerRefusal) {
        switch nonces.note(proof.nonce, of: proof.peer, created: proof.created, now: now) {
        case .new: return
        case .replayed: throw .replayed
        case .unknowable(let seconds): throw .busy(seconds: seconds)
        }
    }

    /// A knock proves itself by the card in it. It may come twice, since it does the same twice; so strangers use up no
    /// memory.
    package func checkKnock(
        _ knock: Knock, _ method: String, _ target: String, _ fields: any SignableFields, now: Timestamp
    ) throws(PeerRefusal) -> PeerRequestProof {
        let keys = PeerKeys(knock.card.certificate)
        return try Self.proof(method, target, fields, to: destination, now: now) {
            $0 == knock.card.node ? keys : nil
        }
    }

    /// Whose a request is that was refused for its time alone. It may be an old one, and so is good for nothing but to be told
    /// what time it is here.
    package static func proofOfAnyTime(
        _ method: String, _ target: String, _ fields: any SignableFields, to destination: NodeURL, now: Timestamp,
        keys: (NodeID) -> PeerKeys?
    ) throws(PeerRefusal) -> PeerRequestProof {
        try proof(method, target, fields, to: destination, now: now, toleranceSeconds: nil, keys: keys)
    }

    /// All of the check but whether it was here before: this is what costs time, and needs no memory.
    package static func proof(
        _ method: String, _ target: String, _ fields: any SignableFields, to destination: NodeURL, now: Timestamp,
        toleranceSeconds: Int64? = NonceMemory.toleranceSeconds, keys: (NodeID) -> PeerKeys?
    ) throws(PeerRefusal) -> PeerRequestProof {
        let request = SignableRequest(
            method: method, scheme: destination.scheme, authority: destination.authority, target: target,
            fields: fields)
        let policy = SignaturePolicy(
            label: PeerSignature.label, required: PeerSignature.requestComponents, toleranceSeconds: toleranceSeconds)
        var peer: NodeID?
        let verified = try SignableMessage.request(request).verified(by: policy, now: now) { text in
            guard let keyID = PeerSignature.KeyID(text), let keys = keys(keyID.node) else { return nil }
            peer = keyID.node
            return (keys, keyID.key)
        }
        guard let (nonce, mark) = verified.nonce.flatMap({ NonceText.readRequest($0) }) else { throw .badNonce }
        return PeerRequestProof(
            peer: peer!, key: verified.key, created: verified.created, content: mark, nonce: nonce,  // it had a key
            request: request)
    }
}

/// A request of a node that we have the keys of. Its content is its own if it has the mark.
package struct PeerRequestProof: Sendable {
    package let peer: NodeID
    /// To which a sealed answer is sealed.
    package let key: PublicKey
    package let created: Timestamp
    /// Nil where it has no content.
    package let content: ContentMark?
    package let nonce: RequestNonce
    /// To sign the answer to.
    package let request: SignableRequest

    package func holds(_ content: [UInt8]) -> Bool { ContentMark(of: content, in: nonce) == self.content }
}

extension SignableMessage {
    /// - Parameter signer: whose a `keyid` is, as far as it is known, and which of their keys.
    func verified(
        by policy: SignaturePolicy, now: Timestamp, signer: (String) -> (keys: PeerKeys, key: KeyHint)?
    ) throws(PeerRefusal) -> VerifiedSignature {
        var refusal = PeerRefusal.unknownKey
        do throws(SignatureFault) {
            return try verified(by: policy, now: now) { text in
                guard let (keys, key) = signer(text) else {
                    refusal = .unknownPeer
                    return nil
                }
                if keys.standing(of: key, now: now) == .superseded { refusal = .supersededKey }
                return keys.valid(key, now: now)
            }
        } catch {
            if case .unknownKey = error { throw refusal }
            throw PeerRefusal(error)
        }
    }
}
