import CSodium

/// An Ed25519 key pair. It is for any thread, and nothing that prints, reflects or dumps it shows more
/// than its public half (see `SecretBytes`).
package final class SigningKey: Sendable {
    package let publicKey: PublicKey

    /// Seed and public key: what libsodium signs with.
    private let secret: SecretBytes
    /// The same key for X25519: what it opens boxes with.
    let agreementSecret: SecretBytes

    package static let seedCount = 32

    /// A new pair, of random bytes.
    package convenience init() {
        self.init(validSeed: SecretBytes(count: Self.seedCount) { randombytes_buf($0.baseAddress!, $0.count) })
    }

    /// The pair that belongs to these 32 bytes (RFC 8032, section 5.1.5); nil for another number.
    package convenience init?(seed: SecretBytes) {
        guard seed.count == Self.seedCount else { return nil }
        self.init(validSeed: seed)
    }

    private init(validSeed seed: SecretBytes) {
        var publicBytes = Bytes32()
        let secret = SecretBytes(count: 64) { room in
            publicBytes.withMutablePointer { publicKey in
                seed.withPointer { _ = crypto_sign_seed_keypair(publicKey, room.baseAddress!, $0) }
            }
        }
        agreementSecret = SecretBytes(count: 32) { room in
            secret.withPointer { _ = crypto_sign_ed25519_sk_to_curve25519(room.baseAddress!, $0) }
        }
        self.secret = secret
        publicKey = PublicKey(computed: publicBytes)
    }

    /// Signs `message` for the use that `tag` names.
    package func sign(_ tag: Tag, _ message: Span<UInt8>) -> Signature {
        withTagged(tag, message) { sign($0) }
    }

    /// Signs exactly these bytes, without a tag: only for protocols that demand it.
    package func sign(_ message: Span<UInt8>) -> Signature {
        var bytes = Bytes64()
        bytes.withMutablePointer { out in
            message.withUnsafeBufferPointer { message in
                secret.withPointer { secret in
                    _ = crypto_sign_detached(out, nil, message.baseAddress, UInt64(message.count), secret)
                }
            }
        }
        return Signature(bytes: bytes)
    }

    /// Lends the seed, to write it into the key's file and for nothing else.
    package func withSeed<Result, Failure>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try secret.withSpan { (span) throws(Failure) -> Result in
            try body(span.extracting(0..<Self.seedCount))
        }
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SigningKey(of: \(publicKey))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
