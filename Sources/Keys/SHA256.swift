import CSodium

/// SHA-256 of FIPS 180-4, for protocols that ask for it. Our own names are a `Hash`.
package struct SHA256: Sendable {
    private var state: crypto_hash_sha256_state

    package init() {
        state = crypto_hash_sha256_state()
        crypto_hash_sha256_init(&state)
    }

    package mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { bytes in
            _ = crypto_hash_sha256_update(&state, bytes.baseAddress, UInt64(bytes.count))
        }
    }

    /// The hash of all that came so far; more may follow.
    package func finish() -> Bytes32 {
        var copy = state
        var bytes = Bytes32()
        bytes.withMutablePointer { out in
            _ = crypto_hash_sha256_final(&copy, out)
        }
        return bytes
    }

    package static func hash(_ content: Span<UInt8>) -> Bytes32 {
        var bytes = Bytes32()
        bytes.withMutablePointer { out in
            content.withUnsafeBufferPointer { content in
                _ = crypto_hash_sha256(out, content.baseAddress, UInt64(content.count))
            }
        }
        return bytes
    }
}
