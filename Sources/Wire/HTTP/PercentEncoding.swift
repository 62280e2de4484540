import Bytes

/// Percent-encoding (RFC 3986, section 2.1). Encoding leaves only the unreserved characters bare, so that
/// its result is safe as one path segment and as a name or value in a query alike.
package enum PercentEncoding {
    package static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.append(percentEncoding: text)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text, or nil where a percent sign lacks its two digits or the bytes are not UTF-8. A `+` is a plus.
    package static func decode(_ text: String) -> String? {
        let encoded = Array(text.utf8)
        var bytes: [UInt8] = []
        guard bytes.append(percentDecoding: encoded.span, plusIsSpace: false), UTF8Check.isValid(bytes.span) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    package mutating func append(percentEncoding text: String) {
        for byte in text.utf8 {
            append(percentEncoding: byte)
        }
    }

    mutating func append(percentEncoding byte: UInt8) {
        if ASCIISet.unreserved.contains(byte) {
            append(byte)
        } else {
            append(UInt8(ascii: "%"))
            append(Hex.digit(byte >> 4).asciiUppercased)
            append(Hex.digit(byte & 15).asciiUppercased)
        }
    }

    /// False where a percent sign is not followed by two digits; what came before it is appended then.
    mutating func append(percentDecoding encoded: Span<UInt8>, plusIsSpace: Bool) -> Bool {
        var at = 0
        while at < encoded.count {
            guard let byte = encoded.percentDecoded(&at) else { return false }
            append(plusIsSpace && byte == UInt8(ascii: "+") && encoded[at - 1] == byte ? UInt8(ascii: " ") : byte)
        }
        return true
    }
}

extension Span<UInt8> {
    /// The byte that is written at `at`, which moves past it; nil where a percent sign lacks its digits.
    func percentDecoded(_ at: inout Int) -> UInt8? {
        let byte = self[at]
        guard byte == UInt8(ascii: "%") else {
            at &+= 1
            return byte
        }
        guard at &+ 2 < count, let high = Hex.value(of: self[at &+ 1]), let low = Hex.value(of: self[at &+ 2])
        else { return nil }
        at &+= 3
        return high << 4 | low
    }
}

extension UInt8 {
    fileprivate var asciiUppercased: UInt8 {
        self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") ? self & 0xDF : self
    }
}
