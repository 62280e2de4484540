import Wire

/// What the client wants to get, by its `Accept` (RFC 9110, section 12.5.1).
enum Acceptance {
    /// Whether a type is excluded. The most specific range that fits it decides; a field that can't be read excludes
    /// nothing.
    static func excludes(_ type: String, _ fields: HTTPFields) -> Bool {
        // Most ask for just that, and need not be read further.
        guard let field = fields.combined("Accept"), field != type, field != "*/*" else { return false }
        let ranges = ranges(of: field)
        return !ranges.isEmpty && rank(of: type, ranges).weight == 0
    }

    /// Whether the one type is wanted more than the other; of two that are wanted alike, the one that is named more exactly.
    static func prefers(_ type: String, over other: String, _ field: String) -> Bool {
        let ranges = ranges(of: field)
        let (one, two) = (rank(of: type, ranges), rank(of: other, ranges))
        return (one.weight, one.precision) > (two.weight, two.precision)
    }

    private static func ranges(of field: String) -> [MediaType] {
        field.split(separator: ",").compactMap { MediaType($0.trimmingBlanks) }
    }

    private static func rank(of type: String, _ ranges: [MediaType]) -> (weight: Int, precision: Int) {
        guard let wanted = MediaType(type) else { return (0, 0) }
        var best = (weight: 0, precision: -1)
        for range in ranges {
            let precision: Int
            switch (range.type, range.subtype) {
            case ("*", "*"): precision = 0
            case (wanted.type, "*"): precision = 1
            case (wanted.type, wanted.subtype): precision = 2
            default: continue
            }
            if precision > best.precision {
                best = (range.parameter("q").flatMap { thousandths($0.utf8) } ?? 1_000, precision)
            }
        }
        return best
    }

    /// A weight as RFC 9110, section 12.4.2, has it: from 0 to 1, with at most three digits behind the point. Nil for all else.
    static func thousandths(_ text: String.UTF8View) -> Int? {
        guard let first = text.first, let whole = first.digit, whole <= 1 else { return nil }
        let rest = text.dropFirst()
        guard rest.isEmpty || rest.first == UInt8(ascii: "."), rest.count <= 4 else { return nil }
        var weight = whole
        var digits = rest.dropFirst()
        for _ in 0..<3 {
            guard let digit = digits.popFirst().map(\.digit) ?? 0 else { return nil }
            weight = weight * 10 + digit
        }
        return weight <= 1_000 ? weight : nil
    }
}

extension UInt8 {
    fileprivate var digit: Int? {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= self ? Int(self - UInt8(ascii: "0")) : nil
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        func isText(_ byte: UInt8) -> Bool { byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") }
        guard let first = utf8.firstIndex(where: isText), let last = utf8.lastIndex(where: isText) else { return "" }
        return String(self[first...last])
    }
}
