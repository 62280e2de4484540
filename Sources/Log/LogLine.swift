package import Bytes

/// One line, written so that nothing in it can end it or reach a terminal.
package struct LogLine {
    /// A pipe takes this much in one piece or not at all (PIPE_BUF), so lines of several threads never mix.
    package static let bytesMax = 4_096

    package private(set) var bytes: [UInt8] = []
    private let format: LogFormat
    private var isFull = false

    package init(
        _ format: LogFormat, at moment: Timestamp, _ level: LogLevel, _ event: StaticString, _ fields: [LogField]
    ) {
        self.format = format
        bytes.reserveCapacity(256)
        switch format {
        case .text:
            bytes.append(rfc3339: moment)
            bytes.append(literal: " ")
            bytes.append(literal: level.name)
            bytes.append(literal: " ")
            appendQuoted("\(event)")
        case .json:
            bytes.append(literal: "{\"time\":\"")
            bytes.append(rfc3339: moment)
            bytes.append(literal: "\",\"level\":\"")
            bytes.append(literal: level.name)
            bytes.append(literal: "\",\"event\":")
            appendJSON("\(event)")
        }
        for field in fields { append(field) }
        bytes.append(literal: format == .json ? "}\n" : "\n")
    }

    /// A field that would make the line too long is left out with those behind it, and the line says so.
    private mutating func append(_ field: LogField) {
        guard !isFull else { return }
        let before = bytes.count
        begin(field.name, unit: format == .json ? field.unit : nil)
        appendValue(of: field)
        let ending = 20
        guard bytes.count > Self.bytesMax - ending else { return }
        isFull = true
        bytes.removeSubrange(before...)
        begin("cut", unit: nil)
        bytes.append(literal: "true")
    }

    private mutating func begin(_ name: StaticString, unit: StaticString?) {
        switch format {
        case .text:
            bytes.append(literal: " ")
            bytes.append(literal: name)
            bytes.append(literal: "=")
        case .json:
            bytes.append(literal: ",")
            appendJSON(unit.map { "\(name)_\($0)" } ?? "\(name)")
            bytes.append(literal: ":")
        }
    }

    private mutating func appendValue(of field: LogField) {
        switch field {
        case .integer(_, let value): bytes.append(decimal: value)
        case .duration(_, let milliseconds):
            bytes.append(decimal: milliseconds)
            if format == .text { bytes.append(literal: "ms") }
        case .size(_, let count):
            bytes.append(decimal: count)
            if format == .text { bytes.append(literal: "B") }
        case .id(_, .number(let number)): bytes.append(decimal: number)
        case .id(_, .uuid(let uuid)): appendText(uuid.description)
        case .id(_, .bytes(let id)): appendText(Hex.encode(Array(id.prefix(32))))
        case .code(_, let code): appendText(code.word)
        case .address(_, let address): append(ShortText(address))
        case .text(_, let text): append(text)
        }
    }

    private mutating func append(_ text: ShortText) {
        appendText(text.isCut ? text.kept + "…" : text.kept)
    }

    private mutating func appendText(_ text: String) {
        switch format {
        case .text: appendQuoted(text)
        case .json: appendJSON(text)
        }
    }

    /// Bare where it is one plain word, else in quotes, with `"` and `\` behind a `\`.
    private mutating func appendQuoted(_ text: String) {
        guard text.isEmpty || !text.utf8.allSatisfy(\.isBare) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(literal: "\"")
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { bytes.append(literal: "\\") }
            bytes.append(visible: String(scalar))
        }
        bytes.append(literal: "\"")
    }

    private mutating func appendJSON(_ text: String) {
        bytes.append(literal: "\"")
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                bytes.append(literal: "\\")
                bytes.append(UInt8(ascii: scalar))
            } else if scalar.isVisible {
                bytes.append(visible: String(scalar))
            } else {
                for unit in UTF16.encode(scalar)! {  // A scalar always has an encoding.
                    bytes.append(literal: "\\u")
                    for shift in [12, 8, 4, 0] { bytes.append(Hex.digit(UInt8(unit >> UInt16(shift) & 15))) }
                }
            }
        }
        bytes.append(literal: "\"")
    }
}

extension UInt8 {
    fileprivate var isBare: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._-:/@+%[]".utf8.contains(self)
        }
    }
}
