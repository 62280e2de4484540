import Bytes
import Keys

/// A recovery key as it is printed once and written down: its seed and the first three bytes of the seed's
/// BLAKE2b-256, as 56 of Crockford's 32 characters in groups of four. Case, blanks and hyphens don't count; who reads
/// `o` for `0`, or `i` or `l` for `1`, is right; and a slip of the pen is noticed.
enum RecoveryKey {
    private static let characters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let checkBytes = 3
    private static let count = 56

    static func text(of key: SigningKey) -> String {
        key.withSeed { seed in
            var bytes = [UInt8](copying: seed)
            bytes += Hash(of: seed).bytes.array.prefix(checkBytes)
            var text: [UInt8] = []
            // Five bytes are eight characters.
            for start in stride(from: 0, to: bytes.count, by: 5) {
                let bits = bytes[start..<start + 5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                for index in 0..<8 {
                    if index % 4 == 0, !text.isEmpty { text.append(UInt8(ascii: "-")) }
                    text.append(characters[Int(bits >> UInt64(35 - 5 * index) & 31)])
                }
            }
            return String(decoding: text, as: UTF8.self).uppercased()
        }
    }

    /// Nil for what was misread or is no such key.
    static func key(of text: String) -> SigningKey? {
        var values: [UInt64] = []
        for byte in text.utf8 where !" -\r\n\t".utf8.contains(byte) {
            guard values.count < count, let value = characters.firstIndex(of: plain(byte.asciiLowercased)) else {
                return nil
            }
            values.append(UInt64(value))
        }
        guard values.count == count else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: count, by: 8) {
            let bits = values[start..<start + 8].reduce(UInt64(0)) { $0 << 5 | $1 }
            for shift in stride(from: UInt64(32), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
            }
        }
        let seed = bytes.span.extracting(0..<SigningKey.seedCount)
        guard Hash(of: seed).bytes.array.prefix(checkBytes) == bytes.suffix(checkBytes) else { return nil }
        return SigningKey(seed: SecretBytes(copying: seed))
    }

    private static func plain(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "o"): UInt8(ascii: "0")
        case UInt8(ascii: "i"), UInt8(ascii: "l"): UInt8(ascii: "1")
        default: character
        }
    }
}
