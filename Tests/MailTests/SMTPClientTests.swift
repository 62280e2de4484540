import Mail
import Testing

struct SMTPClientTests {
    private func envelope(
        _ recipients: [String] = ["a@x.org"], from sender: String? = "n@north.example", bytes: Int = 22,
        is8Bit: Bool = false
    ) throws -> SMTPEnvelope {
        let addresses = try recipients.map { try #require(MailAddress($0)) }
        let source = try sender.map { try #require(MailAddress($0)) }
        return try #require(
            SMTPEnvelope(sender: source, recipients: addresses, contentBytes: bytes, is8Bit: is8Bit))
    }

    private func said(_ code: Int, _ enhanced: EnhancedCode? = nil, _ text: String = "") -> SMTPReason {
        .reply(code: code, enhanced, text: text)
    }

    @Test(arguments: [1, 2, 5, 11, Int.max])
    func `a whole conversation, however its bytes arrive`(size: Int) throws {
        let conversation = SMTPConversation(
            sending: [try envelope(["a@x.org", "b@x.org"]), try envelope(["c@x.org"], from: nil)],
            replies: [
                "220-relay\r\n220 ready", "250-relay\r\n250-PIPELINING\r\n250-size 1000\r\n250-8BITMIME\r\n250 DSN",
                "250 ok",
                "250 ok", "251 forwarded", "354 go", "250 2.0.0 queued", "250 forgotten", "250 ok", "250 ok", "354 go",
                "250 queued", "221 bye",
            ], piecesOf: size)
        #expect(
            conversation.commands == [
                "EHLO north.example", "MAIL FROM:<n@north.example> SIZE=22", "RCPT TO:<a@x.org>", "RCPT TO:<b@x.org>",
                "DATA",
                "RSET", "MAIL FROM:<> SIZE=22", "RCPT TO:<c@x.org>", "DATA", "QUIT",
            ])
        #expect(conversation.contents == Array(repeating: "Subject: x\r\n\r\n..dot\r\n.\r\n", count: 2))
        #expect(conversation.outcomes == [[.delivered, .delivered], [.delivered]])
        #expect(conversation.end == .quit)
    }

