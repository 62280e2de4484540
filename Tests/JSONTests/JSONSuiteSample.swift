import JSON
import Testing

/// A text and the name under which the public parsing suites for JSON know it.
struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ text: String) {
        self.name = name
        bytes = Array(text.utf8)
    }

    /// For what is not UTF-8.
    init(_ name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    var testDescription: String { name }
}

extension [UInt8] {
    /// Text and other bytes in a row.
    static func + (text: String, bytes: [UInt8]) -> [UInt8] {
        Array(text.utf8) + bytes
    }

    static func + (bytes: [UInt8], text: String) -> [UInt8] {
        bytes + Array(text.utf8)
    }
}

/// The one value that `bytes` are.
func value(_ bytes: [UInt8], itemsMax: Int = 10_000) throws(JSONFault) -> JSONValue {
    var reader = JSONReader(bytes.span)
    let value = try reader.value(itemsMax: itemsMax)
    try reader.finish()
    return value
}

/// `bytes` without white space.
func compact(_ bytes: [UInt8]) throws(JSONFault) -> [UInt8] {
    var reader = JSONReader(bytes.span)
    let value = try reader.compactValue()
    try reader.finish()
    return value
}

func skip(_ bytes: [UInt8]) throws(JSONFault) {
    var reader = JSONReader(bytes.span)
    try reader.skip()
    try reader.finish()
}

/// What `body` was refused with.
func fault(_ body: () throws(JSONFault) -> Void) -> JSONFault? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

func written(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    body(&writer)
    return writer.finish()
}
