import Bytes

/// What a `Range` field asks of content of a known size (RFC 9110, section 14.2).
package enum ByteRanges: Equatable, Sendable {
    /// The field does not count: another unit, malformed, or more than is reasonable. The answer is a 200.
    case whole
    /// In the order asked for, none of them empty, all of them inside the content. The answer is a 206.
    case parts([Range<UInt64>])
    /// No part asked for lies inside the content, as is so for all parts of empty content. The answer is a 416.
    case unsatisfiable

    /// Many small or overlapping parts make a little request cost a lot (RFC 9110, section 17.15): beyond
    /// `partsMax`, or where the parts are together longer than the whole, the whole is sent.
    package init(_ field: String, size: UInt64, partsMax: Int = 8) {
        let bytes = Array(field.utf8)
        let span = bytes.span
        guard span.count >= 6, span.extracting(0..<6).equalsIgnoringASCIICase("bytes=") else {
            self = .whole
            return
        }
        let list = span.extracting(6..<span.count)
        var at = 0
        var asked = 0
        var parts: [Range<UInt64>] = []
        var total: UInt64 = 0
        while let element = list.nextListElement(&at) {
            // Lists may have empty elements (RFC 9110, section 5.6.1.2).
            guard !element.isEmpty else { continue }
            asked += 1
            guard asked <= partsMax, let part = Self.part(list.extracting(element), size: size) else {
                self = .whole
                return
            }
            guard !part.isEmpty else { continue }
            parts.append(part)
            total &+= part.upperBound - part.lowerBound
            guard total <= size else {
                self = .whole
                return
            }
        }
        if asked == 0 {
            self = .whole
        } else if parts.isEmpty {
            self = .unsatisfiable
        } else {
            self = .parts(parts)
        }
    }

    /// Empty where it is well formed and lies outside; nil where it is malformed.
    private static func part(_ text: Span<UInt8>, size: UInt64) -> Range<UInt64>? {
        var at = 0
        if text.skip(UInt8(ascii: "-"), &at) {
            guard let length = text.decimal(&at), at == text.count else { return nil }
            return size - min(length, size)..<size
        }
        guard let first = text.decimal(&at), text.skip(UInt8(ascii: "-"), &at) else { return nil }
        guard at < text.count else { return min(first, size)..<size }
        guard let last = text.decimal(&at), at == text.count, last >= first else { return nil }
        // Neither number reaches 2^63, so adding one is safe.
        return min(first, size)..<min(last + 1, size)
    }
}
