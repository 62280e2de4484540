import EventLoop
import Server
import Testing
import WebSockets
import Wire

struct UpgradeTests {
    private final class Echo: WebSocketOwner {
        private let socket: WebSocket
        private unowned let desk: Desk

        init(_ socket: WebSocket, _ desk: Desk) {
            self.socket = socket
            self.desk = desk
        }

        func webSocketReceived(text: [UInt8]) {
            socket.send(text: text)
        }

        func webSocketReceived(binary: [UInt8]) {
            socket.send(binary: binary)
        }

        func webSocketClosed(code: UInt16, reason: String) {
            desk.notes.append("closed \(code)")
        }
    }

    private static let routes: @Sendable (Desk) -> [Route] = { desk in
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            Route(.get, "/ws") { exchange in exchange.upgrade { Echo($0, desk) } },
            Route(.get, "/chosen") { exchange in
                exchange.upgrade(subprotocol: exchange.request.target.query.first("name")) { Echo($0, desk) }
            },
            .anyMethod("/any") { exchange in exchange.upgrade { Echo($0, desk) } },
            .anyMethod("/early", body: .streamed(bytesMax: 1_000)) { exchange in
                exchange.upgrade { Echo($0, desk) }
            },
            Route(.get, "/wait") { desk.exchanges.append($0) },
        ]
    }

    private static func upgrade(_ desk: Desk) {
        desk.exchanges[0].upgrade { Echo($0, desk) }
    }

    /// Says goodbye, so that nobody has to wait for the other.
    private func leave(_ client: RawClient, code: UInt16 = 1_000) throws {
        try client.send(RawClient.frame(close: code))
        #expect(try client.closeCode() == Int(code))
        #expect(try client.isClosedNow())
    }

    @Test func `a handshake makes a WebSocket`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(get("/")).text == "here")
            try client.send(RawClient.handshake("/ws"))
            let head = try client.head()
            #expect(head.status == 101)
            #expect(head["Sec-WebSocket-Accept"] == RawClient.webSocketAccept)
            #expect(head["Upgrade"] == "websocket")
            #expect(head["Connection"] == "Upgrade")
            #expect(head["Content-Length"] == nil)
            #expect(head["Sec-WebSocket-Protocol"] == nil)
            try client.send(RawClient.frame(text: "one"))
            #expect(try client.message() == "one")
            #expect(server.quota.total == 1)
            try leave(client)
            let isClosed = server.eventuallyOnLoop { $0.notes == ["closed 1000"] }
            #expect(isClosed)
        }
    }

    @Test func `a client may send before it has the answer`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(
                Array((get("/") + RawClient.handshake("/ws")).utf8) + RawClient.frame(text: "one")
                    + RawClient.frame(text: "two"))
            #expect(try client.response().text == "here")
            #expect(try client.head().status == 101)
            #expect(try client.message() == "one")
            #expect(try client.message() == "two")
            try leave(client)
        }
    }

    @Test func `an upgrade may be decided later`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(Array(RawClient.handshake("/wait").utf8) + RawClient.frame(text: "one"))
            server.waitForExchanges(1)
            try client.send(RawClient.frame(text: "two"))
            #expect(client.isSilent(forMilliseconds: 10))
            server.onLoop { Self.upgrade($0) }
            #expect(try client.head().status == 101)
            #expect(try client.message() == "one")
            #expect(try client.message() == "two")
            try leave(client)
        }
    }

    @Test func `a subprotocol that is chosen is named`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(RawClient.handshake("/chosen?name=chat", "Sec-WebSocket-Protocol: chat, other"))
            #expect(try client.head()["Sec-WebSocket-Protocol"] == "chat")
            try leave(client)
            let other = try RawClient(server.address)
            let refused = try other.ask(RawClient.handshake("/chosen?name=a%0D%0Ab:%20c"))
            #expect(refused.status == 400)
            #expect(refused["b"] == nil)
        }
    }

    @Test(arguments: [
        ("Upgrade: websocket", "Upgrade: h2c"), ("Upgrade: websocket", "X: y"), ("keep-alive, Upgrade", "keep-alive"),
        ("Sec-WebSocket-Key: ", "X-Key: "), ("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ"),
        ("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==, AAAA"), ("GET ", "POST "),
    ])
    func `what is no handshake is refused, and the connection goes on`(part: String, other: String) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let good = RawClient.handshake("/any")
            let wrong = good.replacing(part, with: other, maxReplacements: 1)
            #expect(wrong != good)
            let response = try client.ask(wrong)
            #expect(response.status == 400)
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `another version is told which one is spoken`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let handshake = RawClient.handshake("/ws").split(separator: "\r\n", omittingEmptySubsequences: false)
                .map { $0.hasPrefix("Sec-WebSocket-Version") ? "Sec-WebSocket-Version: 8" : $0 }
                .joined(separator: "\r\n")
            let response = try client.ask(handshake)
            #expect(response.status == 426)
            #expect(response["Sec-WebSocket-Version"] == "13")
            #expect(response["Upgrade"] == "websocket")
            // RFC 9110, section 7.8: Upgrade is named in Connection.
            #expect(response["Connection"] == "Upgrade")
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `a request that is no GET, or of HTTP 1 0, opens nothing`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask("POST" + RawClient.handshake("/ws").dropFirst(3)).status == 405)
            let old = RawClient.handshake("/ws").split(separator: "\r\n", omittingEmptySubsequences: false)
            let lines = ["GET /ws HTTP/1.0"] + old.dropFirst().map(String.init)
            #expect(try client.ask(lines.joined(separator: "\r\n")).status == 400)
        }
    }

    @Test func `a body that is still to come is not taken for frames`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask(RawClient.handshake("/early", "Content-Length: 10"))
            #expect(response.status == 400)
            try client.send(RawClient.frame(text: "some"))
            #expect(try client.ask(get("/")).text == "here")
            try client.send(Array(RawClient.handshake("/ws", "Content-Length: 4").utf8) + Array("some".utf8))
            #expect(try client.head().status == 101)
            try leave(client)
        }
    }

    @Test func `an exchange whose client is gone, or that is over, upgrades nothing`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(RawClient.handshake("/wait"))
            server.waitForExchanges(1)
            client.reset()
            let isGone = server.eventuallyOnLoop { $0.server.connectionCount == 0 }
            #expect(isGone)
            server.onLoop { Self.upgrade($0) }
            #expect(server.notes == [])
        }
    }

    @Test func `a WebSocket whose client vanishes is counted no more`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(RawClient.handshake("/ws"))
            #expect(try client.head().status == 101)
            client.reset()
            let isClosed = server.eventuallyOnLoop { $0.notes == ["closed 1006"] }
            #expect(isClosed)
        }
    }

    @Test func `a server that stops says so to its WebSockets, and to those that come meanwhile`() throws {
        try withServer(routes: Self.routes) { server in
            let open = try RawClient(server.address)
            try open.send(RawClient.handshake("/ws"))
            #expect(try open.head().status == 101)
            let late = try RawClient(server.address)
            try late.send(RawClient.handshake("/wait"))
            server.waitForExchanges(1)
            server.onLoop { desk in
                desk.server.drain(within: 10_000) { desk.notes.append("drained") }
            }
            #expect(try open.closeCode() == 1001)
            server.onLoop { Self.upgrade($0) }
            #expect(try late.head().status == 101)
            #expect(try late.closeCode() == 1001)
            for client in [open, late] {
                try client.send(RawClient.frame(close: 1001))
                #expect(try client.isClosedNow())
            }
            let isDrained = server.eventuallyOnLoop { $0.notes == ["closed 1001", "closed 1001", "drained"] }
            #expect(isDrained)
        }
    }

    @Test func `a WebSocket that does not answer a goodbye is cut off`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(RawClient.handshake("/ws"))
            #expect(try client.head().status == 101)
            server.onLoop { desk in
                desk.server.drain(within: 30) { desk.notes.append("drained") }
            }
            #expect(try client.closeCode() == 1001)
            #expect(try client.isClosedNow())
            #expect(server.notes.last == "drained")
        }
    }
}
