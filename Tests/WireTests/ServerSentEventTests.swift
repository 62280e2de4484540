import Testing
import Wire

struct ServerSentEventWriterTests {
    @Test func `an event has a line for each part`() {
        #expect(
            written { $0.appendServerSentEvent(id: "42", event: "message_created", data: #"{"a":1}"#.utf8.span) }
                == "id: 42\nevent: message_created\ndata: {\"a\":1}\n\n")
        #expect(written { $0.appendServerSentEvent(data: "plain".utf8.span) } == "data: plain\n\n")
        #expect(written { $0.appendServerSentEvent(data: "".utf8.span) } == "data: \n\n")
    }

    @Test(arguments: [
        ("a\nb", "data: a\ndata: b\n\n"), ("a\rb", "data: a\ndata: b\n\n"), ("a\r\nb", "data: a\ndata: b\n\n"),
        ("a\n\nb", "data: a\ndata: \ndata: b\n\n"), ("a\n\rb", "data: a\ndata: \ndata: b\n\n"),
        ("\n", "data: \ndata: \n\n"), ("a\r\n", "data: a\ndata: \n\n"), ("a\r", "data: a\ndata: \n\n"),
        (" a", "data:  a\n\n"),
    ])
    func `data has a line for each of its lines`(data: String, expected: String) {
        #expect(written { $0.appendServerSentEvent(data: data.utf8.span) } == expected)
    }

    @Test func `an id and a name stay on their line`() {
        let evil = "1\n\ndata: x\r\rid: 2\0\r\n"
        #expect(
            written { $0.appendServerSentEvent(id: evil, event: evil, data: "d".utf8.span) }
                == "id: 1data: xid: 2\nevent: 1data: xid: 2\ndata: d\n\n")
    }

    @Test func `a comment and a retry are no events`() throws {
        let text = written {
            $0.appendServerSentComment()
            $0.appendServerSentRetry(milliseconds: 3_000)
            $0.appendServerSentComment("still\n\ndata: here")
            $0.appendServerSentRetry(milliseconds: .max)
        }
        #expect(text == ": \n\nretry: 3000\n\n: stilldata: here\n\nretry: 4294967295\n\n")
        #expect(ServerSentEventOutcome(of: Array(text.utf8)).events == [])
    }

