import Testing

@testable import Wire

struct FieldTextTests {
    private static let alphanumerics =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

    @Test func `sets of characters are those of the grammar`() {
        let token = Set("!#$%&'*+-.^_`|~".utf8).union(Self.alphanumerics.utf8)
        let unreserved = Set("-._~".utf8).union(Self.alphanumerics.utf8)
        let target = Set(0x21...0x7E).subtracting("#\"<>".utf8)
        let literal = Set("0123456789abcdefABCDEF:.".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(ASCIISet.token.contains(byte) == token.contains(byte))
            #expect(ASCIISet.method.contains(byte) == (token.contains(byte) && !(0x61...0x7A).contains(byte)))
            #expect(ASCIISet.unreserved.contains(byte) == unreserved.contains(byte))
            #expect(ASCIISet.target.contains(byte) == target.contains(byte))
            #expect(ASCIISet.plainTarget.contains(byte) == target.subtracting("%?\\".utf8).contains(byte))
            #expect(ASCIISet.addressLiteral.contains(byte) == literal.contains(byte))
        }
    }

    @Test func `a control is found wherever it stands, and nothing else is`() {
        for length in 0...20 {
            for byte in UInt8.min...UInt8.max {
                let isControl = byte < 0x20 || byte == 0x7F
                for at in 0..<length where length < 18 || byte % 16 == 15 {
                    var bytes = [UInt8](repeating: at % 2 == 0 ? 0x20 : 0xFF, count: length)
                    bytes[at] = byte
                    #expect(bytes.span.firstControl(from: 0, to: length) == (isControl ? at : length))
                }
            }
        }
        let two: [UInt8] = [0x20, 0x20, 0x1F, 0x20, 0x00, 0x7F, 0x80, 0x80, 0x0A]
        #expect(two.span.firstControl(from: 0, to: 9) == 2)
        #expect(two.span.firstControl(from: 3, to: 9) == 4)
        #expect(two.span.firstControl(from: 6, to: 9) == 8)
        #expect(two.span.firstControl(from: 6, to: 8) == 8)
    }

    @Test(
        arguments: [
            ("text/html", "text/html", []), ("TEXT/HTML", "text/html", []),
            ("text/html; charset=utf-8", "text/html", ["charset=utf-8"]),
            ("text/html;charset=\"utf-8\" ; A=b;", "text/html", ["charset=utf-8", "a=b"]),
            ("multipart/form-data; boundary=\"a b;\\\"c\\\\\"", "multipart/form-data", ["boundary=a b;\"c\\"]),
            ("application/activity+json;;q=1", "application/activity+json", ["q=1"]), ("a/b ;c=\"\"", "a/b", ["c="]),
        ] as [(String, String, [String])])
    func `a media type is read`(text: String, essence: String, parameters: [String]) throws {
        let type = try #require(MediaType(text))
        #expect(type.essence == essence)
        #expect(type.parameters.map { "\($0.name)=\($0.value)" } == parameters)
        #expect(type.parameter("charset") == (text.contains("charset") ? "utf-8" : nil))
    }

    @Test(arguments: [
        "", "text", "text/", "/html", "text /html", "text/ html", "text/html x", "text/html;charset",
        "text/html;charset=",
        "text/html;charset =a", "text/html;charset= a", "text/html;=a", "text/html;a=\"b", "text/html;a=\"b\\\"",
        "text/html;a=\"b\"c", "text/html, text/plain", "a/b;c=1;C=2", "a/b;c=\"\u{1}\"", "t\u{E9}xt/html", " a/b",
    ])
    func `a malformed media type is none`(text: String) {
        #expect(MediaType(text) == nil)
    }

    @Test func `a media type has as many parameters as anybody needs`() {
        func type(_ count: Int) -> String { (0..<count).reduce("a/b") { "\($0);p\($1)=1" } }
        #expect(MediaType(type(16))?.parameters.count == 16)
        #expect(MediaType(type(17)) == nil)
    }

    @Test func `percent-encoding leaves nothing that has a meaning`() {
        #expect(PercentEncoding.encode("a b/c?d=e&f+\u{E9}%~-._") == "a%20b%2Fc%3Fd%3De%26f%2B%C3%A9%25~-._")
        #expect(PercentEncoding.decode("a%20b%2Fc+%C3%a9") == "a b/c+\u{E9}")
        for malformed in ["%", "%4", "%zz", "a%", "%FF", "%C3", "% 41"] {
            #expect(PercentEncoding.decode(malformed) == nil, "\(malformed)")
        }
        for text in ["", "a", "\u{1F600}", "\0\u{7F}", "%41"] {
            #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        }
    }
}
