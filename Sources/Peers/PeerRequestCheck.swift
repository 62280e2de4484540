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
            label: PeerSignature.label, required: PeerSignature.requestComponents, tag: PeerSignature.requestTag,
            toleranceSeconds: toleranceSeconds)
        let (verified, keyID) = try SignableMessage.request(request).verified(by: policy, now: now, keys: keys)
        let digest = try ContentDigest(strict: fields)
        guard let nonce = verified.nonce.flatMap({ RequestNonce($0) }) else { throw .badNonce }
        return PeerRequestProof(
            peer: keyID.node, key: verified.key, created: verified.created, content: digest, nonce: nonce,
            request: request)
    }
}

/// A request of a node that we have the keys of. Its content is its own if it agrees with the digest.
package struct PeerRequestProof: Sendable {
    package let peer: NodeID
    /// To which a sealed answer is sealed.
    package let key: PublicKey
    package let created: Timestamp
    package let content: ContentDigest
    let nonce: RequestNonce
    /// To sign the answer to.
    package let request: SignableRequest
}

extension SignableMessage {
    func verified(
        by policy: SignaturePolicy, now: Timestamp, keys: (NodeID) -> PeerKeys?
    ) throws(PeerRefusal) -> (VerifiedSignature, PeerSignature.KeyID) {
        var refusal = PeerRefusal.unknownKey
        var signer: PeerSignature.KeyID?
        do throws(SignatureFault) {
            let verified = try verified(by: policy, now: now) { text in
                guard let keyID = PeerSignature.KeyID(text), let keys = keys(keyID.node) else {
                    refusal = .unknownPeer
                    return nil
                }
                signer = keyID
                if keys.standing(of: keyID.key, now: now) == .superseded { refusal = .supersededKey }
                return keys.valid(keyID.key, now: now)
            }
            return (verified, signer!)  // the signature held, so there was a key, and it was this one
        } catch {
            if case .unknownKey = error { throw refusal }
            throw PeerRefusal(error)
        }
    }
}

extension ContentDigest {
    /// The one algorithm that every node knows must be among them.
    init(strict fields: any SignableFields) throws(PeerRefusal) {
        do throws(ContentDigestFault) {
            let digest = try ContentDigest(fields)
            guard digest.sha256 != nil else { throw .unknownAlgorithm }
            self = digest
        } catch { throw .digest(error) }
    }
}
