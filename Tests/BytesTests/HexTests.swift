import Bytes
import Testing

struct HexTests {
    @Test(arguments: [
        ("", ""), ("f", "66"), ("fo", "666f"), ("foo", "666f6f"), ("foob", "666f6f62"), ("fooba", "666f6f6261"),
        ("foobar", "666f6f626172"),
    ])
    func `the vectors of RFC 4648 hold, in small letters`(plain: String, hex: String) {
        #expect(Hex.encode(Array(plain.utf8)) == hex)
        #expect(Hex.decode(hex) == Array(plain.utf8))
        #expect(Hex.decode(hex.uppercased()) == Array(plain.utf8))
    }

    @Test func `every byte comes back`() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = Hex.encode(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode(text.dropFirst(2)) == Array(bytes.dropFirst()), "as a Substring")
    }

    @Test(arguments: [
        "0", "000", "0g", "g0", "0x00", " 00", "00 ", "0 0", "-1", "+1", "00\n", "0\u{0}", "0\u{E9}",
        "\u{FF11}\u{FF12}",
    ])
    func `anything else is refused`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func `22 bytes are digits`() {
        for byte in UInt8.min...UInt8.max {
            let expected = byte < 128 ? Character(Unicode.Scalar(byte)).hexDigitValue : nil
            #expect(Hex.value(of: byte).map(Int.init) == expected)
        }
        #expect((0..<16).map { Hex.digit($0) } == Array("0123456789abcdef".utf8))
    }
}
