import Bytes
import EventLoop
import Server
import Testing
import Wire

struct ResponseTests {
    private static let routes: @Sendable (Desk) -> [Route] = { _ in
        [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            Route(.post, "/") { $0.answer(Response(201, fields: [("Location", "/1")])) },
            Route(.get, "/last") { exchange in
                var response = Response.text(200, "last")
                response.closesConnection = true
                exchange.answer(response)
            },
            Route(.get, "/status/{status:id}") { exchange in
                guard case .integer(let status) = exchange.parameter("status") else { return }
                exchange.answer(.text(UInt16(status), "content"))
            },
            Route(.get, "/injected") { exchange in
                // What a client sent, percent-decoded, in a field of the answer.
                let value = exchange.request.target.query.first("value") ?? ""
                exchange.answer(Response(200, fields: [("X-Value", value)], body: .bytes(Array("content".utf8))))
            },
            Route(.get, "/injected/stream") { exchange in
                let stream = exchange.answer(streaming: Response(200, fields: [("X-Value", "a\r\nb: c")]))
                stream.write(Array("content".utf8))
                stream.finish()
            },
            Route(.get, "/large/{count:id}") { exchange in
                guard case .integer(let count) = exchange.parameter("count") else { return }
                exchange.answer(Response(200, body: .bytes(pattern(Int(count)))))
            },
            Route(.get, "/shared/{count:id}") { exchange in
                guard case .integer(let count) = exchange.parameter("count") else { return }
                exchange.answer(Response(200, body: .shared(SharedBytes(pattern(Int(count))))))
            },
        ]
    }

    @Test func `an answer has a date, a length and no more than it was given`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask(get("/"))
            #expect(response.fields.map(\.name) == ["Date", "Content-Type", "Content-Length"])
            #expect(response["Content-Type"] == "text/plain; charset=utf-8")
            #expect(response["Content-Length"] == "4")
            let date = try #require(response["Date"])
            #expect(date.utf8.count == 29)
            #expect(date.hasSuffix(" GMT"))
            let created = try client.ask(post("/"))
            #expect(created.status == 201)
            #expect(created["Location"] == "/1")
            #expect(created["Content-Length"] == "0")
        }
    }

    @Test func `what the connection does is said in the words of each version`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(get("/"))["Connection"] == nil)
            #expect(try client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")["Connection"] == "keep-alive")
            #expect(try client.ask(get("/last")).closes)
            #expect(try client.isClosedNow())
            let old = try RawClient(server.address)
            #expect(try old.ask("GET / HTTP/1.0\r\n\r\n").closes)
            #expect(try old.isClosedNow())
            let polite = try RawClient(server.address)
            #expect(try polite.ask(get("/", "Connection: close")).closes)
            #expect(try polite.isClosedNow())
        }
    }

    @Test func `HEAD and OPTIONS need no handler`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let head = try client.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(head.status == 200)
            #expect(head["Content-Length"] == "4")
            let options = try client.ask("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(options.status == 204)
            #expect(options["Allow"] == "GET, HEAD, POST, OPTIONS")
            #expect(options["Content-Length"] == nil)
            let all = try client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(all.status == 204)
            #expect(all["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
            #expect(try client.ask("OPTIONS /nowhere HTTP/1.1\r\nHost: a\r\n\r\n").status == 404)
            #expect(try client.ask("HEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n").status == 404)
            let wrong = try client.ask("HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(wrong.status == 404)
            let deleted = try client.ask("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(deleted.status == 405)
            #expect(deleted["Allow"] == "GET, HEAD, POST, OPTIONS")
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `an answer that may have no content has none, whatever its handler says`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            for status in [204, 304] {
                let response = try client.ask(get("/status/\(status)"))
                #expect(response.status == status)
                #expect(response["Content-Length"] == nil)
                // The next answer is found where the last one ended.
                #expect(try client.ask(get("/")).text == "here")
            }
            #expect(try client.ask(get("/status/404")).text == "content")
        }
    }

    @Test(arguments: ["%0D%0AX-Injected:%20yes", "a%0Ab", "a%0Db", "a%00b", "%7F", "%01"])
    func `a value that would break its line is a 500, not two lines`(value: String) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask(get("/injected?value=\(value)"))
            #expect(response.status == 500)
            #expect(response.body == [])
            #expect(response["X-Injected"] == nil)
            #expect(response["X-Value"] == nil)
            #expect(response.closes)
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a streamed answer with such a value is a 500, and nothing after it`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask(get("/injected/stream"))
            #expect(response.status == 500)
            #expect(response.body == [])
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a value outside ASCII arrives as it is`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(get("/injected?value=%C3%A9%09x"))["X-Value"] == "é\tx")
        }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1 << 20])
    func `an answer of any size arrives whole`(count: Int) throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            for path in ["large", "shared"] where count > 0 {
                let isWhole = try client.ask(get("/\(path)/\(count)")).body == pattern(count)
                #expect(isWhole)
            }
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `a bad body of HEAD is refused in a head alone`() throws {
        try withServer(routes: Self.routes) { server in
            let client = try RawClient(server.address)
            let response = try client.ask("HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")
            #expect(response.status == 400)
            #expect(try client.isClosedNow())
        }
    }

    @Test func `a refusal looks as the program wants it to`() throws {
        let threads = try ServerThreads(
            listeningAt: [.ipv4(0x7F00_0001, port: 0)], threads: 1,
            refusal: { status, detail, request in
                let path = request.map { "\($0.target.path)" } ?? ""
                let body = "{\"why\":\"\(detail)\",\"path\":\"\(path)\"}"
                return Response(status, contentType: "application/json", Array(body.utf8))
            },
            troubled: { Issue.record("\($0)") }, setup: { _, _ in Router([]) })
        let client = try RawClient(threads.addresses[0])
        let missing = try client.ask(get("/"))
        #expect(missing.status == 404)
        #expect(missing.text == "{\"why\":\"there is nothing at this path\",\"path\":\"/\"}")
        let bad = try client.ask("GET / HTTP/1.1\r\n\r\n")
        #expect(bad.status == 400)
        #expect(bad["Content-Type"] == "application/json")
        #expect(bad.text.hasPrefix("{\"why\":"))
        threads.drain(within: 0)
    }
}
