import Client
import EventLoop
import Glibc
import Testing
import Wire

/// What answers are taken for, whole, byte by byte and cut short.
@Suite struct AnswerTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let method: HTTPMethod
        let bytes: String
        let status: UInt16
        let body: String
        /// Whether the server must close after it.
        let endsWithConnection: Bool

        init(
            _ name: String, _ bytes: String, _ body: String = "", method: HTTPMethod = .get, status: UInt16 = 200,
            endsWithConnection: Bool = false
        ) {
            self.name = name
            self.method = method
            self.bytes = bytes
            self.status = status
            self.body = body
            self.endsWithConnection = endsWithConnection
        }

        var testDescription: String { name }
    }

    static let samples = [
        Sample("length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"),
        Sample(
            "chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n",
            "hello"),
        Sample("until close", "HTTP/1.1 200 OK\r\n\r\nhello", "hello", endsWithConnection: true),
        Sample("empty until close", "HTTP/1.0 404 No\r\n\r\n", status: 404, endsWithConnection: true),
        Sample("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: .head),
        Sample("HEAD of chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", method: .head),
        Sample("HEAD without length", "HTTP/1.1 200 OK\r\n\r\n", method: .head),
        Sample("204", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", status: 204),
        Sample("304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", status: 304),
        Sample(
            "1xx before it",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok",
            "ok", status: 201),
        Sample("an error", "HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno", "no", status: 500),
    ]

    @Test(arguments: samples, [false, true])
    func `an answer is read whole and byte by byte`(sample: Sample, isDripped: Bool) throws {
        let script = try Script()
        let answer = script.ask(ClientRequest(sample.method, "/"))
        let peer = try script.accept()
        _ = try peer.request()
        if isDripped { try peer.drip(Array(sample.bytes.utf8)) } else { try peer.send(sample.bytes) }
        if sample.endsWithConnection {
            #expect(answer.outcomes == 0)
            peer.endSending()
        }
        try script.finish(answer)
        #expect(answer.isWhole)
        #expect(answer.status == sample.status)
        #expect(answer.text == sample.body)
        #expect(try peer.isStillOpen() != sample.endsWithConnection)
    }

    @Test(
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
            "HTTP/1.1 200 OK\r\nContent-Le",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "",
        ], [false, true])
    func `an answer cut short is a fault, never a shorter answer`(part: String, isReset: Bool) throws {
        let script = try Script()
        let answer = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send(part)
        try script.turn(milliseconds: 2)
        if isReset { peer.reset() } else { peer.endSending() }
        try script.finish(answer)
        if isReset {
            #expect(answer.fault?.isConnection(code: ECONNRESET) == true)
        } else {
            #expect(answer.fault == .closedEarly)
        }
        if !isReset { try peer.awaitEnd() }
    }

    @Test func `a reset within a body without a length is a fault`() throws {
        let script = try Script()
        let answer = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\n\r\nhello")
        try script.turn(until: { answer.text == "hello" }, "the body so far")
        peer.reset()
        try script.finish(answer)
        #expect(answer.fault?.isConnection(code: ECONNRESET) == true)
    }

    @Test(arguments: [
        ("HTTP/2.0 200 OK\r\n\r\n", HTTPFault.unsupportedVersion),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", .malformedVersion),
        ("HTTP/1.1 20 OK\r\n\r\n", .malformedStatusLine),
        ("HTTP/1.1 600 OK\r\n\r\n", .malformedStatusLine),
        ("HTTP/1.1 200 OK\nContent-Length: 0\n\n", .bareLF),
        ("\r\nHTTP/1.1 200 OK\r\n\r\n", .tooManyEmptyLines),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .repeatedContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .malformedContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", .malformedContentLength),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            .contentLengthWithTransferEncoding
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unknownTransferCoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .malformedChunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab", .chunkWithoutEnd),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", .chunkSizeTooLarge),
        ("HTTP/1.1 200 OK\r\n : a\r\n\r\n", .spaceBeforeFirstField),
    ])
    func `what is not HTTP is a fault and ends the connection`(bytes: String, fault: HTTPFault) throws {
        let script = try Script()
        let answer = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send(bytes)
        try script.finish(answer)
        #expect(answer.fault == .malformed(fault))
        try peer.awaitEnd()
    }

    @Test func `a head without an end is a fault`() throws {
        let script = try Script()
        let answer = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\n")
        try script.turn(
            until: {
                if answer.outcomes == 0 { _ = peer.push(Array("Field: value\r\n".utf8)[...]) }
                return answer.outcomes > 0
            }, "the end of patience")
        #expect(answer.fault == .malformed(.tooManyFields))

        let second = script.ask()
        let other = try script.accept()
        _ = try other.request()
        try other.send("HTTP/1.1 200 OK\r\nLong: ")
        try other.send([UInt8](repeating: UInt8(ascii: "a"), count: 40_000))
        try script.finish(second)
        #expect(second.fault == .malformed(.headTooLong))
    }

    @Test func `interim answers without an end are a fault`() throws {
        let script = try Script()
        let answer = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        for _ in 0..<17 { try peer.send("HTTP/1.1 102 Processing\r\n\r\n") }
        try script.finish(answer)
        #expect(answer.fault == .malformed(.tooManyInterimResponses))
    }

    @Test(arguments: [
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "HTTP/1.1 101 \r\n\r\nmore",
    ])
    func `a switch of protocols that nobody asked for is a fault`(bytes: String) throws {
        let script = try Script()
        let answer = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send(bytes)
        try script.finish(answer)
        #expect(answer.fault == .switchedProtocols)
        try peer.awaitEnd()
        let next = script.ask()
        let other = try script.accept()
        _ = try other.request()
        try other.answer("")
        try script.finish(next)
        #expect(next.isWhole)
    }

    @Test func `an answer that announces too much is refused before it begins`() throws {
        let script = try Script()
        let answer = script.ask { $0.responseBytesMax = 10 }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n")
        try script.finish(answer)
        #expect(answer.fault == .tooLarge)
        #expect(answer.heads.isEmpty)
        try peer.awaitEnd()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\nghijk\r\n",
        "HTTP/1.1 200 OK\r\n\r\nabcdefghijk",
    ])
    func `an answer that turns out too large is broken off`(bytes: String) throws {
        let script = try Script()
        let answer = script.ask { $0.responseBytesMax = 10 }
        let peer = try script.accept()
        _ = try peer.request()
        for byte in bytes.utf8 where answer.outcomes == 0 {
            try peer.send([byte])
            try script.turn(milliseconds: 0)
        }
        try script.finish(answer)
        #expect(answer.fault == .tooLarge)
        #expect(answer.text == "abcdefghij")
        try peer.awaitEnd()
    }

    @Test func `an answer of just the size that is taken is whole, and HEAD has none`() throws {
        let script = try Script()
        let answer = script.ask { $0.responseBytesMax = 10 }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("0123456789")
        try script.finish(answer)
        #expect(answer.isWhole)
        let head = script.ask(ClientRequest(.head, "/")) { $0.responseBytesMax = 10 }
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        try script.finish(head)
        #expect(head.isWhole)
    }

    @Test func `fetch hands over the whole answer, once`() throws {
        let script = try Script()
        var results: [Result<ClientResponse, ClientFault>] = []
        script.client.fetch(ClientRequest(.get, "/"), from: script.endpoint) { results.append($0) }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
        try script.turn(until: { !results.isEmpty }, "the answer")
        let response = try results[0].get()
        #expect(response.status == 200 && response.body == Array("abc".utf8))
        #expect(response.head.fields.first("Content-Type") == "a/b")
        script.client.fetch(ClientRequest(.get, "/"), from: script.endpoint) { results.append($0) }
        _ = try peer.request()
        peer.close()
        let other = try script.accept()
        _ = try other.request()
        other.close()
        try script.turn(until: { results.count > 1 }, "the failure")
        #expect(throws: ClientFault.closedEarly) { try results[1].get() }
    }
}
