import EventLoop
import Server
import Testing
import Wire

/// How long each phase of a connection may take. Deadlines are short here where one must pass, and long
/// where none may.
struct PatienceTests {
    private static let routes: @Sendable (Desk) -> [Route] = { desk in
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            Route(.get, "/wait") { desk.exchanges.append($0) },
            Route(.get, "/stream") { desk.streams.append($0.answer(streaming: Response(200))) },
            Route(.get, "/large") { $0.answer(Response(200, body: .bytes([UInt8](repeating: 0, count: 32 << 20)))) },
            Route(.post, "/whole", body: .buffered(bytesMax: 1 << 20)) { exchange in
                exchange.answer(.text(200, "\(exchange.body.count)"))
            },
            Route(.post, "/sink", body: .streamed(bytesMax: 1 << 20)) { exchange in
                desk.exchanges.append(exchange)
                exchange.whenAbandoned = { desk.notes.append("abandoned") }
                let sink = NotingSink(exchange, desk)
                sink.pausesEvery = 1
                exchange.receiveBody(into: sink)
                desk.kept = [sink]
            },
            Route(.post, "/at-once", body: .streamed(bytesMax: 1 << 20)) { $0.answer(.text(200, "enough")) },
        ]
    }

    private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
        var limits = ServerLimits()
        // Longer than a test's client waits: no other deadline may pass.
        limits.headMilliseconds = 60_000
        limits.idleMilliseconds = 60_000
        limits.paceMilliseconds = 60_000
        limits.lingerMilliseconds = 60_000
        change(&limits)
        return limits
    }

    // MARK: Heads

    @Test func `who connects and says nothing is sent away without a word`() throws {
        try withServer(limits: limits { $0.headMilliseconds = 30 }, routes: Self.routes) { server in
            let isClosed = try RawClient(server.address).isClosedNow()
            #expect(isClosed)
        }
    }

    @Test(arguments: ["G", "GET / HTTP/1.1\r\nHost: a\r\n", "\r\nG", "GET / HTTP/1.1\r\nHost: a\r\n\r"])
    func `a head that stops is answered 408`(start: String) throws {
        try withServer(limits: limits { $0.headMilliseconds = 30 }, routes: Self.routes) { server in
            let client = try server.whileStalled {
                let client = try RawClient(server.address)
                try client.send(start)
                return client
            }
            let response = try client.response()
            #expect(response.status == 408)
            #expect(response.closes)
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a head that drips gains nothing by it`() throws {
        try withServer(limits: limits { $0.headMilliseconds = 100 }, routes: Self.routes) { server in
            let client = try server.whileStalled {
                let client = try RawClient(server.address)
                try client.send("GET / HTTP/1.1\r\nX: ")
                return client
            }
            var count = 0
            while client.isSilent(forMilliseconds: 5), count < 1_000 {
                try client.send("x")
                count += 1
            }
            #expect(count < 1_000)
            #expect(try client.response().status == 408)
        }
    }

    @Test func `a second request's head has its time, too`() throws {
        try withServer(limits: limits { $0.headMilliseconds = 30 }, routes: Self.routes) { server in
            let client = try server.whileStalled {
                let client = try RawClient(server.address)
                try client.send(get("/"))
                return client
            }
            #expect(try client.response().text == "here")
            try client.send("GET / HT")
            #expect(try client.response().status == 408)
            #expect(try client.isClosedNow())
        }
    }

    // MARK: Idle

    @Test func `a connection that is idle is closed without a word`() throws {
        try withServer(limits: limits { $0.idleMilliseconds = 30 }, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(get("/")).text == "here")
            #expect(try client.isClosedNow())
        }
    }

    @Test func `time that it takes to answer is not idle time`() throws {
        try withServer(
            limits: limits {
                $0.idleMilliseconds = 20; $0.paceMilliseconds = 20
            }, routes: Self.routes
        ) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait"))
            server.waitForExchanges(1)
            pause(milliseconds: 100)
            server.onLoop { $0.exchanges[0].answer(.text(200, "at last")) }
            #expect(try client.response().text == "at last")
            #expect(try client.isClosedNow())
        }
    }

    // MARK: Bodies

    @Test(arguments: ["/whole", "/nowhere", "/at-once"])
    func `a body that stops ends the connection`(path: String) throws {
        try withServer(
            limits: limits {
                $0.paceMilliseconds = 30; $0.lingerMilliseconds = 30
            }, routes: Self.routes
        ) { server in
            let client = try RawClient(server.address)
            try client.send(postHead(path, length: 10) + "12345")
            #expect(try client.response().status == ["/whole": 408, "/nowhere": 404, "/at-once": 200][path])
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a streamed body that stops is aborted, and an answer comes too late`() throws {
        try withServer(limits: limits { $0.paceMilliseconds = 30 }, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(postHead("/sink", length: 10))
            server.waitForExchanges(1)
            let ticket = try #require(server.onLoop { $0.exchanges[0].ticket })
            let response = try client.response()
            #expect(response.status == 408)
            #expect(response.closes)
            #expect(server.notes == ["aborted", "abandoned"])
            #expect(server.answers.post(RemoteAnswer(to: ticket, .text(200, "late"))))
            server.onLoop { desk in
                desk.exchanges[0].pauseBody()
                desk.exchanges[0].answer(.text(200, "late"))
            }
            #expect(try client.isClosedNow())
            server.onLoop { $0.kept = [] }
        }
    }

    @Test func `a body that moves as fast as it must has any time`() throws {
        try withServer(
            limits: limits {
                $0.paceMilliseconds = 20; $0.paceBytesMin = 0
            }, routes: Self.routes
        ) { server in
            let client = try RawClient(server.address)
            try client.send(postHead("/whole", length: 10) + "12345")
            pause(milliseconds: 100)
            #expect(try client.ask("67890").text == "10")
        }
    }

    @Test func `a client is not blamed for a body that we don't read`() throws {
        try withServer(
            limits: limits {
                $0.paceMilliseconds = 20; $0.paceBytesMin = 1_000
            }, routes: Self.routes
        ) { server in
            let client = try RawClient(server.address)
            try client.send(postHead("/sink", length: 10) + "1")
            let isPaused = server.eventuallyOnLoop { ($0.kept.first as? NotingSink)?.count == 1 }
            #expect(isPaused)
            pause(milliseconds: 100)
            #expect(server.notes == [])
            try client.send("234567890")
            server.onLoop { ($0.kept[0] as! NotingSink).resume() }
            #expect(try client.response().text == "10")
            server.onLoop { $0.kept = [] }
        }
    }

    // MARK: Answers

    @Test func `a handler may take as long as it needs`() throws {
        let limits = limits {
            $0.headMilliseconds = 20
            $0.idleMilliseconds = 20
            $0.paceMilliseconds = 20
            $0.lingerMilliseconds = 20
        }
        try withServer(limits: limits, routes: Self.routes) { server in
            for path in ["/wait", "/stream"] {
                let client = try server.whileStalled {
                    let client = try RawClient(server.address)
                    try client.send(get(path))
                    return client
                }
                let came = server.eventuallyOnLoop { $0.exchanges.count + $0.streams.count > 0 }
                #expect(came)
                pause(milliseconds: 100)
                server.onLoop { desk in
                    desk.exchanges.first?.answer(.text(200, "at last"))
                    desk.streams.first?.write(Array("at last".utf8))
                    desk.streams.first?.finish()
                    desk.exchanges = []
                    desk.streams = []
                }
                #expect(try client.response().text == "at last")
            }
        }
    }

    @Test func `who does not read its answer is cut off`() throws {
        try withServer(limits: limits { $0.paceMilliseconds = 30 }, routes: Self.routes) { server in
            for last in [get("/large"), get("/large", "Connection: close")] {
                let client = try RawClient(server.address, receiveBuffer: 4_096)
                try client.send(last)
                let length = try #require(Int(try client.head()["Content-Length"] ?? ""))
                let isGone = eventually { server.quota.total == 0 }
                #expect(isGone)
                #expect(throws: RawClient.Fault.self) { try client.skip(length) }
            }
        }
    }

    // MARK: Goodbyes

    @Test func `who does not go when its answer is the last is left`() throws {
        try withServer(limits: limits { $0.lingerMilliseconds = 30 }, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(get("/", "Connection: close")).closes)
            let isGone = eventually { server.quota.total == 0 }
            #expect(isGone)
        }
    }

    @Test func `who goes on sending after its answer was the last is left`() throws {
        try withServer(limits: limits { $0.lingerMilliseconds = 50 }, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(get("/", "Connection: close")).closes)
            let isLeft = eventually {
                (try? client.send("more")) == nil
            }
            #expect(isLeft)
        }
    }

    @Test func `who goes when its answer is the last need not be waited for`() throws {
        try withServer(limits: limits { _ in }, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(get("/", "Connection: close")).closes)
            #expect(try client.isClosedNow())
            client.finishSending()
            let isGone = eventually { server.quota.total == 0 }
            #expect(isGone)
        }
    }
}
