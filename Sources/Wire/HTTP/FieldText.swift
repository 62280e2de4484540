import Bytes

// The small grammar that field values are written in (RFC 9110, section 5.6), read from a span. Each
// function begins at `at` and moves it past what it has taken; nothing is taken where nil comes back.

extension UInt8 {
    var isHTTPSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// A byte that no field value and no reason phrase may contain: controls save the tab.
    var isHTTPControl: Bool { (self < 0x20 && self != UInt8(ascii: "\t")) || self == 0x7F }
}

extension Span<UInt8> {
    /// Whether these bytes are exactly `text`.
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    /// The index of the first control (a byte below the space, or DEL) of a range, else its end. Eight
    /// bytes at a time: a borrow can only spoil the bytes above a real find, and the lowest one counts.
    @inline(__always)
    func firstControl(from start: Int, to end: Int) -> Int {
        var at = start
        while at &+ 8 <= end {
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
            let low = (word &- 0x2020_2020_2020_2020) & ~word
            let flipped = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let deleted = (flipped &- 0x0101_0101_0101_0101) & ~flipped
            let found = (low | deleted) & 0x8080_8080_8080_8080
            if found != 0 { return at &+ found.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        while at < end, self[at] >= 0x20, self[at] != 0x7F {
            at &+= 1
        }
        return at
    }

    /// A range without the white space at its ends.
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isHTTPSpace { lower &+= 1 }
        while upper > lower, self[upper &- 1].isHTTPSpace { upper &-= 1 }
        return lower..<upper
    }

    func skipSpace(_ at: inout Int) {
        while at < count, self[at].isHTTPSpace { at &+= 1 }
    }

    func skip(_ byte: UInt8, _ at: inout Int) -> Bool {
        guard at < count, self[at] == byte else { return false }
        at &+= 1
        return true
    }

    func token(_ at: inout Int) -> Range<Int>? {
        let start = at
        while at < count, ASCIISet.token.contains(self[at]) { at &+= 1 }
        return at > start ? start..<at : nil
    }

    /// One or more digits that make a number below 2^63, not more than 19 of them.
    func decimal(_ at: inout Int) -> UInt64? {
        let start = at
        var value: UInt64 = 0
        while at < count, self[at].isASCIIDigit {
            guard at &- start < 19 else {
                at = start
                return nil
            }
            // Nineteen digits stay below 2^64.
            value = value &* 10 &+ UInt64(self[at] &- UInt8(ascii: "0"))
            at &+= 1
        }
        guard at > start, value <= UInt64(Int64.max) else {
            at = start
            return nil
        }
        return value
    }

    /// What stands between the quotes, backslashes still in it.
    func quotedString(_ at: inout Int) -> Range<Int>? {
        guard at < count, self[at] == UInt8(ascii: "\"") else { return nil }
        let start = at &+ 1
        var next = start
        while next < count, !self[next].isHTTPControl {
            switch self[next] {
            case UInt8(ascii: "\""):
                at = next &+ 1
                return start..<next
            case UInt8(ascii: "\\"):
                next &+= 2
                guard next <= count, !self[next &- 1].isHTTPControl else { return nil }
            default:
                next &+= 1
            }
        }
        return nil
    }

    /// The text of a quoted string's inside.
    func unquoted(_ range: Range<Int>) -> String {
        var text: [UInt8] = []
        var at = range.lowerBound
        while at < range.upperBound {
            if self[at] == UInt8(ascii: "\\") { at &+= 1 }
            text.append(self[at])
            at &+= 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The next element between commas, possibly empty, without the space around it; nil after the last.
    /// For lists whose elements are tokens: a comma inside quotes ends an element too.
    func nextListElement(_ at: inout Int) -> Range<Int>? {
        guard at <= count else { return nil }
        let start = at
        while at < count, self[at] != UInt8(ascii: ",") { at &+= 1 }
        let element = trimmed(start..<at)
        at &+= 1
        return element
    }

    func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
