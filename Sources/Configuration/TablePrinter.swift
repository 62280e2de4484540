import Bytes

/// Rows for people on a terminal, in columns that line up also where names are Chinese or Arabic. What a name
/// holds can't move the cursor: control characters are shown as escapes.
package struct TablePrinter: Sendable {
    package struct Column: Sendable {
        package let title: String
        package let isNumber: Bool

        package init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    private static let gap = "  "
    /// Below this, cutting a column leaves nothing to read.
    private static let columnWidthMin = 8

    private let columns: [Column]
    private var rows: [[String]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// A row with fewer cells than there are columns ends in empty ones; surplus cells are left out.
    package mutating func add(_ cells: [String]) {
        rows.append(columns.indices.map { $0 < cells.count ? cells[$0].visible : "" })
    }

    /// The whole table, each line with its end. Where it is wider than `width`, the widest columns are cut.
    package func text(width: Int? = nil) -> String {
        let all = [columns.map(\.title)] + rows
        var widths = columns.indices.map { column in all.map { $0[column].displayWidth }.max() ?? 0 }
        if let width { fit(&widths, into: width) }
        return all.map { line($0, widths) + "\n" }.joined()
    }

    private func fit(_ widths: inout [Int], into width: Int) {
        let available = width - Self.gap.count * (widths.count - 1)
        while widths.reduce(0, +) > available, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > Self.columnWidthMin
        {
            widths[widest] -= 1
        }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for column in columns.indices {
            let cell = cells[column].cut(toColumns: widths[column])
            let space = String(repeating: " ", count: max(0, widths[column] - cell.displayWidth))
            line += columns[column].isNumber ? space + cell : cell + space
            if column < columns.count - 1 { line += Self.gap }
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
