import Bytes

/// What a relay says in its answer to EHLO (RFC 5321, section 4.1.1.1), as far as we care.
package struct SMTPExtensions: Equatable, Sendable {
    /// SIZE (RFC 1870): how large a message may be; nil where nothing is said.
    package var messageBytesMax: Int?
    package var hasSize = false
    package var has8BitMIME = false
    package var hasUTF8 = false

    package init() {}

    /// The first line is the relay's name.
    init(_ reply: SMTPReply) {
        for line in reply.lines.dropFirst() {
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let keyword = words.first.map(Array.init) else { continue }
            if keyword.span.equalsIgnoringASCIICase("SIZE") {
                hasSize = true
                if words.count > 1 { messageBytesMax = Self.limit(words[1]) }
            } else if keyword.span.equalsIgnoringASCIICase("8BITMIME") {
                has8BitMIME = true
            } else if keyword.span.equalsIgnoringASCIICase("SMTPUTF8") {
                hasUTF8 = true
            }
        }
    }

    /// Zero means that there is no limit; what is no number, or too large for one, is none either.
    private static func limit(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...18).contains(digits.count), digits.allSatisfy(\.isASCIIDigit) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return value > 0 ? value : nil
    }
}
