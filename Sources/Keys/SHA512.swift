import CSodium

/// SHA-512 of FIPS 180-4, for protocols that ask for it. Our own names are a `Hash`.
package struct SHA512: Sendable {
    private var state: crypto_hash_sha512_state

    package init() {
        state = crypto_hash_sha512_state()
        crypto_hash_sha512_init(&state)
    }

    package mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { bytes in
            _ = crypto_hash_sha512_update(&state, bytes.baseAddress, UInt64(bytes.count))
        }
    }

    /// The hash of all that came so far; more may follow.
    package func finish() -> Bytes64 {
        var copy = state
        var bytes = Bytes64()
        bytes.withMutablePointer { out in
            _ = crypto_hash_sha512_final(&copy, out)
        }
        return bytes
    }

    package static func hash(_ content: Span<UInt8>) -> Bytes64 {
        var bytes = Bytes64()
        bytes.withMutablePointer { out in
            content.withUnsafeBufferPointer { content in
                _ = crypto_hash_sha512(out, content.baseAddress, UInt64(content.count))
            }
        }
        return bytes
    }
}
