import Bytes
import Glibc

/// The part of an address behind the `@`: a host's name, or an address literal such as `[192.0.2.1]`
/// (RFC 5321, section 4.1.2 and 4.1.3). Names in other scripts are kept as they are (RFC 6531).
package struct MailDomain: Hashable, Sendable, CustomStringConvertible {
    package static let bytesMax = 255

    package let text: String
    package var description: String { text }
    package var isASCII: Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    /// Nil for anything that can't stand in an address.
    package init?(_ text: some StringProtocol) {
        let text = Substring(text)
        guard (1...Self.bytesMax).contains(text.utf8.count), Self.isLiteral(text) || Self.isName(text) else {
            return nil
        }
        self.text = String(text)
    }

    private static func isName(_ text: Substring) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            let hyphen = UInt8(ascii: "-")
            guard (1...63).contains(label.count), label.first != hyphen, label.last != hyphen else { return false }
            return Substring(label).unicodeScalars.allSatisfy { scalar in
                if scalar.isASCII { return scalar == "-" || UInt8(ascii: scalar).isASCIILetterOrDigit }
                return scalar.isVisible && !scalar.properties.isWhitespace
            }
        }
    }

    private static func isLiteral(_ text: Substring) -> Bool {
        guard text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") else { return false }
        let inner = String(text.dropFirst().dropLast())
        // `inet_pton` would stop reading at a zero.
        guard !inner.utf8.contains(0) else { return false }
        let tag = "IPv6:"
        if inner.utf8.prefix(5).elementsEqual(tag.utf8, by: { $0.asciiLowercased == $1.asciiLowercased }) {
            var address = in6_addr()
            return inet_pton(AF_INET6, String(inner.dropFirst(5)), &address) == 1
        }
        var address = in_addr()
        return inet_pton(AF_INET, inner, &address) == 1
    }
}

extension UInt8 {
    var isASCIILetterOrDigit: Bool {
        isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(asciiLowercased)
    }
}
