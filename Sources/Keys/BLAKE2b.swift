import CSodium

/// A `Hash` of content that comes in pieces, such as a blob on its way to disk.
package struct BLAKE2b: Sendable {
    // libsodium's state is 384 bytes at an address divisible by 64, which a Swift value has no way to
    // promise. So it is moved to such an address for each call: some nanoseconds for each piece.
    private var state = InlineArray<48, UInt64>(repeating: 0)
    private static let alignment = 64

    /// Plain BLAKE2b-256.
    package init() {
        Sodium.prepare()
        let status = withAlignedState { crypto_generichash_blake2b_init($0, nil, 0, Bytes32.count) }
        precondition(status == 0, "BLAKE2b refuses only lengths that are never passed")
    }

    /// `H(tag, x)`, as `Tag` defines it.
    package init(_ tag: Tag) {
        Sodium.prepare()
        let status = tag.withPointer { tag in
            withAlignedState { state in
                crypto_generichash_blake2b_init_salt_personal(state, nil, 0, Bytes32.count, nil, tag)
            }
        }
        precondition(status == 0, "BLAKE2b refuses only lengths that are never passed")
    }

    package mutating func update(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { bytes in
            let status = withAlignedState { state in
                crypto_generichash_blake2b_update(state, bytes.baseAddress, UInt64(bytes.count))
            }
            precondition(status == 0, "BLAKE2b takes any number of bytes")
        }
    }

    /// The hash of all that came so far; more may follow.
    package func finish() -> Hash {
        var copy = self
        var bytes = Bytes32()
        bytes.withMutablePointer { out in
            let status = copy.withAlignedState { crypto_generichash_blake2b_final($0, out, Bytes32.count) }
            precondition(status == 0, "BLAKE2b is finished once, on a copy")
        }
        return Hash(bytes: bytes)
    }

    private mutating func withAlignedState(_ body: (OpaquePointer) -> CInt) -> CInt {
        let size = MemoryLayout.size(ofValue: state)
        return withUnsafeTemporaryAllocation(byteCount: size, alignment: Self.alignment) { room in
            withUnsafeMutableBytes(of: &state) { state in
                room.copyMemory(from: UnsafeRawBufferPointer(state))
                let status = body(OpaquePointer(room.baseAddress!))  // not empty
                state.copyMemory(from: UnsafeRawBufferPointer(room))
                return status
            }
        }
    }
}