    private func written(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

struct ServerSentEventReaderTests {
    /// The examples of the standard, section 9.2.6.
    @Test func `the examples of the standard`() {
        expect("data: YHOO\ndata: +2\ndata: 10\n\n", give: [event("YHOO\n+2\n10")])
        expect(
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            give: [event("first event", id: "1"), event("second event"), event(" third event")])
        expect("data\n\ndata\ndata\n\ndata:", give: [event(""), event("\n")])
        expect("data:test\n\ndata: test\n\n", give: [event("test"), event("test")])
        expect(
            "event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n",
            give: [event("73857293", name: "add"), event("2153", name: "remove"), event("113411", name: "add")])
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func `all line ends are the same`(end: String) {
        let lines = ["event: n", "data: a", "data: b", "", "", "data: c", "", ": comment", "id: 7", "data: d", "", ""]
        expect(
            lines.joined(separator: end),
            give: [event("a\nb", name: "n"), event("c"), event("d", id: "7")])
    }

    @Test func `line ends of all kinds mix`() {
        expect(
            "data: a\rdata: b\r\ndata: c\n\rdata: d\r\r\ndata: e\n\r\n",
            give: [
                event("a\nb\nc"), event("d"), event("e"),
            ])
    }

    @Test func `an event ended by CR is not held back for an LF`() throws {
        var reader = ServerSentEventReader()
        let first = Array("data: a\r\r".utf8)
        #expect(try reader.step(first.span) == .event(event("a"), consumed: first.count))
        let second = Array("\ndata: b\r\r".utf8)
        #expect(try reader.step(second.span) == .event(event("b"), consumed: second.count))
    }

    @Test func `a byte order mark is skipped, once`() {
        expect("\u{FEFF}data: a\n\n", give: [event("a")])
        expect("\u{FEFF}\n\ndata: a\n\n", give: [event("a")])
        expect("\u{FEFF}\u{FEFF}data: a\n\n", give: [])
        expect("\n\u{FEFF}data: a\n\n", give: [])
    }

    @Test func `fields that are none are ignored`() {
        expect("Data: a\nDATA: b\n data: c\ndata : d\ndatab: e\ndat: f\nevents: g\nid2: h\n\n", give: [])
        expect("x: y\ndata: a\nnothing\n:data: b\n\n", give: [event("a")])
    }

    @Test func `only one space after the colon is dropped`() {
        expect("data:a\n\n", give: [event("a")])
        expect("data:  a \n\n", give: [event(" a ")])
        expect("data:\ta:b\n\n", give: [event("\ta:b")])
    }

    @Test func `a blank line without data is no event and forgets the name`() {
        expect("event: lost\n\ndata: a\n\n", give: [event("a")])
        expect("\n\n\r\r\n\n", give: [])
        expect("event: a\nevent: b\ndata: x\n\n", give: [event("x", name: "b")])
        expect("event: a\nevent\ndata: x\n\n", give: [event("x")])
    }

    @Test func `an id stays until the next, and counts when its event is whole`() {
        expect(
            "id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\n",
            give: [
                event("a", id: "1"), event("b", id: "1"), event("c", id: "2"),
            ])
        expect("id: 1\ndata: a\n\nid: 2\ndata: b\n", give: [event("a", id: "1")], lastID: "1")
        expect("id: 1\ndata: a\n\nid\n\n", give: [event("a", id: "1")], lastID: "")
        expect("id: 1\nid: a\0b\ndata: a\n\n", give: [event("a", id: "1")], lastID: "1")
    }

    @Test func `an id is carried over from the connection before`() throws {
        var reader = ServerSentEventReader(lastEventID: "41")
        let bytes = Array("data: a\n\n".utf8)
        #expect(try reader.step(bytes.span) == .event(event("a", id: "41"), consumed: bytes.count))
        #expect(reader.lastEventID == "41")
    }

    @Test(arguments: [
        ("retry: 3000\n", 3_000), ("retry:0\n", 0), ("retry: 1\nretry: 2\n", 2), ("retry: 1\nretry: x\n", 1),
        ("retry: -1\n", nil), ("retry: 1.5\n", nil), ("retry\n", nil), ("retry:  1\n", nil), ("retry: 1 \n", nil),
        ("retry: 999999999999999\n", 999_999_999_999_999), ("retry: 99999999999999999999999999\n", nil),
    ])
    func `retry is digits alone`(text: String, milliseconds: Int?) {
        let outcome = ServerSentEventOutcome(of: Array(text.utf8))
        #expect(outcome.retryMilliseconds == milliseconds)
        #expect(outcome.fault == nil)
    }

    @Test func `an event cut off by the end is none`() {
        expect("data: a\n\ndata: b\n", give: [event("a")])
        expect("data: a", give: [])
    }

    @Test func `invalid UTF-8 is replaced in names and kept in data`() {
        let bytes = [UInt8]("event: a".utf8) + [0xFF] + [UInt8]("\ndata: ".utf8) + [0xFF, 0x00, 0x0A, 0x0A]
        expect(bytes, give: [ServerSentEvent(name: "a\u{FFFD}", data: [0xFF, 0x00])])
    }

    @Test func `a line and an event have their limits`() {
        expect("data: abcd\n\n", give: [event("abcd")], lineMax: 10)
        expect("data: a\n\ndata: abcde\n\ndata: b\n\n", give: [event("a")], fault: .lineTooLong, lineMax: 10)
        expect(":comment...", give: [], fault: .lineTooLong, lineMax: 10)
        expect(":comment..\n", give: [], lineMax: 10)
        expect("data: ab\ndata: cd\n\n", give: [event("ab\ncd")], eventMax: 5)
        expect("data: ab\ndata: cde\n\n", give: [], fault: .eventTooLong, eventMax: 5)
        expect("data\ndata\ndata\ndata\n", give: [], fault: .eventTooLong, eventMax: 2)
    }

    @Test func `what is written comes back, whatever is in it`() {
        let pieces = ["a", ":", " ", "\n", "\r", "\0", "data: ", "id: 9", "\u{FEFF}", "é", "\r\n", "\n\n"]
        for seed in 0..<300 as Range<UInt64> {
            var dice = WebSocketDice(seed: seed)
            func text() -> String { (0..<dice.number(0...6)).map { _ in pieces[dice.number(0...11)] }.joined() }
            var bytes: [UInt8] = []
            var expected: [ServerSentEvent] = []
            var lastID = ""
            for _ in 0..<dice.number(1...4) {
                if dice.number(0...2) == 0 { bytes.appendServerSentComment(text()) }
                let (id, name, data) = (dice.number(0...1) == 0 ? text() : nil, text(), text())
                bytes.appendServerSentEvent(id: id, event: name, data: data.utf8.span)
                if let id { lastID = withoutBreaks(id) }
                let kept = withoutBreaks(name)
                expected.append(event(joinedByLineFeeds(data), id: lastID, name: kept.isEmpty ? "message" : kept))
            }
            var cuts: [Int] = []
            for _ in 0..<dice.number(0...6) { cuts.append(dice.number(0...bytes.count)) }
            let outcome = ServerSentEventOutcome(of: bytes, cutAt: cuts.sorted())
            if outcome.events != expected || outcome.fault != nil {
                Issue.record("seed \(seed): \(outcome), not \(expected)")
                return
            }
        }
    }

    @Test func `noise means the same in any pieces, and nothing traps`() {
        let alphabet = Array("dataeventidretry:: 09\n\n\r\r\0".utf8) + [0xEF, 0xBB, 0xBF, 0xFF]
        for seed in 0..<1_000 as Range<UInt64> {
            var dice = WebSocketDice(seed: seed)
            var noise: [UInt8] = []
            for _ in 0..<dice.number(0...80) {
                noise += dice.number(0...3) == 0 ? Array("data:".utf8) : [alphabet[dice.number(0...alphabet.count - 1)]]
            }
            let whole = ServerSentEventOutcome(of: noise, lineMax: 20, eventMax: 30)
            let single = ServerSentEventOutcome(of: noise, cutAt: 0..<noise.count, lineMax: 20, eventMax: 30)
            if whole != single {
                Issue.record("seed \(seed): \(whole), but \(single)")
                return
            }
        }
    }

    private func event(_ data: String, id: String = "", name: String = "message") -> ServerSentEvent {
        ServerSentEvent(id: id, name: name, data: Array(data.utf8))
    }

    private func withoutBreaks(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\n" && $0 != "\r" && $0 != "\0" }))
    }

    private func joinedByLineFeeds(_ text: String) -> String {
        var joined = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if scalar != "\n" || previous != "\r" { joined.append(scalar == "\r" ? "\n" : scalar) }
            previous = scalar
        }
        return String(joined)
    }

    private func expect(
        _ text: String, give events: [ServerSentEvent], fault: ServerSentEventFault? = nil, lastID: String? = nil,
        lineMax: Int = 1_000, eventMax: Int = 1_000, at location: SourceLocation = #_sourceLocation
    ) {
        expect(
            Array(text.utf8), give: events, fault: fault, lastID: lastID, lineMax: lineMax, eventMax: eventMax,
            at: location)
    }

    /// Whole, byte by byte, and cut at every place.
    private func expect(
        _ bytes: [UInt8], give events: [ServerSentEvent], fault: ServerSentEventFault? = nil, lastID: String? = nil,
        lineMax: Int = 1_000, eventMax: Int = 1_000, at location: SourceLocation = #_sourceLocation
    ) {
        let places = [[], Array(0..<bytes.count)] + (0...bytes.count).map { [$0] }
        for cuts in places {
            let outcome = ServerSentEventOutcome(of: bytes, cutAt: cuts, lineMax: lineMax, eventMax: eventMax)
            if outcome.events != events || outcome.fault != fault {
                Issue.record("cut at \(cuts): \(outcome), not \(events)", sourceLocation: location)
            }
            if let lastID { #expect(outcome.lastEventID == lastID, sourceLocation: location) }
        }
    }
}

/// Everything that some bytes lead to.
private struct ServerSentEventOutcome: Equatable {
    var events: [ServerSentEvent] = []
    var fault: ServerSentEventFault?
    var lastEventID = ""
    var retryMilliseconds: Int?

    init(of bytes: [UInt8], cutAt cuts: some Sequence<Int> = [], lineMax: Int = 1_000, eventMax: Int = 1_000) {
        var reader = ServerSentEventReader(lineBytesMax: lineMax, eventBytesMax: eventMax)
        var start = 0
        for end in Array(cuts) + [bytes.count] {
            var needsBytes = false
            while !needsBytes {
                do throws(ServerSentEventFault) {
                    switch try reader.step(bytes.span.extracting(start..<end)) {
                    case .needBytes(let consumed):
                        needsBytes = true
                        start += consumed
                    case .event(let event, let consumed):
                        events.append(event)
                        start += consumed
                    }
                } catch {
                    if fault != nil { Issue.record("a second fault: \(error)") }
                    fault = error
                }
            }
            if start != end { Issue.record("\(end - start) bytes were left unread") }
        }
        lastEventID = reader.lastEventID
        retryMilliseconds = reader.retryMilliseconds
    }
}
