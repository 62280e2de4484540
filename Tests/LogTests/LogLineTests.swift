import Bytes
import Log
import Testing

struct LogLineTests {
    private let moment = Timestamp(milliseconds: 1_795_167_000_125)

    private func line(_ format: LogFormat, _ fields: [LogField]) -> String {
        String(decoding: LogLine(format, at: moment, .warning, "peer-refused", fields).bytes, as: UTF8.self)
    }

    private enum Reason: String, CaseIterable {
        case late = "too-late"
    }

    @Test func `every kind of field, for people and for programs`() throws {
        let uuid = try #require(UUID("00112233-4455-8677-8899-aabbccddeeff"))
        let fields: [LogField] = [
            .integer("tries", -3), .id("room", .number(17)), .id("message", .uuid(uuid)),
            .id("peer", .bytes([0xAB, 0x01])), .code("reason", "bad-signature"), .code("why", LogCode(Reason.late)),
            .duration("after", milliseconds: 1_250), .size("body", bytes: 4_096), .address("from", "[::1]:8080"),
            .text("said", ShortText("go away")),
        ]
        #expect(
            line(.text, fields) == """
                2026-11-20T09:30:00.125Z warning peer-refused tries=-3 room=17 \
                message=00112233-4455-8677-8899-aabbccddeeff peer=ab01 reason=bad-signature why=too-late \
                after=1250ms body=4096B from=[::1]:8080 said="go away"\n
                """)
        #expect(
            line(.json, fields) == """
                {"time":"2026-11-20T09:30:00.125Z","level":"warning","event":"peer-refused","tries":-3,"room":17,\
                "message":"00112233-4455-8677-8899-aabbccddeeff","peer":"ab01","reason":"bad-signature",\
                "why":"too-late","after_ms":1250,"body_bytes":4096,"from":"[::1]:8080","said":"go away"}\n
                """)
    }

    @Test(arguments: [
        ("plain", "plain", "plain"),
        ("", #""""#, ""),
        ("a\nb", #""a\nb""#, #"a\u000ab"#),
        ("\u{1B}[2J", #""\u{1b}[2J""#, #"\u001b[2J"#),
        (#"say "no" \now"#, #""say \"no\" \\now""#, #"say \"no\" \\now"#),
        ("x level=error", #""x level=error""#, "x level=error"),
        ("k=v", #""k=v""#, "k=v"),
        ("\u{202E}\u{85}\0", #""\u{202e}\u{85}\u{0}""#, #"\u202e\u0085\u0000"#),
        ("\u{E0041}", #""\u{e0041}""#, #"\udb40\udc41"#),
        ("grüße 🎉", #""grüße 🎉""#, "grüße 🎉"),
    ])
    func `text from outside stays on its line and in its quotes`(text: String, plain: String, json: String) {
        let head = "2026-11-20T09:30:00.125Z warning peer-refused said="
        #expect(line(.text, [.text("said", ShortText(text))]) == head + plain + "\n")
        #expect(line(.json, [.text("said", ShortText(text))]).hasSuffix(#","said":"\#(json)"}"# + "\n"))
        #expect(line(.text, [.address("said", text)]) == head + plain + "\n")
    }

    @Test func `a text is cut, and says so`() {
        #expect(line(.text, [.text("said", ShortText("ééé", bytesMax: 5))]).hasSuffix(" said=\"éé…\"\n"))
        #expect(line(.text, [.text("said", ShortText("ééé", bytesMax: 6))]).hasSuffix(" said=\"ééé\"\n"))
        let long = String(repeating: "a", count: 1_000)
        // Nobody can ask for more than the limit.
        #expect(ShortText(long, bytesMax: 5_000) == ShortText(long))
        #expect(line(.text, [.text("said", ShortText(long))]).utf8.count < 260)
        #expect(line(.text, [.address("from", long)]).utf8.count < 260)
        #expect(
            line(.text, [.id("key", .bytes([UInt8](repeating: 7, count: 99)))]).hasSuffix(
                " key=" + String(repeating: "07", count: 32) + "\n"))
    }

    @Test(arguments: LogFormat.allCases)
    func `a line is never longer than a pipe takes in one piece`(format: LogFormat) {
        for count in 1...200 {
            let worst = ShortText(String(repeating: "\u{1}", count: count))
            let text = line(format, [.integer("a", 1)] + Array(repeating: .text("t", worst), count: 40))
            #expect(text.utf8.count <= LogLine.bytesMax)
            #expect(text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 1 && text.hasSuffix("\n"))
            if count > 30 { #expect(text.hasSuffix(format == .json ? ",\"cut\":true}\n" : " cut=true\n")) }
        }
    }

    @Test func `what is withheld shows in no way of printing it`() {
        let token = Withheld("s3cret")
        var dumped = ""
        dump([token], to: &dumped)
        for text in [
            "\(token)", String(describing: token), String(reflecting: token), dumped, "\([token])",
            "\(Optional(token) as Any)",
        ] {
            #expect(text.contains("(withheld)"))
            #expect(!text.contains("s3cret"))
        }
        #expect(token.value == "s3cret")
    }
}
