import Bytes
import Client
import EventLoop
import Glibc
import Server
import Testing
import WebSockets
import Wire

/// The client and the server of this project with each other, on one loop.
@Suite struct OwnServerTests {
    private final class Pair {
        let script: Script
        let server: Server
        let endpoint: Endpoint
        private let socket: ListeningSocket

        init(at address: SocketAddress = .ipv4(0x7F00_0001, port: 0), _ routes: [Route]) throws {
            script = try Script()
            server = Server(
                on: script.loop, router: Router(routes), limits: .init(),
                quota: ConnectionQuota(totalMax: 100, perAddressMax: 100), troubled: { _ in })
            socket = try ListeningSocket.open(at: address, count: 1)[0]
            try server.listen(on: socket)
            endpoint = Endpoint(socket.address)
        }

        deinit {
            socket.removePath()
        }
    }

    private static var routes: [Route] {
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            Route(.get, "/host") { $0.answer(.text(200, $0.request.fields.first("Host") ?? "")) },
            .anyMethod("/echo", body: .buffered(bytesMax: 1 << 20)) {
                $0.answer(Response(200, contentType: "a/b", $0.body))
            },
            Route(.get, "/stream") { exchange in
                let body = exchange.answer(streaming: Response(200))
                for number in 0..<1_000 { body.write(Array("line \(number)\n".utf8)) }
                body.finish()
            },
            Route(.get, "/ws") { exchange in
                exchange.upgrade(subprotocol: "echo") { Echo($0) }
            },
        ]
    }

    private final class Echo: WebSocketOwner {
        let socket: WebSocket

        init(_ socket: WebSocket) {
            self.socket = socket
        }

        func webSocketReceived(text: [UInt8]) { socket.send(text: text) }
        func webSocketReceived(binary: [UInt8]) { socket.send(binary: binary) }
        func webSocketClosed(code: UInt16, reason: String) {}
    }

    @Test func `many calls share a few connections`() throws {
        let pair = try Pair(Self.routes)
        let answers = (0..<200).map { _ in pair.script.ask(at: pair.endpoint) }
        for answer in answers { try pair.script.finish(answer) }
        #expect(answers.allSatisfy { $0.isWhole && $0.text == "here" })
        #expect(pair.server.connectionCount == PoolLimits().connectionsMax)
        pair.script.client.close()
        try pair.script.turn(until: { pair.server.connectionCount == 0 }, "the server to notice")
    }

    @Test func `bodies of every method and kind come back`() throws {
        let pair = try Pair(Self.routes)
        let bytes = UploadTests.pattern
        for method in [HTTPMethod.post, .put, .patch, .delete] {
            let answer = pair.script.ask(ClientRequest(method, "/echo", body: .bytes(bytes)), at: pair.endpoint)
            try pair.script.finish(answer)
            #expect(answer.isWhole && answer.body == bytes)
        }
        let head = pair.script.ask(ClientRequest(.head, "/"), at: pair.endpoint)
        try pair.script.finish(head)
        #expect(head.isWhole && head.body.isEmpty)
        let streamed = pair.script.ask(ClientRequest(.get, "/stream"), at: pair.endpoint)
        try pair.script.finish(streamed)
        #expect(streamed.isWhole && streamed.text.hasSuffix("\nline 999\n"))
        #expect(pair.server.connectionCount == 1)
    }

    @Test func `a body that the server refuses brings its refusal`() throws {
        let pair = try Pair(Self.routes)
        let answer = pair.script.ask(
            ClientRequest(.post, "/echo", body: .bytes([UInt8](repeating: 0, count: 8 << 20))), at: pair.endpoint)
        try pair.script.finish(answer)
        #expect(answer.isWhole && answer.status == 413)
        let next = pair.script.ask(at: pair.endpoint)
        try pair.script.finish(next)
        #expect(next.isWhole)
    }

    @Test func `a server at a path is asked like any other`() throws {
        let path = "\(P_tmpdir)/parley-client-own-\(getpid()).sock"
        let pair = try Pair(at: .unix(path: path), Self.routes)
        let answer = pair.script.ask(ClientRequest(.get, "/host"), at: pair.endpoint)
        try pair.script.finish(answer)
        #expect(answer.isWhole && answer.text == "localhost")
        let large = pair.script.ask(ClientRequest(.get, "/stream"), at: pair.endpoint)
        try pair.script.finish(large)
        #expect(large.isWhole && large.text.hasSuffix("\nline 999\n"))
    }

    @Test func `what a server at a path sends before it closes arrives`() throws {
        let path = "\(P_tmpdir)/parley-client-path-\(getpid()).sock"
        let script = try Script(listener: try RawListener(path: path))
        let answer = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
        #expect(peer.push(head[...]) == head.count)
        // More than one turn reads, all of it in the kernel when the other side is already gone.
        let sent = peer.push([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)[...])
        #expect(sent > EventLoop.scratchBytes)
        peer.close()
        try script.finish(answer)
        #expect(answer.isWhole && answer.body.count == sent)
    }

    @Test func `WebSockets of both sides understand each other`() throws {
        let pair = try Pair(Self.routes)
        final class Collector: WebSocketOwner {
            var texts: [String] = []
            var code: UInt16?
            func webSocketReceived(text: [UInt8]) { texts.append(String(decoding: text, as: UTF8.self)) }
            func webSocketReceived(binary: [UInt8]) {}
            func webSocketClosed(code: UInt16, reason: String) { self.code = code }
        }
        let collector = Collector()
        var socket: WebSocket?
        pair.script.client.openWebSocket(
            "/ws", at: pair.endpoint, subprotocols: ["echo"],
            opened: {
                socket = $0
                return collector
            }, failed: { Issue.record("\($0)") })
        try pair.script.turn(until: { socket != nil }, "the socket")
        #expect(socket?.subprotocol == "echo")
        let long = String(repeating: "long ", count: 40_000)
        for text in ["a", "", long] { socket?.send(text: text) }
        try pair.script.turn(until: { collector.texts.count == 3 }, "the echoes")
        #expect(collector.texts == ["a", "", long])
        socket?.close(code: 1000)
        try pair.script.turn(until: { collector.code != nil }, "the close")
        #expect(collector.code == 1000)
        try pair.script.turn(until: { pair.server.connectionCount == 0 }, "the server to let go")
    }
}
