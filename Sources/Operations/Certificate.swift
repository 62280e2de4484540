import Bytes
import CBOR
package import Keys

/// Which keys a node has had, each vouched for by the one before it or by the recovery key. It proves itself:
/// the first two keys hash to the node's id, and every hand-over is signed. So it doesn't matter who brings it.
///
///     [1, first key, recovery key, [[number, new key, by, signature], …]]
///
/// A hand-over's signature covers the hash of the certificate as it was before, so that each one belongs to
/// one history, and nobody can move it into another.
package struct Certificate: Sendable {
    package let node: NodeID
    package let firstKey: PublicKey
    package let recoveryKey: PublicKey
    package let handOvers: [HandOver]
    /// As it came.
    package let encoded: [UInt8]
    /// What feeds written under it begin with.
    package let hash: Hash

    package struct HandOver: Hashable, Sendable {
        package let key: PublicKey
        package let signer: Signer
        package let signature: Signature
    }

    package enum Signer: UInt64, Sendable {
        case keyBefore = 0
        case recoveryKey = 1
    }

    /// Of a new node.
    package init(firstKey: PublicKey, recoveryKey: PublicKey) throws(OperationFault) {
        guard firstKey != recoveryKey else { throw .badKey }
        self.init(firstKey: firstKey, recoveryKey: recoveryKey, handOvers: [])
    }

    private init(firstKey: PublicKey, recoveryKey: PublicKey, handOvers: [HandOver]) {
        node = NodeID(firstKey: firstKey, recoveryKey: recoveryKey)
        self.firstKey = firstKey
        self.recoveryKey = recoveryKey
        self.handOvers = handOvers
        let encoded = Self.encode(firstKey, recoveryKey, handOvers)
        self.encoded = encoded
        hash = Hash(.certificate, of: encoded.span)
    }

    /// Reads what came from anywhere and verifies all of it: up to 64 signatures. Whoever sees the same one
    /// often had better remember its hash.
    package init(decoding bytes: Span<UInt8>) throws(OperationFault) {
        guard bytes.count <= Limits.certificateBytesMax else { throw .tooLarge }
        var reader = FieldReader<OperationFault>(bytes)
        try reader.versionedArray(of: 4)
        let firstBytes = try reader.bytes32()
        let recoveryBytes = try reader.bytes32()
        let count = try reader.arrayHeader(countMax: Limits.handOversMax, else: .tooManyHandOvers)
        var rows: [(key: Bytes32, signer: Signer, signature: Signature)] = []
        rows.reserveCapacity(count)
        for index in 0..<count {
            try reader.array(of: 4)
            guard try reader.unsigned() == UInt64(index + 1) else { throw .badHandOver }
            let key = try reader.bytes32()
            guard let signer = Signer(rawValue: try reader.unsigned()) else { throw .badHandOver }
            rows.append((key, signer, try reader.signature()))
        }
        try reader.finish()

        // All of the shape first: keys and signatures are what costs time.
        guard let firstKey = PublicKey(firstBytes), let recoveryKey = PublicKey(recoveryBytes) else { throw .badKey }
        var certificate = try Certificate(firstKey: firstKey, recoveryKey: recoveryKey)
        for row in rows {
            guard let key = PublicKey(row.key) else { throw .badKey }
            certificate = try certificate.adding(
                HandOver(key: key, signer: row.signer, signature: row.signature))
        }
        self = certificate
    }

    private func adding(_ handOver: HandOver) throws(OperationFault) -> Certificate {
        guard handOvers.count < Limits.handOversMax else { throw .tooManyHandOvers }
        guard handOver.key != firstKey, handOver.key != recoveryKey,
            !handOvers.contains(where: { $0.key == handOver.key })
        else { throw .badHandOver }
        let signer = handOver.signer == .keyBefore ? currentKey : recoveryKey
        let message = statement(handingOverTo: handOver.key)
        guard signer.verify(handOver.signature, .handOver, of: message.span) else { throw .wrongSignature }
        return Certificate(firstKey: firstKey, recoveryKey: recoveryKey, handOvers: handOvers + [handOver])
    }

    /// The key that feeds under this certificate are signed with.
    package var currentKey: PublicKey { handOvers.last?.key ?? firstKey }

    /// Whether an encoding holds no hand-over: the only one so short.
    package static func isOfFirstKey(_ encoded: [UInt8]) -> Bool {
        encoded.count == 2 + 2 * (2 + Bytes32.count) + 1
    }

    /// This certificate with one hand-over more, signed by the key in force or the recovery key.
    package func handingOver(to key: PublicKey, signedBy signingKey: SigningKey) throws(OperationFault) -> Certificate {
        let signer: Signer = signingKey.publicKey == recoveryKey ? .recoveryKey : .keyBefore
        let signature = signingKey.sign(.handOver, statement(handingOverTo: key).span)
        return try adding(HandOver(key: key, signer: signer, signature: signature))
    }

    /// Hash of the certificate so far ‖ number in 8 bytes, the highest first ‖ new key.
    private func statement(handingOverTo key: PublicKey) -> [UInt8] {
        var bytes = hash.bytes.array
        withUnsafeBytes(of: UInt64(handOvers.count + 1).bigEndian) { bytes.append(contentsOf: $0) }
        key.bytes.withSpan { bytes.append($0) }
        return bytes
    }

    private static func encode(_ firstKey: PublicKey, _ recoveryKey: PublicKey, _ handOvers: [HandOver]) -> [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(1)
        writer.bytes32(firstKey.bytes)
        writer.bytes32(recoveryKey.bytes)
        writer.beginArray()
        for (index, handOver) in handOvers.enumerated() {
            writer.beginArray()
            writer.unsigned(UInt64(index + 1))
            writer.bytes32(handOver.key.bytes)
            writer.unsigned(handOver.signer.rawValue)
            writer.signature(handOver.signature)
            writer.endArray()
        }
        writer.endArray()
        writer.endArray()
        return writer.finish()
    }
}

