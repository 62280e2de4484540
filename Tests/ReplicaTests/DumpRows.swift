import CBOR
import Keys
import Operations

/// A dump for people, a line for each array.
enum DumpRows {
    static func text(_ dump: [UInt8], _ name: (OperationID) -> String) -> [String] {
        var reader = CBORReader(dump.span, allowing: .tags)
        var rows: [String] = []
        while reader.position < dump.count, let row = try? value(&reader, name) { rows.append(row) }
        return rows
    }

    private static func value(_ reader: inout CBORReader, _ name: (OperationID) -> String) throws -> String {
        switch try reader.nextType() {
        case .null: return try reader.takeNull() ? "null" : ""
        case .bool: return try reader.bool() ? "true" : "false"
        case .unsigned: return "\(try reader.unsigned())"
        case .negative: return "\(try reader.integer())"
        case .bytes: return Hash(try reader.bytes()).map { name(OperationID($0.bytes)) } ?? "bytes"
        case .text: return "\"\(try reader.text())\""
        case .tag: return "\(try reader.tag())(\(try value(&reader, name)))"
        case .array:
            var items: [String] = []
            for _ in 0..<(try reader.arrayHeader()) { items.append(try value(&reader, name)) }
            return "[\(items.joined(separator: ", "))]"
        case .map:
            var items: [String] = []
            for _ in 0..<(try reader.mapHeader()) {
                items.append("\(try value(&reader, name)): \(try value(&reader, name))")
            }
            return "{\(items.joined(separator: ", "))}"
        case .float, .simple: return "?"
        }
    }
}
