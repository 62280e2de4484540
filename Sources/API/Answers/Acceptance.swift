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
