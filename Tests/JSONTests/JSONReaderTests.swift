import JSON
import Testing

struct JSONReaderTests {
    /// Reads with `body`, and what it was refused with.
    private func refusal(_ text: String, _ body: (inout JSONReader) throws(JSONFault) -> Void) -> JSONFault? {
        let bytes = Array(text.utf8)
        return fault { () throws(JSONFault) in
            var reader = JSONReader(bytes.span)
            try body(&reader)
        }
    }

    /// A body as a route would read it.
    private struct Draft: Equatable {
        var content: String?
        var replyTo: Int64?
        var isPinned = false
        var members: [String] = []
        var extra: [UInt8]?

        init(_ text: String) throws(JSONFault) {
            let bytes = Array(text.utf8)
            var reader = JSONReader(bytes.span)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "content": content = try reader.string(bytesMax: 20)
                case "reply_to": replyTo = try reader.takeNull() ? nil : reader.integer()
                case "is_pinned": isPinned = try reader.bool()
                case "members":
                    try reader.beginArray()
                    while try reader.nextElement() {
                        members.append(try reader.string())
                    }
                case "extra_data": extra = try reader.compactValue()
                default: try reader.skip()
                }
            }
            try reader.finish()
        }
    }

    @Test func `a body is read straight into a structure`() throws {
        let draft = try Draft(
            #"""
             { "content" : "Hé \"you\"", "ignored": [1, {"a": [null, 1e999]}], "reply_to":null, "is_pinned": true,
               "members": ["a", "\u0062", ""], "extra_data": { "x" : [ 1.50 , "\u0041" ] , "b": { } } }
            """#)
        #expect(draft.content == "Hé \"you\"")
        #expect(draft.replyTo == nil && draft.isPinned)
        #expect(draft.members == ["a", "b", ""])
        #expect(draft.extra == Array(#"{"x":[1.50,"\u0041"],"b":{}}"#.utf8))
        #expect(try Draft("{}").members == [])
        #expect(try Draft(#"{"reply_to":7}"#).replyTo == 7)
        #expect(try Draft(#"{"\u0063ontent":"escaped key"}"#).content == "escaped key")
    }

    @Test(arguments: [
        (#"{"content": 5}"#, JSONFault(kind: .wrongType(found: .number), offset: 12, member: "content")),
        (#"{"content": null}"#, JSONFault(kind: .wrongType(found: .null), offset: 12, member: "content")),
        (#"{"content": "123456789012345678901"}"#, JSONFault(kind: .tooLong(limit: 20), offset: 12, member: "content")),
        (#"{"reply_to": "7"}"#, JSONFault(kind: .wrongType(found: .string), offset: 13, member: "reply_to")),
        (#"{"reply_to": 7.0}"#, JSONFault(kind: .notAnInteger, offset: 13, member: "reply_to")),
        (#"{"is_pinned": 1}"#, JSONFault(kind: .wrongType(found: .number), offset: 14, member: "is_pinned")),
        (#"{"is_pinned": yes}"#, JSONFault(kind: .unexpectedByte(0x79), offset: 14, member: "is_pinned")),
        (#"{"members": ["a", 5]}"#, JSONFault(kind: .wrongType(found: .number), offset: 18, member: "members")),
        (#"{"members": {}}"#, JSONFault(kind: .wrongType(found: .object), offset: 12, member: "members")),
        (#"{"a": {"content": 5, "content": 6}}"#, JSONFault(kind: .duplicateKey, offset: 21, member: "a")),
        (#"{"a\u00e9": 1, "aé": 2}"#, JSONFault(kind: .duplicateKey, offset: 15, member: "a\u{E9}")),
        (#"{"content": "a", "content": "a"}"#, JSONFault(kind: .duplicateKey, offset: 17, member: "content")),
        (#"{"content": "a\u0000"}"#, JSONFault(kind: .nul, offset: 14, member: "content")),
        (#"{"content": "a" "b"}"#, JSONFault(kind: .unexpectedByte(0x22), offset: 16)),
        (#"{"content": "a"} x"#, JSONFault(kind: .trailingBytes, offset: 17)),
        (#"["content"]"#, JSONFault(kind: .wrongType(found: .array), offset: 0)),
        ("", JSONFault(kind: .endOfInput, offset: 0)),
    ])
    func `the fault says what, where and of which member`(text: String, expected: JSONFault) {
        #expect(fault { () throws(JSONFault) in _ = try Draft(text) } == expected)
    }

    @Test func `what comes next can be asked for`() throws {
        let bytes = Array(#" [null, true, -1, "a", [], {}]"#.utf8)
        var reader = JSONReader(bytes.span)
        var types = [try reader.nextType()]
        try reader.beginArray()
        while try reader.nextElement() {
            types.append(try reader.nextType())
            try reader.skip()
        }
        try reader.finish()
        #expect(types == [.array, .null, .bool, .number, .string, .array, .object])
    }

    @Test func `integers end where 64 bits do`() throws {
        func integer(_ text: String) throws -> Int64 {
            let bytes = Array(text.utf8)
            var reader = JSONReader(bytes.span)
            let value = try reader.integer()
            try reader.finish()
            return value
        }
        #expect(try integer("0") == 0)
        #expect(try integer(" -1 ") == -1)
        #expect(try integer("9223372036854775807") == .max)
        #expect(try integer("-9223372036854775808") == .min)
        let beyond = [
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999999999999999",
        ]
        for text in beyond {
            #expect(throws: JSONFault(kind: .numberOutOfRange, offset: 0)) { try integer(text) }
        }
        for text in ["-0", "1.0", "1e2", "0.0", "-0.0", "1E0", "9223372036854775808.0"] {
            #expect(throws: JSONFault(kind: .notAnInteger, offset: 0)) { try integer(text) }
        }
    }

    @Test func `doubles are the nearest ones, and never infinite`() throws {
        func double(_ text: String) throws -> Double {
            let bytes = Array(text.utf8)
            var reader = JSONReader(bytes.span)
            let value = try reader.double()
            try reader.finish()
            return value
        }
        #expect(try double("0.1") == 0.1)
        #expect(try double("-1.5e-3") == -0.0015)
        #expect(try double("3") == 3)
        #expect(try double("1.7976931348623157e308") == .greatestFiniteMagnitude)
        #expect(try double("5e-324") == .leastNonzeroMagnitude)
        #expect(try double("-0").sign == .minus)
        #expect(try double("9007199254740993") == 9_007_199_254_740_992)
        for text in ["1e400", "-1e400", "1.8e308", "1" + String(repeating: "0", count: 400)] {
            #expect(throws: JSONFault(kind: .numberOutOfRange, offset: 0)) { try double(text) }
        }
    }

    @Test func `the limit on a text counts its bytes without escapes`() throws {
        func string(_ text: String, bytesMax: Int) throws -> String {
            let bytes = Array(text.utf8)
            var reader = JSONReader(bytes.span)
            return try reader.string(bytesMax: bytesMax)
        }
        #expect(try string(#""\u00e9\n""#, bytesMax: 3) == "\u{E9}\n")
        #expect(try string("\"\u{E9}\"", bytesMax: 2) == "\u{E9}")
        #expect(throws: JSONFault(kind: .tooLong(limit: 2), offset: 0)) { try string(#""\u00e9\n""#, bytesMax: 2) }
        #expect(throws: JSONFault(kind: .tooLong(limit: 1), offset: 0)) { try string("\"\u{E9}\"", bytesMax: 1) }
        #expect(throws: JSONFault(kind: .tooLong(limit: 0), offset: 0)) { try string("\"a\"", bytesMax: 0) }
    }

    @Test func `keys are told apart by their bytes, not by what they look like`() throws {
        #expect(
            try value(Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8))
                == .object([.init("\u{E9}", .integer(1)), .init("e\u{301}", .integer(2))]))
    }

    @Test(arguments: [0, 1, 14, 15, 16, 17, 18, 40])
    func `a double key is found after any number of others, escaped or not`(others: Int) throws {
        let members = (0..<others).map { #""k\#($0)":\#($0)"# }
        let twice = [#""twice":1"#]
        for again in [#""twice":2"#, #""t\u0077ice":2"#] {
            for order in [members + twice + [again], twice + members + [again], twice + [again] + members] {
                let text = Array("{\(order.joined(separator: ","))}".utf8)
                let expected = fault { () throws(JSONFault) in try skip(text) }
                #expect(expected?.kind == .duplicateKey)
                #expect(expected?.member == "twice")
            }
        }
        let all = Array("{\((members + twice).joined(separator: ","))}".utf8)
        #expect(try value(all) == value(compact(all)))
    }

    @Test func `the keys of an object don't count in the objects beside, around and inside it`() throws {
        try skip(Array(#"[{"a":1},{"a":{"a":{"a":2},"b":3},"b":4}]"#.utf8))
        #expect(
            refusal(#"{"a":{"b":1},"b":2,"a":3}"#) { reader throws(JSONFault) in try reader.skip() }
                == JSONFault(kind: .duplicateKey, offset: 19, member: "a"))
    }

    @Test func `a hundred thousand keys are no trouble`() throws {
        let keys = (0..<100_000).map { #""\#($0)":0"# }.joined(separator: ",")
        try skip(Array("{\(keys)}".utf8))
        #expect(refusal("{\(keys),\"77\":0}") { reader throws(JSONFault) in try reader.skip() }?.kind == .duplicateKey)
    }

    @Test func `sixteen levels are read unless said otherwise, and no more`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: #"[{"a":"#, count: depth / 2) + String(repeating: "[", count: depth % 2)
                    + String(repeating: "]", count: depth % 2) + (depth % 2 == 0 ? "0" : "")
                    + String(repeating: "}]", count: depth / 2)).utf8)
        }
        try skip(nested(16))
        #expect(fault { () throws(JSONFault) in try skip(nested(17)) }?.kind == .tooDeep(limit: 16))
        let deep = nested(1_000)
        var reader = JSONReader(deep.span, depthMax: 1_000)
        try reader.skip()
        try reader.finish()
    }

    @Test func `a tree has a limit on its values`() throws {
        let text = Array("[1,[2,3],{\"a\":4}]".utf8)
        #expect(try value(text, itemsMax: 7) == value(text))
        #expect(fault { () throws(JSONFault) in _ = try value(text, itemsMax: 6) }?.kind == .tooLong(limit: 6))
        #expect(fault { () throws(JSONFault) in _ = try value(text, itemsMax: 0) }?.kind == .tooLong(limit: 0))
    }

    @Test func `members stay in the order in which they came`() throws {
        let text = Array(#"{"z":1,"a":{"y":2,"b":3},"":4}"#.utf8)
        let tree = try value(text)
        #expect(written { $0.value(tree) } == text)
        #expect(try compact(text) == text)
    }

    @Test func `a byte that belongs nowhere is found wherever it stands`() {
        let text = Array(#"{"key": [12, true, null, "text", {"x": -1.5e3}]}"#.utf8)
        for index in text.indices {
            for wrong in [0x00, 0x0B, 0x7F, 0xFF] as [UInt8] {
                var broken = text
                broken.insert(wrong, at: index)
                // DEL may stand in a string.
                let refused = fault { () throws(JSONFault) in try skip(broken) }
                #expect(refused != nil || wrong == 0x7F)
            }
        }
    }

    @Test func `a quote, an escape and a control character are found at every place in a word of eight`() throws {
        for length in 0..<40 {
            let plain = String(repeating: "a", count: length)
            #expect(try value(Array("\"\(plain)\"".utf8)) == .string(plain))
            for place in 0...length {
                let (head, tail) = (plain.prefix(place), plain.dropFirst(place))
                #expect(try value(Array(#""\#(head)\"\#(tail)""#.utf8)) == .string("\(head)\"\(tail)"))
                #expect(try value(Array("\"\(head)\u{E9}\(tail)\"".utf8)) == .string("\(head)\u{E9}\(tail)"))
                let control = fault { () throws(JSONFault) in try skip(Array("\"\(head)\u{1F}\(tail)\"".utf8)) }
                #expect(control == JSONFault(kind: .controlCharacter(0x1F), offset: 1 + place))
                let invalid = fault { () throws(JSONFault) in try skip("\"\(head)" + [0xFF] + "\(tail)\"") }
                #expect(invalid == JSONFault(kind: .invalidUTF8, offset: 1 + place))
            }
        }
    }
}