extension Certificate: Hashable {
    package static func == (left: Certificate, right: Certificate) -> Bool { left.hash == right.hash }
    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

// MARK: Which one is in force

/// Where a certificate stands in the order of all certificates of its node; the greatest is in force.
///
/// More hand-overs by the recovery key come first: it lies on paper, so whoever holds the working key alone
/// can't outdo it, however many hand-overs they write. Then more hand-overs at all, then the lower hash.
package struct KeyRank: Hashable, Comparable, Sendable {
    package let recoveries: Int
    package let handOvers: Int
    package let hash: Hash

    package init(recoveries: Int, handOvers: Int, hash: Hash) {
        self.recoveries = recoveries
        self.handOvers = handOvers
        self.hash = hash
    }

    package static func < (left: KeyRank, right: KeyRank) -> Bool {
        if left.recoveries != right.recoveries { return left.recoveries < right.recoveries }
        if left.handOvers != right.handOvers { return left.handOvers < right.handOvers }
        return right.hash < left.hash
    }
}

extension Certificate {
    package var rank: KeyRank {
        KeyRank(recoveries: handOvers.count { $0.signer == .recoveryKey }, handOvers: handOvers.count, hash: hash)
    }

    /// How far it has come: hand-overs by the recovery key first, then hand-overs at all. A certificate that
    /// supersedes another is never of an earlier generation.
    package var generation: UInt64 { UInt64(rank.recoveries * (Limits.handOversMax + 1) + rank.handOvers) }

    /// Whether this one is in force where both are known; of two different ones of a node, one always is.
    package func supersedes(_ other: Certificate) -> Bool {
        node == other.node && rank > other.rank
    }

    /// The one in force of two of the same node. As this is the greater in one order of all of them, neither
    /// order nor repetition of what is merged matters.
    package func merged(with other: Certificate) -> Certificate {
        other.supersedes(self) ? other : self
    }
}
