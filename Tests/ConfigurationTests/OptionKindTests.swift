import Configuration
import Testing

struct OptionKindTests {
    @Test(
        arguments: [
            ("0", 0), ("4096", 4_096), ("1K", 1_024), ("64M", 64 << 20), ("1G", 1 << 30),
            ("17179869183G", 17_179_869_183 << 30),
        ] as [(String, UInt64)])
    func `a size`(text: String, bytes: UInt64) {
        #expect(OptionKind.size(0 ... .max).value(of: text) == .size(bytes))
    }

    @Test(arguments: [
        "", "K", "64MB", "64m", "64 M", " 64", "-1", "+", "1.5G", "17179869184G", "99999999999999999999", "٣", "0x10",
        "6\0",
    ])
    func `what is no size`(text: String) {
        #expect(OptionKind.size(0 ... .max).value(of: text) == nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("250ms", 250), ("30s", 30_000), ("15m", 900_000), ("12h", 43_200_000), ("7d", 604_800_000),
        ] as [(String, Int64)])
    func `a duration`(text: String, milliseconds: Int64) {
        #expect(OptionKind.duration(0 ... .max).value(of: text) == .duration(milliseconds: milliseconds))
    }

    @Test(arguments: ["", "30", "s", "1w", "-1s", "1 s", "1S", "106751991168d", "1h30m"])
    func `what is no duration`(text: String) {
        #expect(OptionKind.duration(0 ... .max).value(of: text) == nil)
    }

    @Test func `numbers, sizes and durations have bounds`() {
        #expect(OptionKind.integer(1...64).value(of: "64") == .integer(64))
        for text in ["0", "65", "", "x", "1.0", "99999999999999999999"] {
            #expect(OptionKind.integer(1...64).value(of: text) == nil)
        }
        #expect(OptionKind.size(1...1_024).value(of: "1K") == .size(1_024))
        #expect(OptionKind.size(1...1_024).value(of: "1025") == nil && OptionKind.size(1...1_024).value(of: "0") == nil)
        #expect(OptionKind.duration(0...1_000).value(of: "1001ms") == nil)
    }

    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1:80"), ("0.0.0.0:0", "0.0.0.0:0"), ("localhost:65535", "localhost:65535"),
        ("[::1]:8080", "[::1]:8080"), ("[2001:db8::a]:1", "[2001:db8::a]:1"),
        ("unix:/run/parley.sock", "unix:/run/parley.sock"),
        ("unix:a b", "unix:a b"),
    ])
    func `an address to listen at`(text: String, written: String) throws {
        guard case .endpoint(let endpoint) = OptionKind.endpoint(takesNames: false).value(of: text) else {
            Issue.record("\(text) is refused")
            return
        }
        #expect(endpoint.description == written)
        #expect(OptionKind.endpoint(takesNames: true).value(of: text) == .endpoint(endpoint))
    }

    @Test(arguments: [
        "", ":80", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "127.0.0.1:-1", "127.0.0.1:8 0",
        "::1:80", "[::1]", "[::1]:", "[127.0.0.1]:80", "[::1:80", "::1]:80", "[]:80", "[::1]x:80", "1.2.3:80",
        "256.0.0.1:80",
        "unix:", "unix:a\0b", "unix:" + String(repeating: "x", count: 108), "a b:80", "-a:80", "a-:80", "a..b:80",
        "ho\nst:80", "http://a:80", "a:000080", "é:80",
    ])
    func `what is no address`(text: String) {
        #expect(OptionKind.endpoint(takesNames: true).value(of: text) == nil)
    }

    @Test func `a name is for connecting, not for listening`() {
        #expect(OptionKind.endpoint(takesNames: false).value(of: "mail.internal:25") == nil)
        #expect(
            OptionKind.endpoint(takesNames: true).value(of: "mail.internal:25")
                == .endpoint(.host("mail.internal", port: 25)))
    }

    @Test(
        arguments: [
            ("10.0.0.0/8", [10, 255, 0, 1], [11, 0, 0, 0]), ("192.168.1.0/24", [192, 168, 1, 9], [192, 168, 2, 9]),
            ("10.128.0.0/9", [10, 128, 0, 1], [10, 127, 0, 1]), ("127.0.0.1", [127, 0, 0, 1], [127, 0, 0, 2]),
            ("0.0.0.0/0", [1, 2, 3, 4], [UInt8](repeating: 0, count: 16)),
            ("fd00::/8", [0xFD] + [UInt8](repeating: 1, count: 15), [0xFC] + [UInt8](repeating: 0, count: 15)),
            ("::1/128", [UInt8](repeating: 0, count: 15) + [1], [0, 0, 0, 1]),
        ] as [(String, [UInt8], [UInt8])])
    func `a range of addresses`(text: String, inside: [UInt8], outside: [UInt8]) throws {
        let range = try #require(NetworkRange(text))
        #expect(range.contains(inside) && !range.contains(outside) && !range.contains([]))
        #expect(range.description == text)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/8/8", "::/129", "10.0.0.0/-1", "10/8", "a/8",
        "fd00::1/8", "10.0.0.0/ 8",
    ])
    func `what is no range`(text: String) {
        #expect(NetworkRange(text) == nil)
    }

    @Test(arguments: [
        ("https://Chat.Example.org", "https://chat.example.org"), ("http://a:8080/", "http://a:8080"),
        ("HTTPS://a:443", "https://a"), ("http://a:80", "http://a"), ("https://a:80", "https://a:80"),
        ("http://[::1]:3000", "http://[::1]:3000"), ("http://127.0.0.1", "http://127.0.0.1"),
    ])
    func `a URL`(text: String, written: String) {
        #expect(WebURL(text)?.description == written)
    }

    @Test(arguments: [
        "", "a", "a.org", "ftp://a", "http://", "http:///", "https://a/b", "https://a//", "https://a?b", "https://a#b",
        "https://u@a", "https://u:p@a", "https://a:", "https://a:0", "https://a:99999", "https://[::1", "https://::1",
        "https://a b", "https://a\r\nb", "javascript:alert(1)", "https://1.2.3", "https://999.1.1.1",
    ])
    func `what is no URL`(text: String) {
        #expect(WebURL(text) == nil)
    }

    @Test func `a toggle and a choice`() {
        for text in ["on", "true", "yes", "1"] { #expect(OptionKind.toggle.value(of: text) == .toggle(true)) }
        for text in ["off", "false", "no", "0"] { #expect(OptionKind.toggle.value(of: text) == .toggle(false)) }
        for text in ["", "ON", "2", "maybe"] { #expect(OptionKind.toggle.value(of: text) == nil) }
        #expect(OptionKind.choice(["a", "b"]).value(of: "b") == .text("b"))
        #expect(OptionKind.choice(["a", "b"]).value(of: "B") == nil)
    }
}
