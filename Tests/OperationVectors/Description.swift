import Bytes
import CBOR

/// The JSON of a vector file. Bytes are hex; numbers that could be beyond 2⁵³ are decimal texts.
package indirect enum Description {
    case null
    case bool(Bool)
    case number(Int)
    case text(String)
    case list([Description])
    case object([(String, Description)])

    package static func hex(_ bytes: [UInt8]) -> Description { .text(Hex.encode(bytes)) }
    package static func name(_ value: some CustomStringConvertible) -> Description { .text(value.description) }

    /// A list has one element a line at the first two levels, and everything else is on one.
    package func write(to text: inout String, indent: Int = 0) {
        let newline = "\n" + String(repeating: " ", count: indent + 1)
        let separator = indent < 2 ? "," + newline : ", "
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let value): text += "\(value)"
        case .text(let value): text += Self.quoted(value)
        case .list(let elements):
            text += "[" + (indent < 2 && !elements.isEmpty ? newline : "")
            for (index, element) in elements.enumerated() {
                if index > 0 { text += separator }
                element.write(to: &text, indent: indent + 1)
            }
            text += "]"
        case .object(let members):
            text += "{" + (indent < 1 ? newline : "")
            for (index, (name, value)) in members.enumerated() {
                if index > 0 { text += indent < 1 ? "," + newline : ", " }
                text += Self.quoted(name) + ": "
                value.write(to: &text, indent: indent + 1)
            }
            text += "}"
        }
    }

    /// ASCII only, so that no editor can change what a file says.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x5C: quoted += "\\" + String(UnicodeScalar(UInt8(unit)))
            case 0x20..<0x7F: quoted += String(UnicodeScalar(UInt8(unit)))
            default: quoted += "\\u" + Hex.encode([UInt8(unit >> 8), UInt8(unit & 0xFF)])
            }
        }
        return quoted + "\""
    }
}

extension Description {
    /// Any deterministic CBOR value: byte strings as `{"bytes": hex}`, tagged values as `{"tag": …, "value": …}`.
    package init(cbor bytes: [UInt8]) throws {
        var reader = CBORReader(bytes.span, allowing: .tags)
        self = try Self.value(&reader)
        try reader.finish()
    }

    private static func value(_ reader: inout CBORReader) throws -> Description {
        switch try reader.nextType() {
        case .null:
            _ = try reader.takeNull()
            return .null
        case .bool: return .bool(try reader.bool())
        case .unsigned:
            let value = try reader.unsigned()
            return value < 1 << 53 ? .number(Int(value)) : .object([("integer", .name(value))])
        case .negative:
            let value = try reader.integer()
            return value.magnitude < 1 << 53 ? .number(Int(value)) : .object([("integer", .name(value))])
        case .bytes: return .object([("bytes", .hex([UInt8](copying: try reader.bytes())))])
        case .text: return .text(try reader.text())
        case .tag: return .object([("tag", .number(Int(try reader.tag()))), ("value", try value(&reader))])
        case .array:
            var elements: [Description] = []
            for _ in 0..<(try reader.arrayHeader()) { elements.append(try value(&reader)) }
            return .list(elements)
        case .map:
            var members: [(String, Description)] = []
            for _ in 0..<(try reader.mapHeader()) {
                let name = try reader.text()
                members.append((name, try value(&reader)))
            }
            return .object(members)
        case .float, .simple: preconditionFailure("No vector has one")
        }
    }
}
