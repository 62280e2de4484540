import EventLoop
import Testing
import Wire

@testable import Server

struct ResponseStreamTests {
    private static let routes: @Sendable (Desk) -> [Route] = { desk in
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            .anyMethod("/stream") { exchange in
                let length = exchange.request.target.query.first("length").flatMap { UInt64($0) }
                let status = exchange.request.target.query.first("status").flatMap { UInt16($0) } ?? 200
                let stream = exchange.answer(streaming: Response(status), length: length)
                stream.whenClosed = { desk.notes.append("closed") }
                stream.whenStopping = { desk.notes.append("stopping") }
                desk.streams.append(stream)
            },
            Route(.get, "/produce") { exchange in
                Producer(exchange.answer(streaming: Response(200)), desk).start()
            },
        ]
    }

    /// Writes 32 blocks, and waits whenever it is told that it had better.
    private final class Producer {
        static let block = pattern(1 << 20)
        static let blocks = 32

        private let stream: ResponseStream
        private unowned let desk: Desk
        private var written = 0

        init(_ stream: ResponseStream, _ desk: Desk) {
            self.stream = stream
            self.desk = desk
            desk.streams.append(stream)
        }

        func start() {
            stream.whenDrained = { self.produce() }
            stream.whenClosed = { self.desk.notes.append("closed") }
            produce()
        }

        private func produce() {
            while written < Self.blocks {
                guard !stream.isCongested else {
                    desk.notes.append("waiting with \(stream.pendingBytes >> 20)")
                    return
                }
                stream.write(Self.block)
                written += 1
            }
            stream.finish()
        }
    }

    private func write(_ text: String, on server: TestServer) {
        server.onLoop { $0.streams.last?.write(Array(text.utf8)) }
    }

    private func finish(on server: TestServer) {
        server.onLoop { $0.streams.last?.finish() }
    }

    private func waitForStream(on server: TestServer) {
        let came = server.eventuallyOnLoop { !$0.streams.isEmpty }
        #expect(came)
    }

    // MARK: How the end is told

    @Test func `without a length the body comes in chunks`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/stream"))
            let head = try client.head()
            #expect(head["Transfer-Encoding"] == "chunked")
            #expect(head["Content-Length"] == nil)
            for text in ["one", "", "seventeen letters"] { write(text, on: server) }
            #expect(try client.chunk() == Array("one".utf8))
            // Nothing at all is no chunk: an empty one would be the last.
            #expect(try client.chunk() == Array("seventeen letters".utf8))
            finish(on: server)
            #expect(try client.chunk() == nil)
            #expect(try client.ask(get("/")).text == "here")
            #expect(server.notes == [])
        }
    }

    @Test func `with a length the body comes as it is`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/stream?length=6"))
            let head = try client.head()
            #expect(head["Transfer-Encoding"] == nil)
            #expect(head["Content-Length"] == "6")
            write("one", on: server)
            #expect(try client.bytes(3) == Array("one".utf8))
            write("two", on: server)
            finish(on: server)
            #expect(try client.bytes(3) == Array("two".utf8))
            #expect(try client.ask(get("/")).text == "here")
            try client.send(get("/stream?length=0"))
            #expect(try client.head()["Content-Length"] == "0")
            finish(on: server)
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `a client of HTTP 1 0 reads until the end`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let head = try client.head()
            #expect(head["Transfer-Encoding"] == nil)
            #expect(head["Content-Length"] == nil)
            #expect(head.closes)
            write("one", on: server)
            write("two", on: server)
            finish(on: server)
            #expect(try client.rest() == Array("onetwo".utf8))
            let other = try RawClient(server.address)
            try other.send("GET /stream?length=3 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try other.head()["Connection"] == "keep-alive")
            write("one", on: server)
            finish(on: server)
            #expect(try other.bytes(3) == Array("one".utf8))
            #expect(try other.ask(get("/")).text == "here")
        }
    }

    @Test(arguments: ["HEAD /stream", "HEAD /stream?length=3", "GET /stream?status=204", "GET /stream?status=304"])
    func `where no body may be none is sent`(line: String) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send("\(line) HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try client.head()
            #expect(head["Transfer-Encoding"] == (line == "HEAD /stream" ? "chunked" : nil))
            #expect(head["Content-Length"] == (line.hasSuffix("=3") ? "3" : nil))
            write("one", on: server)
            finish(on: server)
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `the next request waits for the end`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/stream") + get("/"))
            client.finishSending()
            #expect(try client.head().status == 200)
            write("one", on: server)
            #expect(try client.chunk() == Array("one".utf8))
            #expect(client.isSilent(forMilliseconds: 10))
            finish(on: server)
            #expect(try client.chunk() == nil)
            #expect(try client.response().text == "here")
            #expect(try client.isClosedNow())
        }
    }

    @Test func `an end comes once`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/stream"))
            waitForStream(on: server)
            server.onLoop { desk in
                let stream = desk.streams[0]
                stream.write(Array("one".utf8))
                stream.finish()
                stream.finish()
                stream.write(Array("two".utf8))
                stream.abort()
                if !stream.isClosed { desk.notes.append("not closed") }
            }
            #expect(try client.response().text == "one")
            #expect(try client.ask(get("/")).text == "here")
            #expect(server.notes == [])
        }
    }

    // MARK: How it is broken off

    @Test(arguments: [false, true])
    func `a client that goes away closes the stream, once`(isRude: Bool) throws {
        try withServer(routes: Self.routes) { server in
            var client: RawClient? = try RawClient(server.address)
            try client?.send(get("/stream"))
            #expect(try client?.head().status == 200)
            if isRude { client?.reset() }
            client = nil
            // A polite goodbye looks like a client that only sends no more, until something is written.
            let isClosed = server.eventuallyOnLoop { desk in
                desk.streams[0].write(Array("one".utf8))
                return desk.notes == ["closed"]
            }
            #expect(isClosed)
            server.onLoop { desk in
                if !desk.streams[0].isClosed { desk.notes.append("not closed") }
                desk.streams[0].write(Array("two".utf8))
                desk.streams[0].finish()
                desk.streams[0].abort()
            }
            #expect(server.notes == ["closed"])
        }
    }

    @Test(arguments: ["/stream", "/stream?length=9"])
    func `an answer that is broken off is seen to be`(path: String) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get(path))
            write("one", on: server)
            waitForStream(on: server)
            server.onLoop { desk in
                desk.streams[0].write(Array("one".utf8))
                desk.streams[0].abort()
                desk.streams[0].abort()
                desk.streams[0].finish()
            }
            #expect(throws: RawClient.Fault.self) { try client.response() }
            #expect(server.notes == [])
        }
    }

    @Test func `an answer that only the end of the connection ends breaks off with an error`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send("GET /stream HTTP/1.0\r\n\r\n")
            #expect(try client.head().status == 200)
            write("one", on: server)
            #expect(try client.bytes(3) == Array("one".utf8))
            server.onLoop { $0.streams[0].abort() }
            #expect(throws: RawClient.Fault.reset) { try client.rest() }
        }
    }

    @Test func `a stream for a client that is gone goes nowhere`() throws {
        try withServer(routes: { desk in [Route(.get, "/wait") { desk.exchanges.append($0) }] }) { server in
            let client = try RawClient(server.address)
            try client.send(get("/wait"))
            server.waitForExchanges(1)
            client.reset()
            let isGone = server.eventuallyOnLoop { $0.server.connectionCount == 0 }
            #expect(isGone)
            let isClosed = server.onLoop { desk -> Bool in
                let stream = desk.exchanges[0].answer(streaming: Response(200))
                stream.write(Array("one".utf8))
                defer { stream.finish() }
                return stream.isClosed && stream.pendingBytes == 0 && !stream.isCongested
            }
            #expect(isClosed)
        }
    }

    // MARK: Backpressure

    @Test func `a producer that waits when it should holds little, however slow the client`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/produce"))
            let waits = server.eventuallyOnLoop { !$0.notes.isEmpty }
            #expect(waits)
            var total = 0
            #expect(try client.head().status == 200)
            while let chunk = try client.chunk() {
                let isWhole = chunk == Producer.block
                #expect(isWhole)
                total += chunk.count
            }
            #expect(total == Producer.blocks << 20)
            #expect(server.notes.allSatisfy { $0 == "waiting with 1" })
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `a producer whose client is gone is let go of`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            try client.send(get("/produce"))
            let waits = server.eventuallyOnLoop { !$0.notes.isEmpty }
            #expect(waits)
            client.reset()
            let isClosed = server.eventuallyOnLoop { $0.notes.last == "closed" && $0.streams[0].whenDrained == nil }
            #expect(isClosed)
        }
    }
}
