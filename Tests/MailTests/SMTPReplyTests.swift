import Bytes
import Mail
import Testing

struct SMTPReplyTests {
    /// What a stream comes to, shown in pieces of `size`.
    private func read(_ text: String, piecesOf size: Int) throws(SMTPFault) -> [SMTPReply] {
        let bytes = Array(text.utf8)
        var reader = SMTPReplyReader()
        var replies: [SMTPReply] = []
        var consumed = 0
        for end in Array(stride(from: size, to: bytes.count, by: size)) + [bytes.count] {
            reading: while true {
                switch try reader.step(bytes.span.extracting(consumed..<end)) {
                case .needBytes(let count):
                    consumed += count
                    break reading
                case .reply(let reply, let count):
                    consumed += count
                    replies.append(reply)
                }
            }
        }
        return replies
    }

    private static let samples: [(String, SMTPReply)] = [
        ("250\r\n", SMTPReply(code: 250, lines: [[]])),
        ("250 \r\n", SMTPReply(code: 250, lines: [[]])),
        ("220 relay ESMTP\r\n", SMTPReply(code: 220, lines: [Array("relay ESMTP".utf8)])),
        ("250-a\r\n250-\r\n250 c\r\n", SMTPReply(code: 250, lines: [Array("a".utf8), [], Array("c".utf8)])),
        ("550-5.1.1 no\r\n550\r\n", SMTPReply(code: 550, lines: [Array("5.1.1 no".utf8), []])),
        ("450 größe \u{1B}[1m\r\n", SMTPReply(code: 450, lines: [Array("größe \u{1B}[1m".utf8)])),
    ]

    @Test(arguments: [1, 2, 3, 7, 10_000])
    func `replies are the same whole, in pieces and glued together`(size: Int) throws {
        for (text, reply) in Self.samples {
            #expect(try read(text, piecesOf: size) == [reply])
        }
        #expect(try read(Self.samples.map(\.0).joined(), piecesOf: size) == Self.samples.map(\.1))
    }

    @Test(arguments: [
        ("25\r\n", SMTPFault.malformed), ("\r\n", .malformed), ("250\n", .malformed), ("250 a\rb\r\n", .malformed),
        ("250\r\r\n", .malformed), ("150 a\r\n", .malformed), ("650 a\r\n", .malformed), ("2x0 a\r\n", .malformed),
        ("250_a\r\n", .malformed), ("250a\r\n", .malformed), ("250 \0\r\n", .malformed),
        ("HTTP/1.1 400 Bad Request\r\n", .malformed), ("250-a\r\n251 b\r\n", .codeChanged),
        ("250-a\r\n550 b\r\n", .codeChanged),
        ("250 " + String(repeating: "x", count: 3_000), .lineTooLong),
        (String(repeating: "250-x\r\n", count: 101), .tooManyLines),
    ])
    func `what is no reply is refused`(text: String, fault: SMTPFault) {
        for size in [1, 5, 10_000] {
            #expect(throws: fault) { try read(text, piecesOf: size) }
        }
    }

    @Test func `the longest line and the most lines pass`() throws {
        let line = "250 " + String(repeating: "x", count: SMTPReplyReader.lineBytesMax - 5)
        #expect(try read(line + "\r\n", piecesOf: 10_000).count == 1)
        let lines = String(repeating: "250-x\r\n", count: 99) + "250 x\r\n"
        #expect(try read(lines, piecesOf: 10_000).first?.lines.count == 100)
    }

    @Test(arguments: [
        (550, "5.1.1 no such user", EnhancedCode(5, 1, 1)), (250, "2.0.0", EnhancedCode(2, 0, 0)),
        (450, "4.7.123 later", EnhancedCode(4, 7, 123)), (550, "4.1.1 another class", nil), (550, "5.1", nil),
        (550, "5.1.1.1 x", nil), (550, "5..1 x", nil), (550, "5.1.1234 x", nil), (550, "5.1.1: x", nil),
        (354, "3.0.0 x", nil), (550, "", nil),
    ])
    func `an enhanced code counts where it fits`(code: Int, text: String, expected: EnhancedCode?) {
        #expect(SMTPReply(code: code, lines: [Array(text.utf8)]).enhancedCode == expected)
    }

    @Test func `a reply's text is one short line that a terminal can bear`() {
        #expect(SMTPReply(code: 550, lines: [Array("a\u{1B}[2J".utf8), [0xFF, 0x62]]).text == #"a\u{1b}[2J �b"#)
        #expect(SMTPReply(code: 550, lines: [[UInt8](repeating: 0x61, count: 1_900)]).text.utf8.count == 200)
    }
}
