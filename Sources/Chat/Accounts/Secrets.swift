import Bytes
import Keys
package import Store

/// A password as somebody typed it. Nothing prints it.
package struct Password: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// What a new one must be. An old one that is none of this is simply wrong.
    var isAcceptable: Bool {
        guard bytes.count <= PasswordHash.passwordBytesMax else { return false }
        return bytes.count { $0 & 0xC0 != 0x80 } >= 8
    }

    package var description: String { "Password" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A text that lets somebody in, made of 256 random bits. It is shown once, and kept as a hash.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package enum Kind: String, Sendable {
        case signIn = "prs_"
        case token = "prl_"
        case ticket = ""
    }

    /// For the answer to the one who asked, and for nothing else.
    package let text: String
    package let hash: SecretHash

    static func make(_ kind: Kind, _ random: inout some RandomNumberGenerator) -> Secret {
        let text = kind.rawValue + Base64.url.encode(randomBytes(32, &random))
        return Secret(text: text, hash: SecretHash(token: text.utf8.span))
    }

    /// Of whatever a client sent; nil for what no secret can be, so that nothing long is hashed.
    package static func hash(of text: some StringProtocol) -> SecretHash? {
        let bytes = Array(text.utf8)
        return bytes.count <= 64 ? SecretHash(token: bytes.span) : nil
    }

    package var description: String { "Secret" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A code that people read, type and dictate: 100 random bits as twenty of Crockford's 32 characters, in groups of
/// five. Case, blanks and hyphens don't count; who reads `o` for `0`, or `i` or `l` for `1`, is right.
package enum Code {
    private static let characters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let count = 20

    static func make(_ random: inout some RandomNumberGenerator) -> String {
        var text: [UInt8] = []
        for (index, byte) in randomBytes(count, &random).enumerated() {
            if index > 0, index % 5 == 0 { text.append(UInt8(ascii: "-")) }
            text.append(characters[Int(byte & 31)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for what no code can be.
    static func hash(of text: String) -> SecretHash? {
        var plain: [UInt8] = []
        for byte in text.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
            guard plain.count < count else { return nil }
            switch byte.asciiLowercased {
            case UInt8(ascii: "o"): plain.append(UInt8(ascii: "0"))
            case UInt8(ascii: "i"), UInt8(ascii: "l"): plain.append(UInt8(ascii: "1"))
            case let other: plain.append(other)
            }
        }
        guard plain.count == count, plain.allSatisfy(characters.contains) else { return nil }
        return SecretHash(code: plain.span)
    }
}

func randomBytes(_ count: Int, _ random: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 7)
    while bytes.count < count {
        var word = random.next()
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: word))
            word >>= 8
        }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
}

extension UUID {
    /// A random one (RFC 9562, version 4).
    static func random(_ random: inout some RandomNumberGenerator) -> UUID {
        UUID(high: random.next() & ~0xF000 | 0x4000, low: random.next() & ~(3 << 62) | 2 << 62)
    }
}
