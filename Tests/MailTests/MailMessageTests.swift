import Bytes
import Mail
import Testing

struct MailMessageTests {
    private func message(
        from: String = "", to: [String] = [""], subject: String = "Two new messages", text: String = "Hello\n"
    ) throws -> MailMessage {
        let sender = try #require(MailAddress("parley@north.example"))
        let reader = try #require(MailAddress("alice@north.example"))
        return MailMessage(
            from: Mailbox(sender, name: from), to: to.map { Mailbox(reader, name: $0) }, subject: subject,
            date: Timestamp(milliseconds: 1_795_167_000_125), idLeft: "digest.17.42", text: text)
    }

    private func written(_ message: MailMessage) throws -> String {
        String(decoding: try message.encoded(), as: UTF8.self)
    }

    @Test func `a plain message, whole`() throws {
        var message = try message(from: "North Chat", to: ["Alice Ärmel"])
        message.unsubscribe = "https://north.example/preferences?t=1"
        #expect(
            try written(message)
                == """
                From: North Chat <parley@north.example>
                To: =?utf-8?B?QWxpY2Ugw4RybWVs?= <alice@north.example>
                Subject: Two new messages
                Date: Fri, 20 Nov 2026 09:30:00 +0000
                Message-ID: <digest.17.42@north.example>
                Auto-Submitted: auto-generated
                List-Unsubscribe: <https://north.example/preferences?t=1>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Disposition: inline
                Content-Transfer-Encoding: quoted-printable

                Hello

                """.replacing("\n", with: "\r\n"))
    }

    static let hostile = [
        "Hello\r\nBcc: evil@example.org", "a\nb", "a\rb", "a\0b", "\r\n\r\nbody", "\u{2028}x\u{85}y", "\u{1B}[2J",
        "=?utf-8?Q?evil?=", "a =?utf-8?B?YQ==?= b", "\u{E000}", "a\\\" <x@y>, ", "  two  spaces  ", " ", "\t",
        String(repeating: "x", count: 290), String(repeating: "ab ", count: 90), String(repeating: "é", count: 140),
        String(repeating: "🎉", count: 70), String(repeating: "\r\n", count: 100), "a,b", "a<b>", "(comment)", "a;b:c",
        "\u{FEFF}mark", "e\u{301}", "", "\"", "\\",
    ]

    @Test(arguments: hostile)
    func `a text stays in its field and can be read again`(text: String) throws {
        let bytes = try message(from: text, to: [text, text], subject: text, text: text).encoded()
        let parsed = try #require(ParsedMail(bytes))
        #expect(
            parsed.fields.map(\.name) == [
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
                "Content-Disposition", "Content-Transfer-Encoding",
            ])
        #expect(parsed.longestLine <= 160)
        #expect(parsed.fields[0].lines.count + parsed.fields[2].lines.count < 40)
        let expected = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    [.control, .lineSeparator].contains($0.properties.generalCategory) ? " " : $0
                }))
        #expect(parsed.fields[2].decoded == expected)
        #expect(parsed.fields[0].decoded.hasSuffix("parley@north.example" + (expected.isEmpty ? "" : ">")))
    }

    @Test func `lines of a header have at most 78 characters`() throws {
        let subject = Array(repeating: "word", count: 100).joined(separator: " ")
        let bytes = try message(to: Array(repeating: "Alice of the North", count: 20), subject: subject).encoded()
        let parsed = try #require(ParsedMail(bytes))
        #expect(parsed.longestLine <= 78)
        #expect(parsed.fields[2].decoded == subject)
        let encoded = try message(subject: String(repeating: "größer ", count: 60)).encoded()
        // RFC 2047: a line with an encoded word has at most 76, an encoded word 75.
        #expect(try #require(ParsedMail(encoded)).fields[2].lines.dropFirst().allSatisfy { $0.utf8.count <= 76 })
    }

    @Test(arguments: [
        ("", ""), ("a", "a\r\n"), ("a\n", "a\r\n"), ("a\r\nb\rc\nd", "a\r\nb\r\nc\r\nd\r\n"), ("\n\n", "\r\n\r\n"),
        ("a=b", "a=3Db\r\n"), ("a \nb\t\nc", "a=20\r\nb=09\r\nc\r\n"), ("a b\tc", "a b\tc\r\n"),
        ("é", "=C3=A9\r\n"), ("\0\u{7F}", "=00=7F\r\n"), (".\n..", ".\r\n..\r\n"),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 76) + "\r\n"),
        (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx\r\n"),
        (
            String(repeating: "x", count: 74) + "=",
            String(repeating: "x", count: 74) + "=\r\n=3D\r\n"
        ),
        (
            String(repeating: "x", count: 73) + "=",
            String(repeating: "x", count: 73) + "=3D\r\n"
        ),
    ])
    func `quoted-printable, to the byte`(text: String, expected: String) throws {
        // Enough plain text before it that quoted-printable is the shorter one.
        let filler = String(repeating: "plain words\n", count: 10)
        let bytes = try message(text: filler + text).encoded()
        let body = try #require(ParsedMail(bytes)).body
        #expect(String(decoding: body, as: UTF8.self) == filler.replacing("\n", with: "\r\n") + expected)
    }

    @Test func `a text in another script goes as base 64`() throws {
        let text = String(repeating: "Добрый день\n", count: 20)
        let parsed = try #require(ParsedMail(try message(text: text).encoded()))
        #expect(parsed.fields.last?.value == "base64")
        #expect(parsed.longestLine <= 78)
        let digits = String(decoding: parsed.body, as: UTF8.self).replacing("\r\n", with: "")
        #expect(Base64.padded.decode(digits) == Array(text.replacing("\n", with: "\r\n").utf8))
    }

    @Test func `all is seven bits unless an address is not`() throws {
        #expect(try message(from: "Größe", subject: "é", text: "ü\u{1F389}").encoded().allSatisfy { $0 < 0x80 })
        var other = try message()
        other.to = [Mailbox(try #require(MailAddress("grüße@bücher.example")))]
        #expect(try written(other).contains("To: grüße@bücher.example\r\n"))
    }

    @Test func `what can't be written is refused`() throws {
        var message = try message()
        func expect(_ fault: MailFault) {
            #expect(throws: fault) { try message.encoded() }
        }
        message.to = []
        expect(.noRecipient)
        message.to = Array(repeating: message.from, count: 101)
        expect(.tooManyRecipients(max: 100))
        message.to = [message.from]
        for id in ["", "a b", "a\r\nb", "a>", "a@b", ".a", "a..b", "é"] {
            message.idLeft = id
            expect(.malformed(field: "Message-ID"))
        }
        message.idLeft = String(repeating: "a", count: 201)
        expect(.tooLong(field: "Message-ID", bytesMax: 200))
        message.idLeft = "a"
        for url in ["", "javascript:x", "https://a>\r\nX: y", "https://a b", "https://é", "https://a>,<b", "ftp://a"] {
            message.unsubscribe = url
            expect(.malformed(field: "List-Unsubscribe"))
        }
        message.unsubscribe = nil
        message.subject = String(repeating: "a", count: 1_001)
        expect(.tooLong(field: "Subject", bytesMax: 1_000))
        message.subject = ""
        message.from.name = String(repeating: "a", count: 301)
        expect(.tooLong(field: "From", bytesMax: 300))
        message.from.name = ""
        message.text = String(repeating: "a", count: 1 << 20 + 1)
        expect(.tooLong(field: "text", bytesMax: 1 << 20))
    }
}

/// A message taken apart again by the rules of RFC 5322 and 2047, as strictly as possible.
private struct ParsedMail {
    struct Field {
        let name: String
        let lines: [String]

        /// Unfolded.
        var value: String { lines.joined().replacing("\t", with: " ") }

        /// With encoded words decoded, and the space between two of them dropped.
        var decoded: String {
            var result: [UInt8] = []
            var wasEncoded = false
            for (index, word) in value.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
                if word.hasPrefix("=?utf-8?B?"), word.hasSuffix("?="), word.utf8.count <= 75,
                    let bytes = Base64.padded.decode(word.dropFirst(10).dropLast(2))
                {
                    if index > 0, !wasEncoded { result.append(UInt8(ascii: " ")) }
                    result += bytes
                    wasEncoded = true
                } else {
                    if index > 0 { result.append(UInt8(ascii: " ")) }
                    result += word.utf8
                    wasEncoded = false
                }
            }
            return String(decoding: result, as: UTF8.self)
        }
    }

    private(set) var fields: [Field] = []
    private(set) var body: [UInt8] = []
    private(set) var longestLine = 0

    init?(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.filter({ $0 == 13 }).count == bytes.filter({ $0 == 10 }).count else { return nil }
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        var folded: [[String]] = []
        for line in parts[0].split(separator: "\r\n", omittingEmptySubsequences: false) {
            guard !line.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 }) else { return nil }
            if line.hasPrefix(" ") {
                guard !folded.isEmpty, line.contains(where: { $0 != " " }) else { return nil }
                folded[folded.count - 1].append(String(line))
            } else {
                folded.append([String(line)])
            }
        }
        for lines in folded {
            guard let colon = lines[0].firstIndex(of: ":") else { return nil }
            let rest = lines[0][colon...].dropFirst()
            guard rest.isEmpty || rest.hasPrefix(" ") else { return nil }
            fields.append(
                Field(name: String(lines[0][..<colon]), lines: [String(rest.dropFirst())] + lines.dropFirst()))
        }
        body = Array(parts[1].utf8)
        longestLine = text.split(separator: "\r\n").map(\.utf8.count).max() ?? 0
    }
}