    @Test func `a relay that does not know EHLO is asked by HELO`() throws {
        let conversation = SMTPConversation(
            sending: [try envelope()],
            replies: ["220 old", "502 what?", "250 SIZE 5", "250 ok", "250 ok", "354 go", "250 ok", "221 bye"])
        #expect(
            conversation.commands == [
                "EHLO north.example", "HELO north.example", "MAIL FROM:<n@north.example>", "RCPT TO:<a@x.org>", "DATA",
                "QUIT",
            ])
        #expect(conversation.outcomes == [[.delivered]])
    }

    @Test(arguments: [
        (["554 no"], "554"), (["421 busy"], "421"), (["450 wait"], "450"), (["220 hi", "421 busy"], "421"),
        (["220 hi", "450 wait"], "450"), (["220 hi", "550 no", "550 no"], "550"),
        (["220 hi", "502 x", "421 y"], "421"),
    ])
    func `a relay that won't talk ends the conversation`(replies: [String], code: String) throws {
        let conversation = SMTPConversation(sending: [try envelope()], replies: replies)
        #expect(conversation.outcomes == [])
        guard case .refused(.reply(let found, _, _)) = conversation.end else {
            Issue.record("ended with \(String(describing: conversation.end))")
            return
        }
        #expect("\(found)" == code)
    }

    /// What the relay says after EHLO, to a message for two, and what becomes of it.
    @Test func `each recipient has an outcome of its own`() throws {
        let lost = SMTPReason.connectionLost
        let cases: [([String], [SMTPOutcome])] = [
            (
                ["250", "250", "550 5.1.1 no", "354", "250"],
                [.delivered, .permanent(said(550, .init(5, 1, 1), "5.1.1 no"))]
            ),
            (["250", "451 later", "250", "354", "250"], [.temporary(said(451, nil, "later")), .delivered]),
            (["250", "550", "450"], [.permanent(said(550)), .temporary(said(450))]),
            (["250", "552 many", "250", "354", "250"], [.temporary(said(552, nil, "many")), .delivered]),
            (
                ["250", "552 5.2.2 full", "250", "354", "250"],
                [.permanent(said(552, .init(5, 2, 2), "5.2.2 full")), .delivered]
            ),
            (["450 x"], [.temporary(said(450, nil, "x")), .temporary(said(450, nil, "x"))]),
            (["550"], [.permanent(said(550)), .permanent(said(550))]),
            (["250", "250", "250", "451"], [.temporary(said(451)), .temporary(said(451))]),
            (["250", "550", "250", "554"], [.permanent(said(550)), .permanent(said(554))]),
            (["250", "250", "250", "354", "451"], [.temporary(said(451)), .temporary(said(451))]),
            (
                ["250", "250", "251", "354", "554 5.7.1 spam"],
                Array(repeating: .permanent(said(554, .init(5, 7, 1), "5.7.1 spam")), count: 2)
            ),
            // The connection goes before the last answer.
            (["250"], [.temporary(lost), .temporary(lost)]),
            (["250", "550"], [.permanent(said(550)), .temporary(lost)]),
            (["250", "250", "250", "354"], [.temporary(lost), .temporary(lost)]),
            (["250", "250", "250", "354", "250-queued"], [.temporary(lost), .temporary(lost)]),
            // It says that it is going.
            (["250", "250", "421"], [.temporary(said(421)), .temporary(said(421))]),
            (["250", "550", "250", "354", "421"], [.permanent(said(550)), .temporary(said(421))]),
        ]
        for (replies, outcomes) in cases {
            let conversation = SMTPConversation(
                sending: [try envelope(["a@x.org", "b@x.org"])], replies: ["220", "250"] + replies)
            #expect(conversation.outcomes == [outcomes], "\(replies)")
        }
    }

    @Test func `no recipient, no content, and a clean start for the next message`() throws {
        let conversation = SMTPConversation(
            sending: [try envelope(), try envelope(["b@x.org"])],
            replies: ["220", "250", "250", "550", "250", "250", "250", "354", "250", "221"])
        #expect(
            conversation.commands == [
                "EHLO north.example", "MAIL FROM:<n@north.example>", "RCPT TO:<a@x.org>", "RSET",
                "MAIL FROM:<n@north.example>",
                "RCPT TO:<b@x.org>", "DATA", "QUIT",
            ])
        #expect(conversation.outcomes == [[.permanent(said(550))], [.delivered]])
    }

    @Test func `an answer to something else is a fault`() throws {
        let cases: [[String]] = [
            ["250 x"], ["354 x"], ["220", "354"], ["220", "250", "354"], ["220", "250", "250", "354"],
            ["220", "250", "250", "250", "250"], ["220", "250", "250", "250", "354", "354"], ["220", "250", "\r\n"],
            ["HTTP/1.1"],
        ]
        for replies in cases {
            let conversation = SMTPConversation(sending: [try envelope()], replies: replies)
            guard case .refused(.fault(let fault)) = conversation.end else {
                Issue.record("\(replies) ended with \(String(describing: conversation.end))")
                continue
            }
            let hasMessage = replies.first == "220" && replies.count > 2 || replies.last == "\r\n"
            #expect(conversation.outcomes == (hasMessage ? [[.temporary(.fault(fault))]] : []), "\(replies)")
        }
    }

    @Test func `extensions are used when they are offered, and only when they are needed`() throws {
        let offered = "250-relay\r\n250-SIZE\r\n250-8bitmime\r\n250 SMTPUTF8"
        func mail(_ envelope: SMTPEnvelope, _ hello: String) -> String? {
            SMTPConversation(sending: [envelope], replies: ["220", hello, "550"]).commands.dropFirst().first
        }
        #expect(mail(try envelope(), offered) == "MAIL FROM:<n@north.example> SIZE=22")
        #expect(mail(try envelope(is8Bit: true), offered) == "MAIL FROM:<n@north.example> SIZE=22 BODY=8BITMIME")
        #expect(
            mail(try envelope(["grüße@x.org"], is8Bit: true), offered)
                == "MAIL FROM:<n@north.example> SIZE=22 BODY=8BITMIME SMTPUTF8")
        #expect(mail(try envelope(["a@bücher.example"]), offered) == "MAIL FROM:<n@north.example> SIZE=22 SMTPUTF8")
        #expect(mail(try envelope(), "250 relay") == "MAIL FROM:<n@north.example>")
    }

    @Test func `what a relay can't carry is refused here, and the next message goes on`() throws {
        let refused = [
            (try envelope(["grüße@x.org", "a@x.org"]), SMTPReason.notOffered("SMTPUTF8")),
            (try envelope(is8Bit: true), .notOffered("8BITMIME")),
            (try envelope(bytes: 1_001), .tooLarge(bytesMax: 1_000)),
        ]
        for (envelope, reason) in refused {
            let conversation = SMTPConversation(
                sending: [envelope, try self.envelope(bytes: 1_000)],
                replies: ["220", "250-relay\r\n250 SIZE 1000", "250", "250", "354", "250", "221"])
            #expect(conversation.outcomes == [envelope.recipients.map { _ in .permanent(reason) }, [.delivered]])
            #expect(conversation.commands.count == 5)
        }
    }

    @Test(arguments: ["SIZE 0", "SIZE", "SIZE x", "SIZE -1", "SIZE 99999999999999999999999"])
    func `a limit that is none lets every size pass`(keyword: String) throws {
        let conversation = SMTPConversation(
            sending: [try envelope(bytes: .max)], replies: ["220", "250-x\r\n250 \(keyword)", "550"])
        #expect(conversation.commands.dropFirst().first == "MAIL FROM:<n@north.example> SIZE=\(Int.max)")
    }

    @Test func `a refusal in the middle of the content ends the connection too`() throws {
        var client = SMTPClient(introducedAs: try #require(MailDomain("north.example")))
        var output: [UInt8] = []
        let script = Array("220\r\n250\r\n".utf8)
        #expect(client.step(script.span, into: &output) == .ready(consumed: 10))
        #expect(client.send(try envelope(), into: &output) == nil)
        let more = Array("250\r\n250\r\n354\r\n".utf8)
        #expect(client.step(more.span, into: &output) == .wantsContent(consumed: 15))
        let piece = Array("Subject: x".utf8)
        client.sendContent(piece.span, into: &output)
        let refusal = Array("552 too long\r\n".utf8)
        #expect(
            client.step(refusal.span, into: &output)
                == .ended(.refused(said(552, nil, "too long")), [.permanent(said(552, nil, "too long"))], consumed: 14))
        #expect(client.hasEnded && client.connectionLost() == [])
        #expect(client.step(refusal.span, into: &output) == .needBytes(consumed: 14))
    }

    @Test func `a relay that speaks when nothing was asked is at fault, unless it says goodbye`() throws {
        for (text, end) in [
            ("250 x\r\n", SMTPEnd.refused(.fault(.unexpected(code: 250)))),
            ("421 idle\r\n", .refused(said(421, nil, "idle"))),
        ] {
            var client = SMTPClient(introducedAs: try #require(MailDomain("north.example")))
            var output: [UInt8] = []
            let script = Array("220\r\n250\r\n".utf8)
            #expect(client.step(script.span, into: &output) == .ready(consumed: 10))
            let bytes = Array(text.utf8)
            #expect(client.step(bytes.span, into: &output) == .ended(end, [], consumed: bytes.count))
        }
    }

    @Test func `patience is what the RFC says, in every phase`() throws {
        var client = SMTPClient(introducedAs: try #require(MailDomain("north.example")))
        var output: [UInt8] = []
        var found: [Int64?] = [client.patienceMilliseconds]
        func hear(_ text: String) {
            let bytes = Array("\(text)\r\n".utf8)
            _ = client.step(bytes.span, into: &output)
            found.append(client.patienceMilliseconds)
        }
        hear("220")
        hear("250")
        #expect(client.send(try envelope(), into: &output) == nil)
        hear("250")
        hear("250")
        hear("354")
        client.endContent(into: &output)
        found.append(client.patienceMilliseconds)
        hear("250")
        client.quit(into: &output)
        hear("221")
        #expect(found == [300_000, 300_000, nil, 300_000, 120_000, 180_000, 600_000, nil, nil])
    }

    @Test func `a name that EHLO can't carry is replaced`() throws {
        #expect(
            SMTPConversation(sending: [], replies: ["220"], name: "bücher.example").commands == ["EHLO [127.0.0.1]"])
    }

    @Test func `an envelope has between one and a hundred recipients`() throws {
        let address = try #require(MailAddress("a@x.org"))
        func make(_ count: Int) -> SMTPEnvelope? {
            SMTPEnvelope(sender: nil, recipients: Array(repeating: address, count: count), content: [0x80])
        }
        #expect(make(0) == nil && make(101) == nil)
        #expect(make(100)?.is8Bit == true && make(1)?.contentBytes == 1)
    }
}

struct DotStuffingTests {
    @Test(arguments: [
        ("", ".\r\n"), (".", "..\r\n.\r\n"), ("a", "a\r\n.\r\n"), ("a\r\n", "a\r\n.\r\n"), (".\r\n", "..\r\n.\r\n"),
        ("a.b\r\n.c\r\n..d", "a.b\r\n..c\r\n...d\r\n.\r\n"), ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
        ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"), ("a\n\r.\r\n", "a\r\n\r\n..\r\n.\r\n"),
        ("\r\n.\r\nMAIL FROM:<x>\r\n", "\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"), ("a\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
    ])
    func `only the end looks like the end, however the content is cut`(content: String, expected: String) {
        let bytes = Array(content.utf8)
        for size in 1...max(1, bytes.count) {
            var stuffing = DotStuffing()
            var output: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                stuffing.append(bytes.span.extracting(start..<min(start + size, bytes.count)), to: &output)
            }
            stuffing.finish(to: &output)
            #expect(String(decoding: output, as: UTF8.self) == expected)
        }
    }
}
