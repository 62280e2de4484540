import Bytes
import Client
import EventLoop
import Glibc
import Testing
import WebSockets
import Wire

@Suite struct WebSocketOpeningTests {
    /// What came of an opening.
    private final class Result {
        var socket: WebSocket?
        var faults: [ClientFault] = []
        var texts: [String] = []
        var closes: [UInt16] = []
        var opening: WebSocketOpening!

        var fault: ClientFault? { faults.count == 1 && socket == nil ? faults.first : nil }
    }

    private final class Listener: WebSocketOwner {
        let result: Result

        init(_ result: Result) {
            self.result = result
        }

        func webSocketReceived(text: [UInt8]) {
            result.texts.append(String(decoding: text, as: UTF8.self))
        }

        func webSocketReceived(binary: [UInt8]) {}

        func webSocketClosed(code: UInt16, reason: String) {
            result.closes.append(code)
        }
    }

    private func open(
        _ script: Script, _ target: String = "/ws", at endpoint: Endpoint? = nil,
        fields: [(name: String, value: String)] = [], subprotocols: [String] = [], deadline: UInt64 = 5_000
    ) -> Result {
        let result = Result()
        result.opening = script.client.openWebSocket(
            target, at: endpoint ?? script.endpoint, fields: fields, subprotocols: subprotocols,
            deadlineMilliseconds: deadline,
            opened: {
                result.socket = $0
                return Listener(result)
            }, failed: { result.faults.append($0) })
        return result
    }

    private func key(of request: String) -> String {
        for line in request.split(separator: "\r\n") where line.hasPrefix("Sec-WebSocket-Key: ") {
            return String(line.dropFirst(19))
        }
        return ""
    }

    private func acceptance(_ request: String, more: String = "") -> String {
        let accept = WebSocketHandshake.acceptValue(forKey: key(of: request))
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(accept)\r\n\(more)\r\n"
    }

    private func frame(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendWebSocketFrame(.text, Array(text.utf8).span)
        return bytes
    }

