import Bytes

/// What stands in a file of `key = value` lines. `#` begins a comment at the start of a line or behind a space;
/// a value that begins or ends with a space, or holds ` #`, stands in double quotes.
package struct ConfigurationFile: Sendable {
    struct Line: Equatable {
        let number: Int
        let key: String
        let value: String
    }

    /// For messages.
    let name: String
    let lines: [Line]

    /// A node without a file.
    package static let none = ConfigurationFile(name: "", lines: [])

    private init(name: String, lines: [Line]) {
        self.name = name
        self.lines = lines
    }

    package init(_ text: [UInt8], name: String) throws(UsageFault) {
        var lines: [Line] = []
        let rows = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated() {
            // An editor on another system may have left its marks.
            var bytes = row.last == UInt8(ascii: "\r") ? row.dropLast() : row
            if index == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
            guard let row = String(validating: bytes, as: UTF8.self) else {
                throw .malformedLine(file: name, line: index + 1)
            }
            let content = Self.withoutComment(row).trimmed
            if content.isEmpty { continue }
            guard let equals = content.firstIndex(of: "=") else { throw .malformedLine(file: name, line: index + 1) }
            let key = content[..<equals].trimmed
            var value = content[content.index(after: equals)...].trimmed
            if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
            guard !key.isEmpty else { throw .malformedLine(file: name, line: index + 1) }
            lines.append(Line(number: index + 1, key: String(key), value: String(value)))
        }
        self.init(name: name, lines: lines)
    }

    private static func withoutComment(_ row: String) -> Substring {
        var previous: Character = " "
        var isQuoted = false
        for index in row.indices {
            let character = row[index]
            if character == "\"" { isQuoted.toggle() }
            if character == "#", !isQuoted, previous == " " || previous == "\t" { return row[..<index] }
            previous = character
        }
        return row[...]
    }
}

extension Substring {
    /// Without spaces and tabs on both sides.
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
