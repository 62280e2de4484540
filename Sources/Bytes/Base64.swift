/// Base 64 of RFC 4648, in its two alphabets. Decoding is strict: one text for one value, so neither
/// missing or surplus padding, nor bits left over in the last character, nor white space pass.
package enum Base64: Sendable {
    /// `+` and `/`, padded with `=` (section 4).
    case padded
    /// `-` and `_`, without padding (section 5).
    case url

    package func encode(_ bytes: Span<UInt8>) -> String {
        let count = bytes.count
        let full = count / 3
        let rest = count % 3
        let length = full * 4 + (rest == 0 ? 0 : self == .padded ? 4 : rest + 1)
        return String(unsafeUninitializedCapacity: length) { room in
            var at = 0
            func put(_ sextet: UInt32) {
                room[at] = character(UInt8(truncatingIfNeeded: sextet & 63))
                at += 1
            }
            for group in 0..<full {
                let word =
                    UInt32(bytes[3 * group]) << 16 | UInt32(bytes[3 * group + 1]) << 8 | UInt32(bytes[3 * group + 2])
                put(word >> 18)
                put(word >> 12)
                put(word >> 6)
                put(word)
            }
            if rest > 0 {
                let word = UInt32(bytes[3 * full]) << 16 | (rest == 2 ? UInt32(bytes[3 * full + 1]) << 8 : 0)
                put(word >> 18)
                put(word >> 12)
                if rest == 2 { put(word >> 6) }
            }
            while at < length {
                room[at] = UInt8(ascii: "=")
                at += 1
            }
            return length
        }
    }

    package func encode(_ bytes: [UInt8]) -> String {
        encode(bytes.span)
    }

    /// The bytes, or nil where `text` is not exactly what `encode` would write for them.
    package func decode(_ text: some StringProtocol) -> [UInt8]? {
        var digits = ArraySlice(text.utf8)
        if self == .padded {
            guard digits.count % 4 == 0 else { return nil }
            for _ in 0..<2 where digits.last == UInt8(ascii: "=") {
                digits.removeLast()
            }
        }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var word: UInt32 = 0
        var bits = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            word = word << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return word & (1 << UInt32(bits) - 1) == 0 ? bytes : nil
    }

    private func character(_ sextet: UInt8) -> UInt8 {
        switch sextet {
        case 0..<26: UInt8(ascii: "A") + sextet
        case 26..<52: UInt8(ascii: "a") + (sextet - 26)
        case 52..<62: UInt8(ascii: "0") + (sextet - 52)
        case 62: UInt8(ascii: self == .padded ? "+" : "-")
        default: UInt8(ascii: self == .padded ? "/" : "_")
        }
    }

    private func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+") where self == .padded: 62
        case UInt8(ascii: "/") where self == .padded: 63
        case UInt8(ascii: "-") where self == .url: 62
        case UInt8(ascii: "_") where self == .url: 63
        default: nil
        }
    }
}
