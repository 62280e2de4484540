import API
import JSON
import Operations
import Testing

/// A client's own data, from JSON to CBOR and back (Spec/operations.md, section 7).
struct ExtraTests {
    private static func kept(_ json: String) throws -> String? {
        let bytes = Array(json.utf8)
        guard let extra = try Extra(json: bytes.span) else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("e", extra: extra.encoded.span)
        writer.endObject()
        return String(decoding: writer.finish().dropFirst(5).dropLast(), as: UTF8.self)
    }

    @Test(arguments: [
        ("1.5", "1.5"), ("-0.25", "-0.25"), ("2.0", "2"), ("1e300", "1e300"), ("1E2", "100"), ("0.000", "0"),
        ("-0", "0"),
        ("12.50e1", "125"), ("1e-7", "0.0000001"), ("15e-30", "15e-30"), ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"), ("0.1000", "0.1"), ("1e19", "1e19"), ("-1e-400", "-1e-400"),
        ("100000000000000000000", "1e20"),
    ])
    func `numbers come back with their digits`(_ sent: String, _ back: String) throws {
        #expect(try Self.kept("{\"a\":\(sent)}") == "{\"a\":\(back)}")
    }

    @Test(arguments: ["9223372036854775809", "1.00000000000000000001", "1e401", "1e-401", "1e99999999999999999999"])
    func `numbers beyond 64 bits are refused`(_ number: String) {
        #expect(throws: ExtraFault.numberOutOfRange) { try Self.kept("{\"a\":\(number)}") }
    }

    @Test func `objects are kept whole, in an order of their own`() throws {
        #expect(try Self.kept("{}") == nil)
        #expect(
            try Self.kept(#" { "bb" : [ true, null, "x\u00e9\"" ], "a" : { "z" : {} } } "#)
                == #"{"a":{"z":{}},"bb":[true,null,"xé\""]}"#)
    }

    @Test func `depth and size have their bounds`() throws {
        func nested(_ depth: Int) -> String {
            "{\"a\":" + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
        }
        #expect(try Self.kept(nested(8)) == nested(8))
        #expect(throws: ExtraFault.tooDeep) { try Self.kept(nested(9)) }
        #expect(throws: ExtraFault.tooLarge) {
            try Self.kept("{\"a\":\"\(String(repeating: "x", count: 16_384))\"}")
        }
    }

    @Test func `what is no object there is shown as an empty one`() throws {
        var writer = JSONWriter()
        writer.beginObject()
        let five: [UInt8] = [5]
        writer.member("e", extra: five.span)
        writer.member("f", extra: [UInt8]().span)
        writer.endObject()
        #expect(String(decoding: writer.finish(), as: UTF8.self) == #"{"e":{},"f":{}}"#)
    }
}
