import EventLoop
import Testing
import Wire

@testable import Server

/// Handlers that answer when the handler has long returned, and requests that wait behind them.
struct LaterAnswerTests {
    private static let routes: @Sendable (Desk) -> [Route] = { desk in
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            .anyMethod("/wait", body: .buffered(bytesMax: 1_000)) { exchange in
                exchange.whenAbandoned = { desk.notes.append("abandoned") }
                desk.exchanges.append(exchange)
            },
        ]
    }

    private func answer(_ index: Int, _ text: String, on server: TestServer) {
        server.onLoop { $0.exchanges[index].answer(.text(200, text)) }
    }

    private func ticket(_ index: Int, on server: TestServer) throws -> ExchangeTicket {
        try #require(server.onLoop { $0.exchanges[index].ticket })
    }

    @Test func `an answer comes later on the same loop`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait"))
            server.waitForExchanges(1)
            #expect(client.isSilent(forMilliseconds: 10))
            answer(0, "later", on: server)
            #expect(try client.response().text == "later")
            #expect(try client.ask(get("/")).text == "here")
            #expect(server.notes == [])
        }
    }

    @Test func `an answer comes from another thread`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            for index in 0..<3 {
                try client.send(get("/wait"))
                server.waitForExchanges(index + 1)
                #expect(server.answers.post(RemoteAnswer(to: try ticket(index, on: server), .text(200, "\(index)"))))
                #expect(try client.response().text == "\(index)")
            }
        }
    }

    @Test func `an answer from another thread to a client that is gone is dropped`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait"))
            server.waitForExchanges(1)
            let ticket = try ticket(0, on: server)
            client.reset()
            let isAbandoned = server.eventuallyOnLoop { $0.notes == ["abandoned"] }
            #expect(isAbandoned)
            // Its place on the loop is another connection's by now, with an exchange of the same number.
            let second = try RawClient(server.address)
            try second.send(get("/wait"))
            server.waitForExchanges(2)
            #expect(server.answers.post(RemoteAnswer(to: ticket, .text(200, "for the first"))))
            answer(0, "for the first", on: server)
            let late = server.onLoop { $0.exchanges[0].ticket == nil }
            #expect(late)
            answer(1, "for the second", on: server)
            #expect(try second.response().text == "for the second")
            #expect(server.notes == ["abandoned"])
        }
    }

    @Test func `a second answer from another thread never answers the next request`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait"))
            server.waitForExchanges(1)
            let ticket = try ticket(0, on: server)
            #expect(server.answers.post(RemoteAnswer(to: ticket, .text(200, "first"))))
            #expect(try client.response().text == "first")
            try client.send(get("/wait"))
            server.waitForExchanges(2)
            #expect(server.answers.post(RemoteAnswer(to: ticket, .text(200, "first again"))))
            #expect(client.isSilent(forMilliseconds: 10))
            answer(1, "second", on: server)
            #expect(try client.response().text == "second")
        }
    }

    @Test func `a ticket that is asked for late is not the next request's`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait"))
            server.waitForExchanges(1)
            answer(0, "first", on: server)
            #expect(try client.response().text == "first")
            try client.send(get("/wait"))
            server.waitForExchanges(2)
            #expect(server.answers.post(RemoteAnswer(to: try ticket(0, on: server), .text(200, "for the first"))))
            #expect(client.isSilent(forMilliseconds: 10))
            answer(1, "second", on: server)
            #expect(try client.response().text == "second")
        }
    }

    // MARK: Pipelined

    @Test func `pipelined requests are answered in order, one at a time`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait") + get("/") + post("/wait", body: "some") + get("/") + get("/wait"))
            for (index, text) in ["one", "two", "three"].enumerated() {
                server.waitForExchanges(index + 1)
                answer(index, text, on: server)
                #expect(try client.response().text == text)
                if index < 2 { #expect(try client.response().text == "here") }
            }
            let bodies = server.onLoop { $0.exchanges.map(\.body) }
            #expect(bodies == [[], Array("some".utf8), []])
        }
    }

    @Test func `a client that sends no more still gets all its answers`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait") + get("/wait") + get("/") + get("/wait"))
            client.finishSending()
            for (index, text) in ["one", "two", "three"].enumerated() {
                server.waitForExchanges(index + 1)
                answer(index, text, on: server)
                #expect(try client.response().text == text)
                if index == 1 { #expect(try client.response().text == "here") }
            }
            #expect(try client.isClosedNow())
            #expect(server.notes == [])
        }
    }

    @Test func `an end that comes together with an answer does not end what waits behind it`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait") + get("/"))
            server.waitForExchanges(1)
            server.whileStalled {
                // The loop sees both in one turn, in this order, and what waits only at the turn's end.
                server.post { $0.exchanges[0].answer(.text(200, "one")) }
                client.finishSending()
            }
            #expect(try client.response().text == "one")
            #expect(try client.response().text == "here")
            #expect(try client.isClosedNow())
        }
    }

    @Test func `half a request behind a whole one ends with the client`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait") + "GET / HT")
            client.finishSending()
            server.waitForExchanges(1)
            answer(0, "one", on: server)
            #expect(try client.response().text == "one")
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a bad request behind a slow one is refused after it`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait") + "bad\r\n\r\n")
            server.waitForExchanges(1)
            #expect(client.isSilent(forMilliseconds: 10))
            answer(0, "one", on: server)
            #expect(try client.response().text == "one")
            #expect(try client.response().status == 400)
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a client that goes away politely before its answer is let go of`() throws {
        try withServer(routes: Self.routes) { server in
            try RawClient(server.address).send(get("/wait"))
            server.waitForExchanges(1)
            answer(0, "nobody reads this", on: server)
            let isGone = eventually { server.quota.total == 0 }
            #expect(isGone)
        }
    }

    @Test func `a client that goes away while requests wait leaves nothing behind`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait") + get("/wait"))
            server.waitForExchanges(1)
            client.reset()
            let isAbandoned = server.eventuallyOnLoop { $0.notes == ["abandoned"] && $0.exchanges.count == 1 }
            #expect(isAbandoned)
        }
    }

    @Test func `an answer while the connection is being lost does nothing`() throws {
        try withServer(routes: { desk in
            [
                Route(.get, "/wait") { exchange in
                    desk.exchanges.append(exchange)
                    exchange.whenAbandoned = { [unowned exchange] in
                        exchange.answer(.text(200, "too late"))
                        desk.notes.append("answered")
                    }
                }
            ]
        }) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait"))
            server.waitForExchanges(1)
            client.reset()
            let isAnswered = server.eventuallyOnLoop { $0.notes == ["answered"] }
            #expect(isAnswered)
        }
    }

    // MARK: Pipelined, and not read

    @Test func `who does not read its answers is not given more of them`() throws {
        let block = pattern(1 << 20)
        try withServer(routes: { desk in
            [
                Route(.get, "/large") { exchange in
                    desk.notes.append("large")
                    exchange.answer(Response(200, body: .bytes(block)))
                }
            ]
        }) { server in
            let client = try RawClient(server.address)
            try client.send(String(repeating: get("/large"), count: 48))
            client.finishSending()
            var count = 0
            let isStopped = eventually {
                let last = count
                pause(milliseconds: 20)
                count = server.notes.count
                return count > 0 && count == last
            }
            #expect(isStopped)
            // A few megabytes fit into the kernel's buffers; of the others only one may wait in ours.
            #expect(count < 24)
            for _ in 0..<48 {
                let head = try client.head()
                #expect(head["Content-Length"] == "\(block.count)")
                let isWhole = try client.bytes(block.count) == block
                #expect(isWhole)
            }
            #expect(try client.isClosedNow())
        }
    }
}
