import CSodium

/// HMAC of RFC 2104 with SHA-256, as webhooks and push services ask for it.
package enum HMACSHA256 {
    /// The code that proves knowledge of `key`, which may have any length. Compare codes with
    /// `equalsInConstantTime`, never with `==`.
    package static func code(for content: Span<UInt8>, key: Span<UInt8>) -> Bytes32 {
        // HMAC fills the key up with zeros, so no key and a zero are the same; only the latter has an address.
        guard !key.isEmpty else { return code(for: content, key: [0].span) }
        var state = crypto_auth_hmacsha256_state()
        key.withUnsafeBufferPointer { key in
            _ = crypto_auth_hmacsha256_init(&state, key.baseAddress!, key.count)
        }
        content.withUnsafeBufferPointer { content in
            _ = crypto_auth_hmacsha256_update(&state, content.baseAddress, UInt64(content.count))
        }
        var code = Bytes32()
        code.withMutablePointer { out in
            _ = crypto_auth_hmacsha256_final(&state, out)
        }
        sodium_memzero(&state, MemoryLayout.size(ofValue: state))
        return code
    }
}
