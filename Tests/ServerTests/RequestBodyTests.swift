import EventLoop
import Server
import Testing
import Wire

struct RequestBodyTests {
    private static let routes: @Sendable (Desk) -> [Route] = { desk in
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            Route(.post, "/whole", body: .buffered(bytesMax: 10)) { exchange in
                exchange.answer(.text(200, String(decoding: exchange.body, as: UTF8.self)))
            },
            Route(.post, "/none") { exchange in
                desk.notes.append("handled")
                exchange.answer(.text(200, "\(exchange.body.count)"))
            },
            Route(.post, "/stream", body: .streamed(bytesMax: 64 << 20)) { exchange in
                let sink = NotingSink(exchange, desk)
                desk.kept = [sink]
                exchange.receiveBody(into: sink)
            },
            Route(.post, "/stream/10", body: .streamed(bytesMax: 10)) { exchange in
                exchange.receiveBody(into: NotingSink(exchange, desk))
            },
            Route(.post, "/unread", body: .streamed(bytesMax: 1 << 20)) { desk.exchanges.append($0) },
        ]
    }

    // MARK: Buffered

    @Test(arguments: ["", "123456789", "1234567890"])
    func `a body up to the limit is taken`(body: String) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(post("/whole", body: body)).text == body)
            let chunk = body.isEmpty ? "" : "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n"
            #expect(try client.ask(postChunked("/whole", body: chunk + "0\r\n\r\n")).text == body)
            let single = body.map { "1\r\n\($0)\r\n" }.joined()
            #expect(try client.ask(postChunked("/whole", body: single + "0\r\n\r\n")).text == body)
        }
    }

    @Test func `a body one byte longer is refused by its length, and the connection goes on`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask(post("/whole", body: "12345678901"))
            #expect(response.status == 413)
            #expect(!response.closes)
            #expect(try client.ask(post("/whole", body: "1234567890")).status == 200)
        }
    }

    @Test func `a body of a length beyond all measure is refused before it comes`() throws {
        try withServer(routes: Self.routes) { server in
            for path in ["/whole", "/none", "/stream", "/stream/10"] {
                let client = try RawClient(server.address)
                let response = try client.ask(postHead(path, length: Int.max))
                #expect(response.status == 413, "\(path)")
                #expect(response.closes)
                // The client may wait for the end with its body: it must not have to wait for a deadline.
                #expect(try client.isClosedNow())
            }
            #expect(server.notes == [])
        }
    }

    @Test func `chunks that grow over the limit are refused on the way`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postChunked("/whole", body: "5\r\n12345\r\n5\r\n67890\r\n"))
            #expect(client.isSilent(forMilliseconds: 20))
            try client.send("1\r\n1\r\n")
            let response = try client.response()
            #expect(response.status == 413)
            #expect(response.closes)
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a refused client that goes on sending chunks still reads why`() throws {
        var limits = ServerLimits()
        limits.lingerMilliseconds = 10_000
        try withServer(limits: limits, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postChunked("/whole"))
            let chunk = Array("2000\r\n".utf8) + pattern(0x2000) + Array("\r\n".utf8)
            for _ in 0..<300 { try client.send(chunk) }
            #expect(try client.response().status == 413)
            #expect(try client.isClosedNow())
        }
    }

    // MARK: Not wanted

    @Test func `a route without a body reads a small one and forgets it`() throws {
        var limits = ServerLimits()
        limits.discardedBytesMax = 1_000
        try withServer(limits: limits, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(post("/none", body: "{}")).text == "0")
            #expect(try client.ask(post("/none", body: String(repeating: "x", count: 1_000))).text == "0")
            #expect(try client.ask(postChunked("/none", body: "2\r\n{}\r\n0\r\n\r\n")).text == "0")
            #expect(server.notes.count == 3)
            #expect(try client.ask(post("/none", body: String(repeating: "x", count: 1_001))).status == 413)
            #expect(try client.isClosedNow())
            #expect(server.notes.count == 3)
        }
    }

    @Test func `a route without a body refuses large chunks`() throws {
        var limits = ServerLimits()
        limits.discardedBytesMax = 1_000
        try withServer(limits: limits, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postChunked("/none", body: "3e9\r\n" + String(repeating: "x", count: 1_001)))
            #expect(try client.response().status == 413)
            #expect(try client.isClosedNow())
            #expect(server.notes == [])
        }
    }

    // MARK: Streamed

    @Test func `a streamed body comes as it is sent`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postHead("/stream", length: 10))
            try client.send("12345")
            let half = server.eventuallyOnLoop { ($0.kept.first as? NotingSink)?.count == 5 }
            #expect(half)
            #expect(server.notes == [])
            try client.send("67890")
            #expect(try client.response().text == "10")
            let received = server.onLoop { ($0.kept[0] as? NotingSink)?.received ?? [] }
            #expect(received == Array("1234567890".utf8))
            #expect(server.notes == ["ended"])
            #expect(try client.ask(post("/stream")).text == "0")
            #expect(try client.ask(postChunked("/stream", body: "2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n")).text == "3")
            server.onLoop { $0.kept = [] }
        }
    }

    @Test func `a sink is let go of, however it ends`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(post("/stream/10", body: "1234567890")).status == 200)
            #expect(try client.ask(post("/stream/10", body: "12345678901")).status == 413)
            try client.send(postChunked("/stream/10", body: "b\r\n12345678901\r\n"))
            #expect(try client.response().status == 413)
            let isReleased = server.eventuallyOnLoop { $0.notes == ["ended", "released", "aborted", "released"] }
            #expect(isReleased)
        }
    }

    @Test func `a body that nobody takes is thrown away until its end`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(post("/unread", body: String(repeating: "x", count: 200_000)))
            server.waitForExchanges(1)
            server.onLoop { $0.exchanges[0].answer(.text(200, "late")) }
            #expect(try client.response().text == "late")
            #expect(try client.ask(get("/")).text == "here")
            server.onLoop { $0.exchanges = [] }
        }
    }

    @Test func `a slow sink stops the client, and nothing piles up`() throws {
        let total = 64 << 20
        let sent = Box<Int>()
        let answer = Box<String>()
        try withServer(routes: Self.routes) { server in
            let block = pattern(1 << 20)
            let client = try Thread(name: "sender") {
                do {
                    let client = try RawClient(server.address)
                    try client.send(postHead("/stream", length: total))
                    for count in 1...64 {
                        try client.send(block)
                        sent.value = count << 20
                    }
                    answer.value = try client.response().text
                } catch {
                    answer.value = "\(error)"
                }
            }
            let began = server.eventuallyOnLoop { ($0.kept.first as? NotingSink)?.count ?? 0 > 0 }
            #expect(began)
            let (count, bound) = server.onLoop { desk -> (Int, Int) in
                let sink = desk.kept[0] as! NotingSink  // kept by the route
                sink.pause()
                return (sink.count, EventLoop.scratchBytes)
            }
            // What the kernel holds for both sides is all that the client can get rid of.
            var last = -1
            let isStopped = eventually {
                defer { last = sent.value ?? 0 }
                pause(milliseconds: 30)
                return sent.value ?? 0 == last
            }
            #expect(isStopped)
            #expect(sent.value ?? 0 < count + (24 << 20))
            #expect(answer.value == nil)
            let isEnded = server.eventuallyOnLoop { desk in
                let sink = desk.kept[0] as! NotingSink
                guard sink.countWhilePaused <= bound, desk.notes == [] else { return true }
                sink.pausesEvery = 4 << 20
                sink.resume()
                return false
            }
            #expect(isEnded)
            client.join()
            #expect(answer.value == "\(total)")
            let countWhilePaused = server.onLoop { ($0.kept[0] as! NotingSink).countWhilePaused }
            #expect(countWhilePaused <= bound)
            server.onLoop { $0.kept = [] }
        }
    }

    @Test(arguments: [true, false])
    func `a sink hears that the client is gone`(isRude: Bool) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postHead("/stream/10", length: 10) + "12345")
            let began = server.eventuallyOnLoop { $0.server.connectionCount == 1 }
            #expect(began)
            if isRude { client.reset() } else { client.finishSending() }
            let isAborted = server.eventuallyOnLoop { $0.notes == ["aborted", "released"] }
            #expect(isAborted)
        }
    }

    @Test func `bad chunks are refused, and the sink hears that the rest won't come`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postChunked("/stream/10", body: "2\r\nhi\r\nx\r\n"))
            #expect(try client.response().status == 400)
            #expect(try client.isClosedNow())
            #expect(server.notes == ["aborted", "released"])
        }
    }

    // MARK: Paused

    @Test func `an answer ends the pause of its body`() throws {
        try withServer(routes: { desk in
            [
                Route(.get, "/") { $0.answer(.text(200, "here")) },
                Route(.post, "/", body: .streamed(bytesMax: 1_000)) { exchange in
                    exchange.pauseBody()
                    exchange.answer(.text(200, "enough"))
                },
            ]
        }) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(post("/", body: "some")).text == "enough")
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `an exchange that is over can't stop the next one`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(post("/unread"))
            server.waitForExchanges(1)
            server.onLoop { $0.exchanges[0].answer(.text(200, "")) }
            #expect(try client.response().status == 200)
            server.onLoop { $0.exchanges[0].pauseBody() }
            #expect(try client.ask(get("/")).text == "here")
            server.onLoop { $0.exchanges = [] }
        }
    }

    @Test func `what is pipelined behind a paused body waits its turn`() throws {
        try withServer(routes: { desk in
            [
                Route(.get, "/") { $0.answer(.text(200, "here")) },
                Route(.post, "/", body: .streamed(bytesMax: 1_000)) { exchange in
                    let sink = NotingSink(exchange, desk)
                    sink.pausesEvery = 1
                    sink.whenEnded = { _ in desk.notes.append("waiting") }
                    desk.kept = [sink]
                    exchange.receiveBody(into: sink)
                },
            ]
        }) { server in
            let client = try RawClient(server.address)
            try client.send(post("/", body: "some") + get("/"))
            let waits = server.eventuallyOnLoop { $0.notes == ["ended", "waiting"] }
            #expect(waits)
            server.onLoop { ($0.kept[0] as! NotingSink).exchange.answer(.text(200, "4")) }
            #expect(try client.response().text == "4")
            #expect(try client.response().text == "here")
            server.onLoop { $0.kept = [] }
        }
    }
}
