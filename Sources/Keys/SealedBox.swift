import CSodium

/// Bytes that only one node can read: libsodium's sealed boxes (a fresh X25519 key per box, then
/// XSalsa20-Poly1305), to the X25519 form of the node's Ed25519 key. Nothing in a box tells or proves who
/// sealed it: sign what is inside.
package enum SealedBox {
    /// How much longer a box is than what it holds.
    package static let overhead = 48
}

/// A box that is cut, altered, or for somebody else. Which of these is not told: a sender must not be
/// able to learn anything by trying.
package struct SealFault: Error, Equatable {
    package init() {}
}

extension PublicKey {
    /// A box that only the owner of this key can open. Two of the same content differ.
    package func seal(_ content: Span<UInt8>) -> [UInt8] {
        Sodium.prepare()
        var agreement = Bytes32()
        agreement.withMutablePointer { out in
            let status = bytes.withPointer { crypto_sign_ed25519_pk_to_curve25519(out, $0) }
            precondition(status == 0, "A PublicKey is of the large subgroup, so it has an X25519 form")
        }
        let count = content.count + SealedBox.overhead
        return [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            let status = content.withUnsafeBufferPointer { content in
                agreement.withPointer {
                    // Room for 48 bytes at least, so there is an address.
                    crypto_box_seal(room.baseAddress!, content.baseAddress, UInt64(content.count), $0)
                }
            }
            precondition(status == 0, "Sealing fails only for a point of small order")
            filled = count
        }
    }
}

extension SigningKey {
    /// What was sealed to this key's public half.
    package func open(_ box: Span<UInt8>) throws(SealFault) -> [UInt8] {
        guard box.count >= SealedBox.overhead else { throw SealFault() }
        var agreement = Bytes32()
        agreement.withMutablePointer { out in
            agreementSecret.withPointer { _ = crypto_scalarmult_base(out, $0) }
        }
        var isOpen = false
        let content = [UInt8](unsafeUninitializedCapacity: box.count - SealedBox.overhead) { room, filled in
            let status = box.withUnsafeBufferPointer { box in
                agreement.withPointer { publicHalf in
                    agreementSecret.withPointer { secretHalf in
                        // At least 48 bytes, so there is an address.
                        crypto_box_seal_open(
                            room.baseAddress, box.baseAddress!, UInt64(box.count), publicHalf, secretHalf)
                    }
                }
            }
            isOpen = status == 0
            filled = isOpen ? room.count : 0
        }
        guard isOpen else { throw SealFault() }
        return content
    }
}
