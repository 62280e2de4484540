import Wire

/// What the client wants to get, by its `Accept` (RFC 9110, section 12.5.1).
enum Acceptance {
    /// Whether a type is excluded. The most specific range that fits it decides; a field that can't be read excludes
    /// nothing.
    static func excludes(_ type: String, _ fields: HTTPFields) -> Bool {
        guard let field = fields.combined("Accept") else { return false }
        let ranges = field.split(separator: ",").compactMap { MediaType(String($0).trimmingBlanks) }
        guard !ranges.isEmpty, let wanted = MediaType(type) else { return false }
        var best: (precision: Int, isAccepted: Bool)?
        for range in ranges {
            let precision: Int
            switch (range.type, range.subtype) {
            case ("*", "*"): precision = 0
            case (wanted.type, "*"): precision = 1
            case (wanted.type, wanted.subtype): precision = 2
            default: continue
            }
            if precision >= best?.precision ?? 0 { best = (precision, isAccepted(range)) }
        }
        return !(best?.isAccepted ?? false)
    }

    /// Whether the one type is wanted more than the other; of two that are wanted alike, the one that is named more exactly.
    static func prefers(_ type: String, over other: String, _ field: String) -> Bool {
        let (one, two) = (rank(of: type, field), rank(of: other, field))
        return (one.weight, one.precision) > (two.weight, two.precision)
    }

    private static func rank(of type: String, _ field: String) -> (weight: Int, precision: Int) {
        guard let wanted = MediaType(type) else { return (0, 0) }
        var best = (weight: 0, precision: -1)
        for range in field.split(separator: ",").compactMap({ MediaType(String($0).trimmingBlanks) }) {
            let precision: Int
            switch (range.type, range.subtype) {
            case ("*", "*"): precision = 0
            case (wanted.type, "*"): precision = 1
            case (wanted.type, wanted.subtype): precision = 2
            default: continue
            }
            if precision > best.precision { best = (weight(of: range), precision) }
        }
        return best
    }

    /// In thousandths.
    private static func weight(of range: MediaType) -> Int {
        guard let text = range.parameter("q") else { return 1_000 }
        return Int((Double(text) ?? 1) * 1_000)
    }

    /// A weight of zero means: not this.
    private static func isAccepted(_ range: MediaType) -> Bool {
        guard let weight = range.parameter("q") else { return true }
        return weight.contains { $0 != "0" && $0 != "." }
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
