import Bytes

/// A mailbox as RFC 5321 (section 4.1.2) and, beyond ASCII, RFC 6531 let it be written: `local@domain`.
/// What is accepted has no line ends, no control characters and no brackets that could end a command.
package struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    package static let localBytesMax = 64
    /// A path in brackets has at most 256 bytes (RFC 5321, section 4.5.3.1.3).
    package static let bytesMax = 254

    package let text: String
    package let domain: MailDomain
    package var description: String { text }

    /// Whether a relay has to offer SMTPUTF8 for it.
    package var needsUTF8: Bool { !text.utf8.allSatisfy { $0 < 0x80 } }

    /// Nil for anything that is not one mailbox: a display name, comments, spaces around it, several addresses.
    package init?(_ text: some StringProtocol) {
        let text = Substring(text)
        guard text.utf8.count <= Self.bytesMax, let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let local = text[..<at]
        guard (1...Self.localBytesMax).contains(local.utf8.count),
            Self.isDotString(local) || Self.isQuotedString(local),
            let domain = MailDomain(text[text.utf8.index(after: at)...])
        else { return nil }
        self.domain = domain
        self.text = String(text)
    }

    private static func isDotString(_ local: Substring) -> Bool {
        local.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty
                && Substring(atom).unicodeScalars.allSatisfy { scalar in
                    scalar.isASCII
                        ? UInt8(ascii: scalar).isAtomText : scalar.isVisible && !scalar.properties.isWhitespace
                }
        }
    }

    private static func isQuotedString(_ local: Substring) -> Bool {
        let quote: Unicode.Scalar = "\""
        guard local.utf8.count >= 2, local.unicodeScalars.first == quote, local.unicodeScalars.last == quote else {
            return false
        }
        var isEscaped = false
        for scalar in local.unicodeScalars.dropFirst().dropLast() {
            guard scalar.isVisible else { return false }
            if isEscaped {
                guard scalar.isASCII else { return false }
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == quote {
                return false
            }
        }
        return !isEscaped
    }
}

extension UInt8 {
    /// `atext` of RFC 5322, section 3.2.3.
    var isAtomText: Bool {
        isASCIILetterOrDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(self)
    }
}