    @Test func `a good answer makes a WebSocket, and messages go both ways`() throws {
        let script = try Script()
        let result = open(script, "/ws?a=b", fields: [("Cookie", "c=d")])
        let peer = try script.accept()
        let request = try peer.request()
        #expect(
            request
                == "GET /ws?a=b HTTP/1.1\r\nHost: \(script.endpoint.authority)\r\nCookie: c=d\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: \(key(of: request))\r\nSec-WebSocket-Version: 13\r\n\r\n")
        #expect(Base64.padded.decode(key(of: request))?.count == 16)
        try peer.send(acceptance(request))
        try script.turn(until: { result.socket != nil }, "the socket")
        result.socket?.send(text: "hi")
        // Two bytes of head, four of mask, two of text.
        let heard = try peer.heard(8)
        #expect(heard[0] == 0x81 && heard[1] == 0x82)
        #expect([heard[6] ^ heard[2], heard[7] ^ heard[3]] == Array("hi".utf8))
        try peer.send(frame("hello"))
        try script.turn(until: { result.texts == ["hello"] }, "the message")
        peer.close()
        try script.turn(until: { result.closes == [1006] }, "the close")
        #expect(result.faults.isEmpty)
    }

    @Test(arguments: [false, true])
    func `messages glued behind the answer are not lost`(isDripped: Bool) throws {
        let script = try Script()
        let result = open(script)
        let peer = try script.accept()
        let request = try peer.request()
        let bytes = Array(("HTTP/1.1 103 Early Hints\r\n\r\n" + acceptance(request)).utf8) + frame("one") + frame("two")
        if isDripped { try peer.drip(bytes) } else { try peer.send(bytes) }
        try script.turn(until: { result.texts.count == 2 }, "both messages")
        #expect(result.texts == ["one", "two"])
    }

    @Test func `each opening has a key of its own`() throws {
        let script = try Script()
        let results = [open(script), open(script)]
        let keys = [key(of: try script.accept().request()), key(of: try script.accept().request())]
        #expect(keys[0] != keys[1])
        _ = results
    }

    @Test func `the subprotocol chosen is known to the owner`() throws {
        let script = try Script()
        let chosen = open(script, subprotocols: ["chat.v2", "chat.v1"])
        let peer = try script.accept()
        let request = try peer.request()
        #expect(request.contains("\r\nSec-WebSocket-Protocol: chat.v2, chat.v1\r\n"))
        try peer.send(acceptance(request, more: "Sec-WebSocket-Protocol: chat.v1\r\n"))
        try script.turn(until: { chosen.socket != nil }, "the socket")
        #expect(chosen.socket?.subprotocol == "chat.v1")

        let none = open(script, subprotocols: ["chat.v2"])
        let other = try script.accept()
        try other.send(acceptance(try other.request()))
        try script.turn(until: { none.socket != nil }, "the socket")
        #expect(none.socket?.subprotocol == nil)
    }

    @Test(arguments: [
        "Sec-WebSocket-Protocol: other\r\n",
        "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: b\r\n",
        "Sec-WebSocket-Extensions: permessage-deflate\r\n",
    ])
    func `what was not offered is refused`(field: String) throws {
        let script = try Script()
        let result = open(script, subprotocols: ["a", "b"])
        let peer = try script.accept()
        try peer.send(acceptance(try peer.request(), more: field))
        try script.turn(until: { !result.faults.isEmpty }, "the refusal")
        #expect(result.fault == .notAWebSocket(status: 101))
        try peer.awaitEnd()
    }

    @Test(arguments: [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", ClientFault.notAWebSocket(status: 403)),
        ("HTTP/1.1 200 OK\r\n\r\n", .notAWebSocket(status: 200)),
        (
            "HTTP/1.1 101 A\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", .notAWebSocket(status: 101)
        ),
        ("HTTP/1.1 101 A\r\n\r\n", .notAWebSocket(status: 101)),
        ("nonsense, long enough\r\n", .malformed(.malformedVersion)),
        ("HTTP/1.1 101 A\r\nUpgrade", .closedEarly),
        ("", .closedEarly),
    ])
    func `another answer is a fault, told once`(bytes: String, fault: ClientFault) throws {
        let script = try Script()
        let result = open(script)
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send(bytes)
        peer.endSending()
        try script.turn(until: { !result.faults.isEmpty }, "the fault")
        try peer.awaitEnd()
        #expect(result.fault == fault)
    }

    @Test func `an opening fails where it can't connect, but not before its caller has gone on`() throws {
        let script = try Script()
        let refused = open(script, at: try RawListener().endpoint)
        let nowhere = open(script, at: Endpoint(.unix(path: "\(P_tmpdir)/parley-client-nowhere.sock")))
        let unsendable = open(script, subprotocols: ["a\r\nb"])
        let results = [refused, nowhere, unsendable]
        #expect(results.allSatisfy { $0.faults.isEmpty })
        for result in results {
            try script.turn(until: { !result.faults.isEmpty }, "the fault")
        }
        #expect(refused.fault?.isConnection(code: ECONNREFUSED) == true)
        #expect(nowhere.fault?.isConnection(code: ENOENT) == true)
        #expect(unsendable.fault == .unsendable(.fieldValue))
        #expect(try !script.hasConnection())
    }

    @Test func `the deadline ends connecting and waiting for the answer`() throws {
        let listener = try RawListener(backlog: 0)
        let fillers = listener.fillBacklog()
        let script = try Script()
        let connecting = open(script, at: listener.endpoint, deadline: 20)
        let waiting = open(script, deadline: 20)
        let peer = try script.accept()
        try peer.send("HTTP/1.1 101")
        for result in [connecting, waiting] {
            try script.turn(until: { !result.faults.isEmpty }, "the deadline")
            #expect(result.fault == .deadlinePassed)
        }
        try peer.awaitEnd()
        _ = fillers
    }

    @Test func `an opening can be given up until it is open`() throws {
        let script = try Script()
        let given = open(script)
        let peer = try script.accept()
        given.opening.cancel()
        given.opening.cancel()
        #expect(given.fault == .cancelled)
        try peer.awaitEnd()

        let kept = open(script)
        let other = try script.accept()
        try other.send(acceptance(try other.request()))
        try script.turn(until: { kept.socket != nil }, "the socket")
        kept.opening.cancel()
        #expect(try other.isStillOpen())
        #expect(kept.faults.isEmpty)
    }

    @Test func `nothing of an opening stays behind, whoever keeps its handle`() throws {
        let script = try Script()
        let result = open(script)
        let peer = try script.accept()
        try peer.send(acceptance(try peer.request()))
        try script.turn(until: { result.socket != nil }, "the socket")
        weak let socket = result.socket
        result.socket?.cut()
        result.socket = nil
        try peer.awaitEnd()
        #expect(socket == nil)
        #expect(result.closes == [1006])
    }
}
