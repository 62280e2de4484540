import Bytes

/// A text as the content of a message: seven bits, CR LF, lines of at most 76 characters.
enum MailBody {
    /// Line ends of every kind made into CR LF; the last line has one too.
    static func canonical(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 64)
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\r") || (byte == UInt8(ascii: "\n") && previous != UInt8(ascii: "\r")) {
                bytes.append(literal: "\r\n")
            } else if byte != UInt8(ascii: "\n") {
                bytes.append(byte)
            }
            previous = byte
        }
        if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(literal: "\r\n") }
        return bytes
    }

    /// Quoted-printable (RFC 2045, section 6.7) of canonical text.
    static func quotedPrintable(_ canonical: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(canonical.count + canonical.count / 4)
        var column = 0
        var index = 0
        while index < canonical.count {
            let byte = canonical[index]
            let next = index + 1 < canonical.count ? canonical[index + 1] : 0
            index += 1
            if byte == UInt8(ascii: "\r"), next == UInt8(ascii: "\n") {
                output.append(literal: "\r\n")
                column = 0
                index += 1
                continue
            }
            let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            // A blank at a line's end may get lost on the way.
            let isBare = isBlank ? next != UInt8(ascii: "\r") : byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "=")
            let width = isBare ? 1 : 3
            let endsLine = next == UInt8(ascii: "\r")
            if column + width > (endsLine ? 76 : 75) {
                output.append(literal: "=\r\n")
                column = 0
            }
            if isBare {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "="))
                output.append(upperHex(byte >> 4))
                output.append(upperHex(byte & 15))
            }
            column += width
        }
        return output
    }

    /// Base 64 in lines of 76 (RFC 2045, section 6.8).
    static func base64(_ canonical: [UInt8]) -> [UInt8] {
        let digits = Array(Base64.padded.encode(canonical).utf8)
        var output: [UInt8] = []
        output.reserveCapacity(digits.count + digits.count / 38 + 2)
        for start in stride(from: 0, to: digits.count, by: 76) {
            output.append(contentsOf: digits[start..<min(start + 76, digits.count)])
            output.append(literal: "\r\n")
        }
        return output
    }

    private static func upperHex(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + (value - 10)
    }
}
