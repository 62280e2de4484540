import Bytes
import CSodium

/// A long sealed content, in chunks that are authenticated one by one, in their order, up to the last: libsodium's
/// secretstream (XChaCha20-Poly1305) under a fresh key, which lies in a `SealedBox` in front.
///
/// Whoever takes the receiver's secret key later can open what was recorded; whoever takes the sender's can't.
package enum SealedStream {
    /// Box with the stream's key, and the stream's own beginning.
    package static let openingBytes = keyBytes + SealedBox.overhead + headerBytes
    /// How much longer a chunk is sealed than open.
    package static let overhead = 17

    fileprivate static let keyBytes = 32
    fileprivate static let headerBytes = 24
}

/// What makes a sealed content unlike any other. Used twice, it would give away what differs in the two.
package struct SealEntropy: Sendable {
    package static let count = 88
    fileprivate let bytes: SecretBytes

    /// Random bytes from the kernel.
    package init() {
        bytes = SecretBytes(count: Self.count) { randombytes_buf($0.baseAddress!, $0.count) }  // not empty
    }

    /// For vectors, which must come out the same every time; nil unless there are 88.
    package init?(fixed bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.bytes = SecretBytes(copying: bytes.span)
    }
}

/// The state of one stream, erased at its end.
private final class StreamState {
    var state = crypto_secretstream_xchacha20poly1305_state()

    /// Both ends begin with the same state, which follows from key and header; the library's way to begin as a
    /// sender makes up the header itself.
    init(header: UnsafePointer<UInt8>, key: UnsafePointer<UInt8>) {
        _ = crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key)
    }

    deinit { sodium_memzero(&state, MemoryLayout.size(ofValue: state)) }
}

/// Seals.
package struct SealedStreamWriter: ~Copyable {
    /// What comes before the first chunk.
    package let opening: [UInt8]
    private let stream: StreamState

    /// Only the owner of `key` can open it.
    package init(to key: PublicKey, _ entropy: SealEntropy = SealEntropy()) {
        var stream: StreamState?
        opening = entropy.bytes.withPointer { random in
            let (ephemeral, streamKey, header) = (random, random + 32, random + 64)
            let box = key.seal(UnsafeBufferPointer(start: streamKey, count: SealedStream.keyBytes).span, ephemeral)
            stream = StreamState(header: header, key: streamKey)
            return box + UnsafeBufferPointer(start: header, count: SealedStream.headerBytes)
        }
        self.stream = stream!  // set just now
    }

    /// Appends the next chunk. What is said `beside` it is not sent, and has to be the same on the other side.
    package mutating func seal(_ chunk: Span<UInt8>, isLast: Bool, beside: Span<UInt8>, into sealed: inout [UInt8]) {
        let tag: Int32 = isLast ? 3 : 0
        sealed.append(addingCapacity: chunk.count + SealedStream.overhead) { room in
            chunk.withUnsafeBufferPointer { chunk in
                beside.withUnsafeBufferPointer { beside in
                    let status = crypto_secretstream_xchacha20poly1305_push(
                        &stream.state, room, nil, chunk.baseAddress, UInt64(chunk.count), beside.baseAddress,
                        UInt64(beside.count), UInt8(tag))
                    precondition(status == 0, "A chunk is refused only beyond 256 GiB")
                }
            }
        }
    }
}

/// Opens.
package struct SealedStreamReader: ~Copyable {
    private let stream: StreamState

    /// - Parameter opening: of `SealedStream.openingBytes`, else it is refused.
    package init(_ opening: Span<UInt8>, with key: SigningKey) throws(SealFault) {
        guard opening.count == SealedStream.openingBytes else { throw SealFault() }
        let boxBytes = SealedStream.openingBytes - SealedStream.headerBytes
        var streamKey = try key.open(opening.extracting(0..<boxBytes))
        defer { sodium_memzero(&streamKey, streamKey.count) }
        let header = [UInt8](copying: opening.extracting(boxBytes..<opening.count))
        stream = StreamState(header: header, key: streamKey)
    }

    /// Appends what the chunk holds. After a refusal nothing can be read any more.
    /// - Returns: whether it was the last.
    package mutating func open(
        _ chunk: Span<UInt8>, beside: Span<UInt8>, into content: inout [UInt8]
    ) throws(SealFault) -> Bool {
        guard chunk.count >= SealedStream.overhead else { throw SealFault() }
        let count = content.count
        var tag: UInt8 = 0
        var isOpen = false
        content.append(addingCapacity: chunk.count - SealedStream.overhead) { room in
            chunk.withUnsafeBufferPointer { chunk in
                beside.withUnsafeBufferPointer { beside in
                    isOpen =
                        crypto_secretstream_xchacha20poly1305_pull(
                            &stream.state, room, nil, &tag, chunk.baseAddress, UInt64(chunk.count),
                            beside.baseAddress, UInt64(beside.count)) == 0
                }
            }
        }
        // The library's other two tags are not used here.
        guard isOpen, tag == 0 || tag == 3 else {
            content.removeSubrange(count...)
            throw SealFault()
        }
        return tag == 3
    }
}

extension PublicKey {
    /// `crypto_box_seal` with the ephemeral key of this seed: that function makes up its own.
    fileprivate func seal(_ content: Span<UInt8>, _ seed: UnsafePointer<UInt8>) -> [UInt8] {
        var agreement = Bytes32()
        agreement.withMutablePointer { out in
            let status = bytes.withPointer { crypto_sign_ed25519_pk_to_curve25519(out, $0) }
            precondition(status == 0, "A PublicKey is of the large subgroup, so it has an X25519 form")
        }
        var ephemeral = Bytes32()
        let secret = SecretBytes(count: 32) { secret in
            ephemeral.withMutablePointer { _ = crypto_box_seed_keypair($0, secret.baseAddress!, seed) }  // not empty
        }
        var nonce = [UInt8](repeating: 0, count: 24)
        let halves = ephemeral.array + agreement.array
        _ = crypto_generichash(&nonce, nonce.count, halves, UInt64(halves.count), nil, 0)
        var box = ephemeral.array
        box.append(addingCapacity: content.count + SealedBox.overhead - Bytes32.count) { room in
            content.withUnsafeBufferPointer { content in
                agreement.withPointer { agreement in
                    let status = secret.withPointer {
                        crypto_box_easy(room, content.baseAddress, UInt64(content.count), nonce, agreement, $0)
                    }
                    precondition(status == 0, "Sealing fails only for a point of small order")
                }
            }
        }
        return box
    }
}

extension [UInt8] {
    /// Appends so many bytes, which `fill` writes.
    mutating func append(addingCapacity added: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
        let count = count
        append(contentsOf: repeatElement(0, count: added))
        withUnsafeMutableBufferPointer { room in
            // An empty chunk may lie behind the end of no bytes at all, where there is no address.
            if let start = room.baseAddress {
                fill(start + count)
            } else {
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { fill($0.baseAddress!) }  // not empty
            }
        }
    }
}
