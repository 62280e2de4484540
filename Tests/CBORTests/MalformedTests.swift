import CBOR
import Testing

/// What is not well-formed (RFC 8949, appendix F), and what is but has a shorter or another order.
struct MalformedTests {
    static let endsInHead = [
        "18", "19", "1a", "1b", "1901", "1a0102", "1b01020304050607", "38", "58", "78", "98", "b8", "d8", "f8", "f900",
        "fa0000", "fb000000", "", "39ff", "5a000100", "9b00000001000000", "f9", "fa", "fb",
    ]

    static let endsInContents = [
        "41", "61", "5affffffff00", "5bffffffffffffffff010203", "7affffffff00", "7b7fffffffffffffff010203",
        "5b8000000000000000", "5bffffffffffffffff", "81", "818181818181818181", "8200", "a1", "a20102", "a100",
        "a2000000", "9affffffff00", "9bffffffffffffffff00", "9b7fffffffffffffff", "9b8000000000000000",
        "bbffffffffffffffff0000", "bb7fffffffffffffff0000", "bb8000000000000000", "bb400000000000000000", "a2000102",
        "a1ff", "a20000ff",
    ]

    static let reserved = [
        "1c", "1d", "1e", "3c", "3d", "3e", "5c", "5d", "5e", "7c", "7d", "7e", "9c", "9d", "9e", "bc", "bd", "be",
        "dc", "dd", "de", "fc", "fd", "fe", "f800", "f801", "f818", "f81f", "1f", "3f", "df",
    ]

    static let indefinite = [
        "5f4100", "7f6100", "9f", "9f0102", "bf", "bf01020102", "819f", "9f8000", "9f9f9f9f9fffffffff",
        "9f819f819f9fffffff", "5f00ff", "5f21ff", "5f6100ff", "5f80ff", "5fa0ff", "5fc000ff", "5fe0ff", "7f4100ff",
        "5f5f4100ffff", "7f7f6100ffff", "ff", "81ff", "8200ff", "a1ff00", "a100ff", "9f81ff",
        "9f829f819f9fffffffff", "bf00ff", "bf000000ff", "5fff", "7fff", "bfff",
    ]

    static let notShortest = [
        "1800", "1817", "190000", "190018", "1900ff", "1a00000000", "1a0000ffff", "1b0000000000000000",
        "1b00000000ffffffff", "3800", "3817", "3900ff", "3a0000ffff", "3b00000000ffffffff", "5800", "580161",
        "59000161", "5a0000000161", "5b000000000000000161", "7800", "780161", "79000161", "9800", "980100", "99000100",
        "b800", "b8010000", "b900010000", "d80100", "d817 00", "d9001800", "fa00000000", "fb0000000000000000",
        "fa3fc00000", "fb3ff8000000000000", "fb47efffffe0000000", "f97e01", "f9fe00", "f97c01", "fa7fc00001",
        "fb7ff8000000000001", "fbfff8000000000000", "fa33800000", "fb36a0000000000000",
    ]

    private func kind(_ bytes: [UInt8], allowing allowance: CBORAllowance = [.floats, .tags]) -> CBORFault.Kind? {
        let decoded = fault { () throws(CBORFault) in _ = try CBORValue(decoding: bytes, allowing: allowance) }
        let skipped = fault { () throws(CBORFault) in
            var reader = CBORReader(bytes.span, allowing: allowance)
            try reader.skip()
            try reader.finish()
        }
        #expect(decoded == skipped, "skipping checks all that reading does")
        return decoded?.kind
    }

    @Test(arguments: endsInHead + endsInContents)
    func `what ends early is refused, whatever length it promises`(bytes: String) {
        #expect(kind(hex(bytes)) == .truncated)
    }

    @Test func `a tag without a value is refused`() {
        #expect(kind(hex("c0")) == .truncated)
        #expect(kind(hex("81c0")) == .truncated)
    }

    @Test(arguments: reserved)
    func `what the RFC gives no meaning is refused`(bytes: String) {
        #expect(kind(hex(bytes)) == .reserved)
    }

    @Test(arguments: indefinite)
    func `no length is left open, and no break stands alone`(bytes: String) {
        #expect(kind(hex(bytes), allowing: []) == .indefiniteLength)
    }

    @Test(arguments: notShortest)
    func `what has a shorter form is refused`(bytes: String) {
        #expect(kind(hex(bytes)) == .notShortest)
    }

    @Test(arguments: [
        "61ff", "61c3", "62c328", "63eda080", "64f4908080", "62c080", "64f08080af", "61c3 61 a9",
    ])
    func `text that is not UTF-8 is refused, though it be key or value`(bytes: String) {
        let text = hex(bytes)
        #expect(kind(text) == .invalidUTF8)
        #expect(kind([0x81] + text) == .invalidUTF8)
        #expect(kind([0xA1] + text + [0x00]) == .invalidUTF8)
    }

    @Test(arguments: [
        "a202000100", "a2616100 0000", "a2626161 00 616200", "a2 2000 1864 00", "a2 4100 00 1864 00",
        "a2 1818 00 17 00",
        "a3 00 00 02 00 01 00", "81a202000100", "a100a202000100",
    ])
    func `keys out of order are refused`(bytes: String) {
        #expect(kind(hex(bytes)) == .unsortedKeys)
    }

    @Test(arguments: [
        "a201000100", "a2 6161 01 6161 02", "a2 40 00 40 00", "a2 60 00 60 00", "a3 00 00 01 00 01 00",
        "a2 20 00 20 00",
        "a1 00 a2 01 00 01 00", "a2 00 a1 00 00 00 00",
    ])
    func `a key that comes twice is refused`(bytes: String) {
        #expect(kind(hex(bytes)) == .duplicateKey)
    }

    @Test(
        arguments: [
            ("a1 80 00", .array), ("a1 a0 00", .map), ("a1 f4 00", .bool), ("a1 f6 00", .null),
            ("a1 f90000 00", .float),
            ("a1 c000 00", .tag), ("a2 00 00 81 00 00", .array),
        ] as [(String, CBORType)])
    func `a key that is neither integer nor string is refused`(bytes: String, type: CBORType) {
        #expect(kind(hex(bytes)) == .keyType(type))
    }

    @Test func `the order of keys is that of the RFC's example`() throws {
        let bytes = hex("a5 0a00 186400 2000 617a00 62616100")
        let keys: [CBORValue] = [.unsigned(10), .unsigned(100), .negative(0), .text("z"), .text("aa")]
        #expect(try CBORValue(decoding: bytes) == .map(keys.map { .init($0, .unsigned(0)) }))
    }

    @Test func `sixteen levels are read, and no more`() {
        for (opening, closing) in [([0x81], [0x00]), ([0xA1, 0x00], [0x00]), ([0xC0], [0x00])] as [([UInt8], [UInt8])] {
            for depth in [15, 16] {
                let bytes = Array(repeatElement(opening, count: depth).joined()) + closing
                #expect(kind(bytes) == nil)
            }
            for depth in [17, 100, 100_000] {
                let bytes = Array(repeatElement(opening, count: depth).joined()) + closing
                #expect(kind(bytes) == .tooDeep(limit: 16))
            }
        }
    }

    @Test func `empty arrays at the lowest level count as one level more`() {
        #expect(kind([UInt8](repeating: 0x81, count: 15) + [0x80]) == nil)
        #expect(kind([UInt8](repeating: 0x81, count: 16) + [0x80]) == .tooDeep(limit: 16))
    }
}
