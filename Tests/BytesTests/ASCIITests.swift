import Bytes
import Testing

struct ASCIITests {
    @Test func `only the capitals of ASCII have a small form`() {
        for byte in UInt8.min...UInt8.max {
            let isCapital = (65...90).contains(byte)
            #expect(byte.asciiLowercased == (isCapital ? byte + 32 : byte))
        }
    }

    @Test func `ten bytes are digits`() {
        #expect((UInt8.min...UInt8.max).filter(\.isASCIIDigit) == Array("0123456789".utf8))
    }

    private func equals(_ bytes: [UInt8], _ text: StaticString) -> Bool {
        bytes.span.equalsIgnoringASCIICase(text)
    }

    @Test(arguments: ["content-length", "Content-Length", "CONTENT-LENGTH", "cOnTeNt-LeNgTh"])
    func `letters of either case are the same`(text: String) {
        #expect(equals(Array(text.utf8), "Content-Length"))
    }

    @Test(arguments: ["", "content-lengt", "content-lengthy", "content_length", "content\rlength"])
    func `another text is another`(text: String) {
        #expect(!equals(Array(text.utf8), "Content-Length"))
    }

    @Test func `a text of one letter can be compared, and one of none`() {
        #expect(equals([UInt8(ascii: "T")], "t"))
        #expect(!equals([UInt8(ascii: "U")], "t"))
        #expect(equals([], ""))
        #expect(!equals([0], ""))
    }

    @Test func `signs that differ from another by the same bit are not taken for it`() {
        #expect(!equals([UInt8(ascii: "[")], "{"))
        #expect(!equals([UInt8(ascii: "@")], "`"))
        #expect(!equals([0xC3, 0x84], "\u{E4}"), "umlauts are no letters of ASCII")
    }
}
