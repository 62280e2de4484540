import Bytes
import JSON
import Testing

struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        String(decoding: written(body), as: UTF8.self)
    }

    @Test func `commas stand between, and nowhere else`() {
        #expect(
            text { writer in
                writer.beginObject()
                writer.key("empty")
                writer.beginObject()
                writer.endObject()
                writer.key("list")
                writer.beginArray()
                writer.integer(1 as Int)
                writer.beginArray()
                writer.endArray()
                writer.null()
                writer.beginObject()
                writer.key("a")
                writer.bool(true)
                writer.key("b")
                writer.bool(false)
                writer.endObject()
                writer.string("x")
                writer.endArray()
                writer.key("last")
                writer.double(-1.5)
                writer.endObject()
            } == #"{"empty":{},"list":[1,[],null,{"a":true,"b":false},"x"],"last":-1.5}"#)
    }

    @Test(arguments: [0, 1, 100, 10_000])
    func `what was written is the same where it lies`(count: Int) {
        func write(to writer: inout JSONWriter) {
            writer.beginArray()
            for number in 0..<count { writer.integer(number) }
            writer.endArray()
        }
        var copied = JSONWriter()
        var kept = JSONWriter(room: 64)
        write(to: &copied)
        write(to: &kept)
        let bytes = copied.finish()
        let shared = kept.finishInPlace()
        #expect(Array(shared.buffer) == bytes)
        #expect(shared.count == bytes.count)
    }

    @Test func `values of every kind have their form`() {
        #expect(text { $0.integer(Int64.min) } == "-9223372036854775808")
        #expect(text { $0.integer(Int64.max) } == "9223372036854775807")
        #expect(text { $0.time(Timestamp(milliseconds: 1_795_167_000_125)) } == "\"2026-11-20T09:30:00.125Z\"")
        #expect(text { $0.uuid(UUID(high: 1, low: .max)) } == "\"00000000-0000-0001-ffff-ffffffffffff\"")
        #expect(text { $0.key("a\"b" as String) } == #""a\"b":"#)
        let raw = Array(#"{"a":1}"#.utf8)
        #expect(
            text { writer in
                writer.beginArray()
                writer.raw(raw.span)
                writer.raw(raw.span)
                writer.time(Timestamp(milliseconds: 0))
                writer.uuid(UUID(high: 0, low: 0))
                writer.endArray()
            }
                == #"[{"a":1},{"a":1},"1970-01-01T00:00:00.000Z","00000000-0000-0000-0000-000000000000"]"#)
    }

    @Test(arguments: [
        0, 1, -1, 0.1, 1.5, 100, 1e15, 1e16, 1e21, 1e100, 1e-5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .pi,
        1.0 / 3,
        123_456_789.123,
    ])
    func `a double comes back from its text`(value: Double) throws {
        for value in [value, -value] {
            let bytes = written { $0.double(value) }
            var reader = JSONReader(bytes.span)
            let read = try reader.double()
            try reader.finish()
            #expect(read.bitPattern == value.bitPattern)
        }
    }

    @Test func `a writer goes on after what is there`() {
        var writer = JSONWriter(appendingTo: Array("data: ".utf8))
        writer.beginArray()
        writer.endArray()
        #expect(String(decoding: writer.finish(), as: UTF8.self) == "data: []")
    }

    @Test(arguments: [0, 1, -1, 9, 10, -10, 99, 100, .max, .min, 1_000_000_007] as [Int64])
    func `an integer is written as Swift writes it`(value: Int64) {
        #expect(String(decoding: written { $0.integer(value) }, as: UTF8.self) == "\(value)")
    }

    @Test(arguments: [0, 1, 7, 4_096])
    func `what has outgrown its room is all there`(room: Int) {
        var writer = JSONWriter(room: room)
        writer.beginArray()
        for number in 0..<2_000 { writer.integer(number) }
        writer.string(String(repeating: "\"", count: 5_000))
        writer.endArray()
        let numbers = (0..<2_000).map { "\($0)" }.joined(separator: ",")
        let text = String(repeating: #"\""#, count: 5_000)
        #expect(writer.finish() == Array("[\(numbers),\"\(text)\"]".utf8))
    }

    @Test func `elements go from one array to another in any order`() {
        var one = JSONWriter()
        var other = JSONWriter()
        var places: [Range<Int>] = []
        one.beginArray()
        for number in 1...3 {
            let start = one.count
            one.integer(number)
            places.append(start..<one.count)
        }
        other.beginArray()
        for place in places.reversed() { one.withBytes(place) { other.raw(element: $0) } }
        other.endArray()
        #expect(String(decoding: other.finish(), as: UTF8.self) == "[3,2,1]")
        one.endArray()
    }

    /// One character after the other, as the RFC says.
    private func naivelyEscaped(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += #"\""#
            case "\\": result += #"\\"#
            case "\n": result += #"\n"#
            case "\r": result += #"\r"#
            case "\t": result += #"\t"#
            case "\u{8}": result += #"\b"#
            case "\u{C}": result += #"\f"#
            case ..<" ": result += #"\u00"# + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    @Test func `every character of ASCII is escaped where it must be, at every place in a word of eight`() {
        for code in UInt8(0)..<128 {
            for place in 0..<18 {
                let string = String(repeating: "a", count: place) + String(Unicode.Scalar(code)) + "tail"
                #expect(text { $0.string(string) } == naivelyEscaped(string))
            }
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `any text is written as a naive writer does, from whatever holds it`(seed: UInt64) {
        var random = Seeded(seed)
        let scalars: [Unicode.Scalar] = [
            "a", "b", " ", "\"", "\\", "\n", "\u{0}", "\u{1F}", "\u{7F}", "\u{E9}", "\u{20AC}", "\u{1F600}",
        ]
        for _ in 0..<20 {
            var string = ""
            for _ in 0..<Int(random.next() % 60) {
                let scalar = random.next() % 2 == 0 ? scalars[0] : scalars.randomElement(using: &random)!
                string.unicodeScalars.append(scalar)
            }
            let expected = naivelyEscaped(string)
            let bytes = Array(string.utf8)
            #expect(text { $0.string(string) } == expected)
            #expect(text { $0.string(bytes.span) } == expected)
            #expect(text { writer in bytes.withUnsafeBufferPointer { writer.string($0) } } == expected)
        }
    }

    @Test func `no text is an empty one`() {
        #expect(text { $0.string("") } == #""""#)
        #expect(text { $0.string(UnsafeBufferPointer(start: nil, count: 0)) } == #""""#)
    }

    @Test func `an object that is not ended stops the program that wrote it`() async {
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.beginObject()
            _ = writer.finish()
        }
    }
}
