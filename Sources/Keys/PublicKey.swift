import CSodium

/// An Ed25519 public key that an honest signer can have: the canonical encoding of a point of the large
/// prime-order subgroup. The all-zero key, the other points of small order (under which one signature
/// fits many messages) and mixtures with them never become a value of this type.
package struct PublicKey: Hashable, Sendable {
    package let bytes: Bytes32

    /// Nil for anything but 32 bytes that encode such a point. Takes some 40 µs: keep the value.
    package init?(_ bytes: Span<UInt8>) {
        guard let bytes = Bytes32(bytes) else { return nil }
        self.init(bytes)
    }

    package init?(_ bytes: Bytes32) {
        Sodium.prepare()
        guard bytes.withPointer({ crypto_core_ed25519_is_valid_point($0) }) == 1 else { return nil }
        self.bytes = bytes
    }

    /// 64 digits, in either case.
    package init?(hex: some StringProtocol) {
        guard let bytes = Bytes32(hex: hex) else { return nil }
        self.init(bytes)
    }

    /// For a key that was computed here, from a seed.
    init(computed bytes: Bytes32) {
        self.bytes = bytes
    }

    /// Whether the owner of this key signed `message` for the use that `tag` names.
    package func verify(_ signature: Signature, _ tag: Tag, of message: Span<UInt8>) -> Bool {
        withTagged(tag, message) { verify(signature, of: $0) }
    }

    /// Whether the owner of this key signed exactly these bytes, without a tag: only for protocols that
    /// demand it. Strict: a signature altered without the key (`s` not reduced, `R` of small order) fails.
    package func verify(_ signature: Signature, of message: Span<UInt8>) -> Bool {
        Sodium.prepare()
        return message.withUnsafeBufferPointer { message in
            signature.bytes.withPointer { signature in
                bytes.withPointer { key in
                    crypto_sign_verify_detached(signature, message.baseAddress, UInt64(message.count), key) == 0
                }
            }
        }
    }
}

extension PublicKey: CustomStringConvertible {
    /// In hex, lower case.
    package var description: String { bytes.description }
}

/// Lends the tag's 16 bytes with `message` behind them.
func withTagged<Result>(_ tag: Tag, _ message: Span<UInt8>, _ body: (Span<UInt8>) -> Result) -> Result {
    let count = Tag.count + message.count
    return withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { room in
        tag.withPointer { room.copyMemory(from: UnsafeRawBufferPointer(start: $0, count: Tag.count)) }
        message.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: room[Tag.count...]).copyMemory(from: $0) }
        return body(UnsafeBufferPointer(room.bindMemory(to: UInt8.self)).span)
    }
}
