import CSodium

/// A BLAKE2b-256: the name of an operation, a room, a node, a blob.
package struct Hash: Hashable, Sendable {
    package let bytes: Bytes32

    package init(bytes: Bytes32) {
        self.bytes = bytes
    }

    /// `H(tag, x)`, as `Tag` defines it.
    package init(_ tag: Tag, of content: Span<UInt8>) {
        Sodium.prepare()
        var bytes = Bytes32()
        bytes.withMutablePointer { out in
            content.withUnsafeBufferPointer { content in
                tag.withPointer { tag in
                    let status = crypto_generichash_blake2b_salt_personal(
                        out, Bytes32.count, content.baseAddress, UInt64(content.count), nil, 0, nil, tag)
                    precondition(status == 0, "BLAKE2b refuses only lengths that are never passed")
                }
            }
        }
        self.bytes = bytes
    }

    /// Plain BLAKE2b-256, as every tool computes it.
    package init(of content: Span<UInt8>) {
        Sodium.prepare()
        var bytes = Bytes32()
        bytes.withMutablePointer { out in
            content.withUnsafeBufferPointer { content in
                let status = crypto_generichash_blake2b(
                    out, Bytes32.count, content.baseAddress, UInt64(content.count), nil, 0)
                precondition(status == 0, "BLAKE2b refuses only lengths that are never passed")
            }
        }
        self.bytes = bytes
    }

    /// Nil unless there are exactly 32 bytes.
    package init?(_ bytes: Span<UInt8>) {
        guard let bytes = Bytes32(bytes) else { return nil }
        self.bytes = bytes
    }

    /// 64 digits, in either case; nil for anything else.
    package init?(hex: some StringProtocol) {
        guard let bytes = Bytes32(hex: hex) else { return nil }
        self.bytes = bytes
    }
}

extension Hash: Comparable {
    /// Byte by byte.
    package static func < (left: Hash, right: Hash) -> Bool {
        left.bytes < right.bytes
    }
}

extension Hash: CustomStringConvertible {
    /// In hex, lower case.
    package var description: String { bytes.description }
}
