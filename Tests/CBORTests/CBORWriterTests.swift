import CBOR
import Testing

struct CBORWriterTests {
    private func written(_ body: (inout CBORWriter) -> Void) -> [UInt8] {
        var writer = CBORWriter()
        body(&writer)
        return writer.finish()
    }

    @Test(
        arguments: [
            (0, "00"), (23, "17"), (24, "1818"), (255, "18ff"), (256, "190100"), (65_535, "19ffff"),
            (65_536, "1a00010000"),
            (4_294_967_295, "1affffffff"), (4_294_967_296, "1b0000000100000000"), (.max, "1bffffffffffffffff"),
        ] as [(UInt64, String)])
    func `integers take the shortest form`(value: UInt64, bytes: String) {
        #expect(written { $0.unsigned(value) } == hex(bytes))
        var negative = hex(bytes)
        negative[0] |= 0x20
        #expect(written { $0.negative(value) } == negative)
    }

    @Test func `signed integers run from end to end`() {
        #expect(written { $0.integer(0) } == hex("00"))
        #expect(written { $0.integer(-1) } == hex("20"))
        #expect(written { $0.integer(-24) } == hex("37"))
        #expect(written { $0.integer(-25) } == hex("3818"))
        #expect(written { $0.integer(.max) } == hex("1b7fffffffffffffff"))
        #expect(written { $0.integer(.min) } == hex("3b7fffffffffffffff"))
    }

    @Test(arguments: [0, 1, 23, 24, 255, 256, 65_535, 65_536])
    func `lengths take the shortest form`(count: Int) throws {
        let bytes = [UInt8](repeating: 0x61, count: count)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(try CBORValue(decoding: written { $0.bytes(bytes) }) == .bytes(bytes))
        #expect(try CBORValue(decoding: written { $0.text(text) }) == .text(text))
        let utf8 = written { $0.utf8(bytes.span) }
        #expect(utf8 == written { $0.text(text) })
    }

    @Test(arguments: [0, 1, 23, 24, 25, 255, 256, 300])
    func `arrays and maps of any size get their heads`(count: Int) throws {
        let array = CBORValue.array((0..<count).map { .array([.unsigned(UInt64($0))]) })
        #expect(try CBORValue(decoding: array.encoded) == array)
        let map = CBORValue.map((0..<count).map { .init(.unsigned(UInt64($0)), .map([])) })
        #expect(try CBORValue(decoding: map.encoded) == map)
        // A head that grows moves what is inside, also where it is one of a map's keys.
        let nested = CBORValue.map([.init(.unsigned(1), array), .init(.unsigned(2), map), .init(.text("z"), array)])
        #expect(try CBORValue(decoding: nested.encoded) == nested)
    }

    @Test func `a writer goes on after what is there`() {
        var writer = CBORWriter(appendingTo: [0xAA])
        writer.beginArray()
        writer.bool(true)
        writer.endArray()
        writer.null()
        let bytes = writer.finish()
        #expect(bytes == hex("aa 81 f5 f6"))
    }

    @Test func `what is encoded already is an item like others`() throws {
        let inner = hex("a1 00 01")
        let bytes = written { writer in
            writer.beginArray()
            writer.encoded(inner.span)
            writer.encoded(inner.span)
            writer.endArray()
        }
        #expect(bytes == [0x82] + inner + inner)
    }

    @Test func `a tag belongs to the value after it`() {
        let bytes = written { writer in
            writer.beginMap()
            writer.unsigned(0)
            writer.tag(24)
            writer.bytes([1])
            writer.unsigned(1)
            writer.null()
            writer.endMap()
        }
        #expect(bytes == hex("a2 00 d818 4101 01 f6"))
    }

    @Test func `texts sort as the keys of a map do`() throws {
        let names = ["b", "a", "aa", "", "B", "\u{E9}", "zz", "aaa"]
        let sorted = names.sorted(by: CBORWriter.precedes)
        #expect(sorted == ["", "B", "a", "b", "aa", "zz", "\u{E9}", "aaa"])
        let bytes = written { writer in
            writer.beginMap()
            for name in sorted {
                writer.text(name)
                writer.null()
            }
            writer.endMap()
        }
        #expect(try CBORValue(decoding: bytes) == .map(sorted.map { .init(.text($0), .null) }))
        #expect(!CBORWriter.precedes("a", "a"))
    }

    @Test func `keys out of order stop the program that wrote them`() async {
        await #expect(processExitsWith: .failure) {
            var writer = CBORWriter()
            writer.beginMap()
            writer.text("b")
            writer.null()
            writer.text("a")
        }
        await #expect(processExitsWith: .failure) {
            var writer = CBORWriter()
            writer.beginMap()
            writer.unsigned(1)
            writer.null()
            writer.unsigned(1)
        }
    }

    @Test func `an array that is not ended stops the program that wrote it`() async {
        await #expect(processExitsWith: .failure) {
            var writer = CBORWriter()
            writer.beginArray()
            _ = writer.finish()
        }
    }
}
