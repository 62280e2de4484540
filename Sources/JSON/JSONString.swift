import Bytes

/// Where a string lies that is known to be valid, quotes not included.
struct JSONString: Equatable {
    let range: Range<Int>
    let hasEscapes: Bool

    var quoted: Range<Int> { range.lowerBound - 1..<range.upperBound + 1 }

    /// Both without escapes.
    func hasSameBytes(as other: JSONString, in bytes: Span<UInt8>) -> Bool {
        guard range.count == other.range.count else { return false }
        for index in 0..<range.count
        where bytes[range.lowerBound + index] != bytes[other.range.lowerBound + index] {
            return false
        }
        return true
    }

    func decoded(from bytes: Span<UInt8>) -> String {
        guard !hasEscapes else { return String(decoding: decodedBytes(from: bytes), as: UTF8.self) }
        return bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    func decodedBytes(from bytes: Span<UInt8>) -> [UInt8] {
        guard hasEscapes else { return [UInt8](copying: bytes.extracting(range)) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == UInt8(ascii: "\\") {
                guard let escape = JSONEscape(bytes, at: index) else {
                    preconditionFailure("escapes are checked when a string is found")
                }
                decoded.append(contentsOf: String(escape.scalar).utf8)
                index += escape.count
            } else {
                let start = index
                while index < range.upperBound, bytes[index] != UInt8(ascii: "\\") {
                    index += 1
                }
                decoded.append(copying: bytes.extracting(start..<index))
            }
        }
        return decoded
    }
}

/// One escape, or the two of a surrogate pair.
private struct JSONEscape {
    let scalar: Unicode.Scalar
    /// How many bytes it is written with.
    let count: Int

    /// Nil for anything else that begins with a backslash.
    init?(_ bytes: Span<UInt8>, at index: Int) {
        guard index + 1 < bytes.count else { return nil }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""): self.init("\"")
        case UInt8(ascii: "\\"): self.init("\\")
        case UInt8(ascii: "/"): self.init("/")
        case UInt8(ascii: "b"): self.init("\u{8}")
        case UInt8(ascii: "f"): self.init("\u{C}")
        case UInt8(ascii: "n"): self.init("\n")
        case UInt8(ascii: "r"): self.init("\r")
        case UInt8(ascii: "t"): self.init("\t")
        case UInt8(ascii: "u"):
            guard let unit = Self.unit(bytes, at: index) else { return nil }
            if let scalar = Unicode.Scalar(unit) {
                self.init(scalar, count: 6)
            } else {
                guard UTF16.isLeadSurrogate(unit), let second = Self.unit(bytes, at: index + 6),
                    UTF16.isTrailSurrogate(second)
                else { return nil }
                self.init(UTF16.decode(UTF16.EncodedScalar([unit, second])), count: 12)
            }
        default: return nil
        }
    }

    private init(_ scalar: Unicode.Scalar, count: Int = 2) {
        self.scalar = scalar
        self.count = count
    }

    /// The number in `\u0000` to `\uFFFF`, if that is what stands there.
    static func unit(_ bytes: Span<UInt8>, at index: Int) -> UInt16? {
        guard bytes.count - index >= 6, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for digit in index + 2..<index + 6 {
            guard let value = Hex.value(of: bytes[digit]) else { return nil }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }
}

extension JSONReader {
    /// Reads from the opening quote past the closing one, and checks everything between.
    mutating func scanString() throws(JSONFault) -> JSONString {
        let start = position + 1
        var index = start
        var hasEscapes = false
        var isASCII = true
        scan: while true {
            index = firstSpecial(from: index, isASCII: &isASCII)
            guard index < bytes.count else { throw fault(.endOfInput, at: bytes.count) }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                break scan
            case UInt8(ascii: "\\"):
                hasEscapes = true
                index += try escapeCount(at: index)
            case let control:
                throw fault(.controlCharacter(control), at: index)
            }
        }
        if !isASCII { try checkUTF8(start..<index) }
        position = index + 1
        return JSONString(range: start..<index, hasEscapes: hasEscapes)
    }

    /// Where the next quote, backslash or control character is, or the end of the bytes.
    private func firstSpecial(from start: Int, isASCII: inout Bool) -> Int {
        var index = start
        while index &+ 8 <= bytes.count {
            let word = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
            if word & 0x8080_8080_8080_8080 != 0 { isASCII = false }
            let special = JSONSpecialBytes.mask(word)
            if special != 0 { return index &+ special.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            if byte >= 0x80 { isASCII = false }
            index += 1
        }
        return index
    }

    /// How many bytes the escape at `index` is written with.
    private func escapeCount(at index: Int) throws(JSONFault) -> Int {
        guard let escape = JSONEscape(bytes, at: index) else { throw brokenEscape(at: index) }
        guard escape.scalar != "\0" else { throw fault(.nul, at: index) }
        return escape.count
    }

    /// Where the bytes end before an escape or a pair could be complete, that is what is wrong.
    private func brokenEscape(at index: Int) -> JSONFault {
        for place in 0..<12 {
            guard index + place < bytes.count else { return fault(.endOfInput, at: bytes.count) }
            let byte = bytes[index + place]
            let fits =
                switch place % 6 {
                case 0: byte == UInt8(ascii: "\\")
                case 1: byte == UInt8(ascii: "u")
                default: Hex.value(of: byte) != nil
                }
            guard fits else { break }
        }
        let isSurrogate = JSONEscape.unit(bytes, at: index) != nil
        return fault(isSurrogate ? .loneSurrogate : .invalidEscape, at: index)
    }

    /// Escapes are ASCII, so a string is valid exactly if it is so as it was written.
    private func checkUTF8(_ range: Range<Int>) throws(JSONFault) {
        guard !UTF8Check.isValid(bytes.extracting(range)) else { return }
        var check = UTF8Check()
        let invalid = range.first { !check.accept(bytes[$0]) }
        throw fault(.invalidUTF8, at: invalid ?? range.upperBound)
    }
}

/// Finds, eight bytes at a time, the bytes that a string can't hold as they are.
enum JSONSpecialBytes {
    /// The first one among the bytes of a little-endian word has the lowest bit set; 0 where there is none.
    ///
    /// The usual arithmetic on words: `(x - 0x01…) & ~x & 0x80…` marks the lowest zero byte exactly, and maybe
    /// others above it that the borrow went through; in the same way `- 0x20…` marks what is below 0x20.
    @inline(__always)
    static func mask(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & (ones &* 0x80)
    }
}
