import EventLoop
import Testing
import Wire

@testable import Server

/// A server on one loop that stops while something is under way.
struct DrainTests {
    private static let routes: @Sendable (Desk) -> [Route] = { desk in
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            Route(.get, "/wait") { desk.exchanges.append($0) },
            Route(.get, "/stream") { exchange in
                let stream = exchange.answer(streaming: Response(200))
                stream.whenStopping = {
                    desk.notes.append("stopping")
                    stream.write(Array("goodbye".utf8))
                    stream.finish()
                }
                stream.whenClosed = { desk.notes.append("closed") }
                if stream.isStopping { desk.notes.append("stops already") }
                desk.streams.append(stream)
            },
            Route(.post, "/whole", body: .buffered(bytesMax: 1_000)) { $0.answer(.text(200, "\($0.body.count)")) },
        ]
    }

    private func drain(_ server: TestServer, within milliseconds: UInt64 = 60_000) {
        server.onLoop { desk in
            desk.server.drain(within: milliseconds) { desk.notes.append("drained") }
        }
    }

    private func isDrained(_ server: TestServer) -> Bool {
        server.eventuallyOnLoop { $0.notes.last == "drained" }
    }

    @Test func `a server without connections stops at once`() throws {
        try withServer(routes: Self.routes) { server in
            drain(server)
            #expect(server.notes == ["drained"])
            #expect(throws: SystemError.self) { _ = try RawClient(server.address) }
        }
    }

    @Test func `idle connections are closed at once`() throws {
        try withServer(routes: Self.routes) { server in
            let new = try RawClient(server.address)
            let used = try RawClient(server.address)
            #expect(try used.ask(get("/")).text == "here")
            drain(server)
            #expect(try new.isClosedNow())
            #expect(try used.isClosedNow())
            #expect(isDrained(server))
        }
    }

    @Test func `a request in work is finished, and is the last`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait") + get("/"))
            server.waitForExchanges(1)
            drain(server)
            #expect(client.isSilent(forMilliseconds: 10))
            #expect(server.notes == [])
            #expect(throws: SystemError.self) { _ = try RawClient(server.address) }
            server.onLoop { $0.exchanges[0].answer(.text(200, "at last")) }
            let response = try client.response()
            #expect(response.text == "at last")
            #expect(response.closes)
            #expect(try client.isClosedNow())
            client.finishSending()
            #expect(isDrained(server))
        }
    }

    @Test func `a request that has begun to arrive is answered`() throws {
        try withServer(routes: Self.routes) { server in
            let heads = try RawClient(server.address)
            #expect(try heads.ask(get("/")).text == "here")
            try heads.send("GET / HT")
            let bodies = try RawClient(server.address)
            try bodies.send(postHead("/whole", length: 4, "Expect: 100-continue"))
            #expect(try bodies.head().status == 100)
            server.letRead()
            drain(server)
            try heads.send("TP/1.1\r\nHost: a\r\n\r\n")
            try bodies.send("some")
            for client in [heads, bodies] {
                let response = try client.response()
                #expect(response.status == 200)
                #expect(response.closes)
                #expect(try client.isClosedNow())
                client.finishSending()
            }
            #expect(isDrained(server))
        }
    }

    @Test func `a request that waits behind an answered one is not begun`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait") + get("/wait"))
            server.waitForExchanges(1)
            server.onLoop { desk in
                desk.exchanges[0].answer(.text(200, "one"))
                desk.server.drain(within: 60_000) { desk.notes.append("drained") }
            }
            #expect(try client.response().text == "one")
            #expect(try client.isClosedNow())
            #expect(isDrained(server))
            // An answer could not be sent any more: what the request asks for must not happen.
            let count = server.onLoop { $0.exchanges.count }
            #expect(count == 1)
        }
    }

    @Test func `a stream that would go on for ever ends itself`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/stream"))
            #expect(try client.head().status == 200)
            drain(server)
            #expect(try client.chunk() == Array("goodbye".utf8))
            #expect(try client.chunk() == nil)
            #expect(try client.isClosedNow())
            client.finishSending()
            #expect(isDrained(server))
            #expect(server.notes == ["stopping", "drained"])
        }
    }

    @Test func `a stream that begins while the server stops can see that`() throws {
        try withServer(routes: Self.routes) { server in
            let busy = try RawClient(server.address)
            try busy.send(get("/wait"))
            let client = try RawClient(server.address)
            try client.send("GET /stream HTTP/1.1\r\n")
            server.waitForExchanges(1)
            let areIn = server.eventuallyOnLoop { $0.server.connectionCount == 2 }
            #expect(areIn)
            server.letRead()
            drain(server)
            try client.send("Host: a\r\n\r\n")
            #expect(try client.head().closes)
            #expect(server.notes == ["stops already"])
            server.onLoop { desk in
                desk.streams[0].finish()
                desk.exchanges[0].answer(.text(200, "at last"))
            }
            #expect(try client.chunk() == nil)
            #expect(try busy.response().closes)
            #expect(try client.isClosedNow())
            #expect(try busy.isClosedNow())
            client.finishSending()
            busy.finishSending()
            #expect(isDrained(server))
        }
    }

    @Test func `what hangs is cut off in the end`() throws {
        try withServer(routes: Self.routes) { server in
            let waiting = try RawClient(server.address)
            try waiting.send(get("/wait"))
            let streaming = try RawClient(server.address)
            try streaming.send("GET /stream HTTP/1.0\r\n\r\n")
            #expect(try streaming.head().status == 200)
            server.waitForExchanges(1)
            server.onLoop { desk in
                desk.exchanges[0].whenAbandoned = { desk.notes.append("abandoned") }
                desk.streams[0].whenStopping = nil
            }
            drain(server, within: 30)
            #expect(try waiting.isClosedNow())
            // It has no other way to see that this is not the end.
            #expect(throws: RawClient.Fault.reset) { try streaming.rest() }
            #expect(isDrained(server))
            #expect(Set(server.notes) == ["abandoned", "closed", "drained"])
        }
    }
}
