import EventLoop
import Server
import Testing
import Wire

/// Answers that are there before the request is.
struct EarlyAnswerTests {
    private static let routes: @Sendable (Desk) -> [Route] = { desk in
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            Route(.post, "/whole", body: .buffered(bytesMax: 1_000)) { exchange in
                exchange.answer(.text(200, "\(exchange.body.count)"))
            },
            Route(.post, "/at-once", body: .streamed(bytesMax: 1 << 30)) { $0.answer(.text(200, "enough")) },
            Route(.post, "/sink", body: .streamed(bytesMax: 1 << 30)) { exchange in
                exchange.receiveBody(into: NotingSink(exchange, desk))
            },
            // Answers in the middle: `X-At` says where.
            Route(.post, "/middle", body: .streamed(bytesMax: 1 << 30)) { exchange in
                let at = Int(exchange.request.fields.first("X-At") ?? "") ?? 0
                let sink = NotingSink(exchange, desk)
                sink.whenReceived = { sink in
                    if sink.count >= at { sink.exchange.answer(.text(200, "enough")) }
                }
                exchange.receiveBody(into: sink)
            },
            Route(.post, "/stream", body: .streamed(bytesMax: 1 << 30)) { exchange in
                desk.streams.append(exchange.answer(streaming: Response(200)))
            },
        ]
    }

    @Test(arguments: ["/at-once", "/nowhere", "/"])
    func `a client that sends a large body all the same reads its answer`(path: String) throws {
        var limits = ServerLimits()
        limits.lingerMilliseconds = 10_000
        try withServer(limits: limits, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postHead(path, length: 8 << 20))
            let block = pattern(64 * 1_024)
            for _ in 0..<128 { try client.send(block) }
            let response = try client.response()
            #expect(response.status == ["/at-once": 200, "/nowhere": 404, "/": 405][path])
            #expect(response.closes)
            #expect(try client.isClosedNow())
        }
    }

    @Test(arguments: ["/at-once", "/nowhere", "/"])
    func `a client that waits for its answer with a large body gets it, and the end`(path: String) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(postHead(path, length: 8 << 20)).closes)
            #expect(try client.isClosedNow())
        }
    }

    @Test(arguments: ["/at-once", "/nowhere", "/"])
    func `a small rest is read and the connection goes on`(path: String) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask(postHead(path, length: 1_000))
            #expect(!response.closes)
            try client.send(String(repeating: "x", count: 1_000) + get("/"))
            #expect(try client.response().text == "here")
        }
    }

    @Test func `what counts is the rest, not what was read before the answer`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postHead("/middle", length: 300_000, "X-At: 290000"))
            try client.send(pattern(290_000))
            let response = try client.response()
            #expect(response.text == "enough")
            #expect(!response.closes)
            try client.send(pattern(10_000))
            #expect(try client.ask(get("/")).text == "here")
            #expect(server.notes == ["aborted", "released"])
        }
    }

    @Test func `a sink hears nothing more once its exchange is answered`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postChunked("/middle", "X-At: 1", body: "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n"))
            let response = try client.response()
            #expect(response.text == "enough")
            // How much is to come of chunks, nobody knows.
            #expect(response.closes)
            #expect(try client.isClosedNow())
            #expect(server.notes == ["aborted", "released"])
        }
    }

    @Test func `an answer that is streamed while a large body arrives is whole`() throws {
        var limits = ServerLimits()
        limits.lingerMilliseconds = 10_000
        try withServer(limits: limits, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postHead("/stream", length: 1 << 20))
            #expect(try client.head().closes)
            try client.send(pattern(500_000))
            server.onLoop { $0.streams[0].write(Array("one".utf8)) }
            #expect(try client.chunk() == Array("one".utf8))
            server.onLoop { desk in
                desk.streams[0].write(Array("two".utf8))
                desk.streams[0].finish()
            }
            #expect(try client.chunk() == Array("two".utf8))
            #expect(try client.chunk() == nil)
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a request behind a body waits until the streamed answer is whole`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(post("/stream", body: "some") + get("/"))
            #expect(!(try client.head().closes))
            server.onLoop { $0.streams[0].write(Array("one".utf8)) }
            #expect(try client.chunk() == Array("one".utf8))
            #expect(client.isSilent(forMilliseconds: 20))
            server.onLoop { $0.streams[0].finish() }
            #expect(try client.chunk() == nil)
            #expect(try client.response().text == "here")
        }
    }

    // MARK: Expect: 100-continue

    @Test func `a client that asks is told to continue`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            for path in ["/whole", "/sink"] {
                try client.send(postHead(path, length: 5, "Expect: 100-continue"))
                let interim = try client.head()
                #expect(interim.status == 100)
                #expect(interim.fields.isEmpty)
                #expect(client.isSilent(forMilliseconds: 10))
                try client.send("hello")
                #expect(try client.response().text == "5")
                let response = try client.ask(post(path, "Expect: 100-continue", body: "hello"))
                #expect(response.isContinued)
                #expect(response.text == "5")
            }
            try client.send(postChunked("/whole", "Expect: 100-continue"))
            #expect(try client.head().status == 100)
            #expect(try client.ask("2\r\nhi\r\n0\r\n\r\n").text == "2")
        }
    }

    @Test(arguments: [("/whole", 413), ("/nowhere", 404), ("/", 405), ("/at-once", 200)])
    func `a client that asks is refused without a 100, and needs not send its body`(path: String, status: Int) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask(postHead(path, length: 1_001, "Expect: 100-continue"))
            #expect(response.status == status)
            #expect(!response.isContinued)
            // Whether the body comes now can't be known, so the next request can't be found.
            #expect(response.closes)
            #expect(try client.isClosedNow())
        }
    }

    @Test func `nothing is said to a client that asks without a body, or in HTTP 1 0`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask(post("/whole", "Expect: 100-continue"))
            #expect(!response.isContinued)
            #expect(response.text == "0")
            let old = try client.ask("POST /whole HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nhi")
            #expect(!old.isContinued)
            #expect(old.text == "2")
        }
    }

    @Test func `a client that was told to continue sends what it promised`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postHead("/middle", length: 1_000, "Expect: 100-continue", "X-At: 10"))
            #expect(try client.head().status == 100)
            try client.send(pattern(10))
            let response = try client.response()
            #expect(response.text == "enough")
            #expect(!response.closes)
            try client.send(pattern(990))
            #expect(try client.ask(get("/")).text == "here")
        }
    }
}
