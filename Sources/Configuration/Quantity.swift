/// Numbers with a unit.
enum Quantity {
    private static let sizes: [(suffix: String, factor: UInt64)] = [
        ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10), ("", 1),
    ]
    private static let times: [(suffix: String, factor: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    static func bytes(_ text: String) -> UInt64? {
        let digits = digits(of: text)
        guard let number = UInt64(digits), let unit = sizes.first(where: { $0.suffix == text.dropFirst(digits.count) })
        else {
            return nil
        }
        let (value, overflow) = number.multipliedReportingOverflow(by: unit.factor)
        return overflow ? nil : value
    }

    /// The unit is needed: nobody can tell whether 30 are seconds or minutes. Only 0 is the same in all.
    static func milliseconds(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        let digits = digits(of: text)
        guard let number = Int64(digits), let unit = times.first(where: { $0.suffix == text.dropFirst(digits.count) })
        else {
            return nil
        }
        let (value, overflow) = number.multipliedReportingOverflow(by: unit.factor)
        return overflow ? nil : value
    }

    static func text(bytes: UInt64) -> String {
        guard bytes > 0, let unit = sizes.first(where: { bytes % $0.factor == 0 }) else { return "0" }
        return "\(bytes / unit.factor)\(unit.suffix)"
    }

    static func text(milliseconds: Int64) -> String {
        guard milliseconds > 0, let unit = times.first(where: { milliseconds % $0.factor == 0 }) else { return "0" }
        return "\(milliseconds / unit.factor)\(unit.suffix)"
    }

    private static func digits(of text: String) -> Substring {
        text.prefix { $0.isASCII && $0.isNumber }
    }
}
