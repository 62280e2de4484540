import Bytes
import CSodium

/// A secret that lies on a disk under a passphrase: Argon2id makes a key of the passphrase, and libsodium's secretbox
/// (XSalsa20-Poly1305) seals under it.
///
///     passes (4 bytes, the highest first) ‖ KiB (4) ‖ salt (16) ‖ nonce (24) ‖ sealed secret (16 more than it has)
package enum PassphraseBox {
    package static let overhead = headBytes + 16

    /// What guessing costs each time: about a tenth of a second and 64 MiB.
    package static let cost = PasswordCost(passes: 3, memoryKibibytes: 65_536)

    private static let saltBytes = 16
    private static let nonceBytes = 24
    private static let headBytes = 8 + saltBytes + nonceBytes

    package static func seal(
        _ secret: SecretBytes, under passphrase: SecretBytes, cost: PasswordCost = cost
    ) throws(PasswordError) -> [UInt8] {
        let random = SecureRandom.bytes(count: saltBytes + nonceBytes)
        var box: [UInt8] = []
        for number in [UInt32(cost.passes), UInt32(cost.memoryKibibytes)] {
            withUnsafeBytes(of: number.bigEndian) { box.append(contentsOf: $0) }
        }
        box += random
        let key = try key(of: passphrase, salt: random.span.extracting(0..<saltBytes), cost)
        let nonce = random.span.extracting(saltBytes..<random.count)
        box.append(addingCapacity: secret.count + 16) { room in
            nonce.withUnsafeBufferPointer { nonce in
                key.withPointer { key in
                    // A nonce has an address.
                    _ = secret.withPointer {
                        crypto_secretbox_easy(room, $0, UInt64(secret.count), nonce.baseAddress!, key)
                    }
                }
            }
        }
        return box
    }

    /// Nil for another passphrase, and for a box that is damaged: which of these can't be told.
    package static func open(
        _ box: Span<UInt8>, with passphrase: SecretBytes
    ) throws(PasswordError) -> SecretBytes? {
        guard box.count >= overhead else { return nil }
        func number(_ offset: Int) -> Int {
            Int(UInt32(bigEndian: box.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        guard let cost = PasswordCost(checking: number(0), number(4)) else { return nil }
        let key = try key(of: passphrase, salt: box.extracting(8..<8 + saltBytes), cost)
        var isOpen = false
        let secret = SecretBytes(count: box.count - overhead) { room in
            box.withUnsafeBufferPointer { box in
                let start = box.baseAddress!  // longer than its overhead
                key.withPointer { key in
                    isOpen =
                        crypto_secretbox_open_easy(
                            room.baseAddress!, start + headBytes, UInt64(box.count - headBytes),
                            start + 8 + saltBytes, key) == 0
                }
            }
        }
        return isOpen ? secret : nil
    }

    private static func key(
        of passphrase: SecretBytes, salt: Span<UInt8>, _ cost: PasswordCost
    ) throws(PasswordError) -> SecretBytes {
        guard passphrase.count <= PasswordHash.passwordBytesMax else { throw .tooLong }
        let count = passphrase.count
        var status: Int32 = -1
        let key = SecretBytes(count: 32) { room in
            salt.withUnsafeBufferPointer { salt in
                passphrase.withPointer { passphrase in
                    passphrase.withMemoryRebound(to: CChar.self, capacity: 1) { passphrase in
                        // 32 bytes and a salt have addresses.
                        status = crypto_pwhash(
                            room.baseAddress!, 32, passphrase, UInt64(count), salt.baseAddress!, UInt64(cost.passes),
                            cost.memoryKibibytes * 1_024, crypto_pwhash_ALG_ARGON2ID13)
                    }
                }
            }
        }
        guard status == 0 else { throw .outOfMemory }
        return key
    }
}
