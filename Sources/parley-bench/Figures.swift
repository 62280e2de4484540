/// Numbers, as people read them.
enum Figures {
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "-" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value.magnitude * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + grouped(scaled) }
        let fraction = String(scaled % scale)
        return sign + grouped(scaled / scale) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// `1,234,567`.
    static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    /// `85 µs`, `1.23 ms`, `4.56 s`.
    static func duration(nanoseconds: UInt64) -> String {
        switch nanoseconds {
        case ..<1_000_000: "\(fixed(Double(nanoseconds) / 1e3, 0)) µs"
        case ..<1_000_000_000: "\(fixed(Double(nanoseconds) / 1e6, 2)) ms"
        default: "\(fixed(Double(nanoseconds) / 1e9, 2)) s"
        }
    }

    static func microseconds(_ seconds: Double) -> String {
        "\(fixed(seconds * 1e6, 2)) µs"
    }

    static func mebibytes(_ bytes: Int) -> String {
        "\(fixed(Double(bytes) / 1_048_576, 1)) MiB"
    }

    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Columns of equal width, the first to the left and the others to the right.
    static func table(_ rows: [[String]]) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }
            return cells.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
