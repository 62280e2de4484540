import CBOR
package import JSON
package import Operations

extension JSONWriter {
    /// A client's own data: an object, which is empty where there is none, or where another node's client has kept
    /// something else there.
    package mutating func member(_ key: StaticString, extra encoded: Span<UInt8>) {
        self.key(key)
        guard encoded.count > 0, encoded[0] >> 5 == 5 else {
            beginObject()
            endObject()
            return
        }
        var reader = CBORReader(encoded, allowing: .tags)
        do throws(CBORFault) {
            try extra(&reader)
        } catch {
            preconditionFailure("what was taken in was checked: \(error)")
        }
    }

    /// One value. It calls itself, as deep as data may be nested.
    private mutating func extra(_ reader: inout CBORReader) throws(CBORFault) {
        switch try reader.nextType() {
        case .null:
            _ = try reader.takeNull()
            null()
        case .bool: bool(try reader.bool())
        case .unsigned, .negative: integer(try reader.integer())
        case .text: string(try reader.utf8())
        case .tag:
            _ = try reader.tag()
            try reader.array(of: 2)
            let exponent = try reader.integer()
            let number = DecimalNumber(mantissa: try reader.integer(), exponent: exponent)
            raw(number.text.utf8.span)
        case .array:
            let count = try reader.arrayHeader()
            beginArray()
            for _ in 0..<count { try extra(&reader) }
            endArray()
        case .map:
            let count = try reader.mapHeader()
            beginObject()
            for _ in 0..<count {
                key(try reader.text())
                try extra(&reader)
            }
            endObject()
        case .bytes, .float, .simple: preconditionFailure("there is none in a client's data")
        }
    }

    /// A reference of the caller's own, as it was given.
    package mutating func member(_ key: StaticString, _ reference: Operations.Reference?) {
        self.key(key)
        switch reference {
        case .text(let text): string(text)
        case .integer(let number): integer(number)
        case nil: null()
        }
    }
}
