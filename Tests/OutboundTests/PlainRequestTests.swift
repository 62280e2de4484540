import EventLoop
import Glibc
import Outbound
import RawSockets
import Testing
import Wire

/// Requests by `http`: where they go, and what ends them.
@Suite struct PlainRequestTests {
    @Test func `the connection goes to the address that was checked, and asks by name`() throws {
        let lab = try Lab()
        let server = PlainServer()
        let asked = try lab.ask("http://push.example:\(server.port)/UP?token=a") {
            $0.method = .post
            $0.fields = [("TTL", "60")]
            $0.body = Array("hello".utf8)
        }
        let peer = try server.accept(in: lab)
        let heard = try peer.text(endingWith: "hello", in: lab)
        #expect(
            heard == "POST /UP?token=a HTTP/1.1\r\nHost: push.example:\(server.port)\r\nTTL: 60\r\n"
                + "Content-Length: 5\r\n\r\nhello")
        peer.send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX: y\r\n\r\nok".utf8)
        let answer = try lab.finish(asked).get()
        #expect(answer.status == 201 && answer.text == "ok" && answer.fields.first("X") == "y")
        #expect(lab.names.asked == ["push.example"])
    }

    @Test func `a redirect is an answer, and nobody goes there`() throws {
        let lab = try Lab()
        let (server, other) = (PlainServer(), PlainServer())
        let asked = try lab.ask("http://push.example:\(server.port)/")
        let peer = try server.accept(in: lab)
        _ = try peer.head(in: lab)
        peer.send(
            "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:\(other.port)/\r\nContent-Length: 0\r\n\r\n".utf8)
        #expect(try lab.finish(asked).get().status == 307)
        try lab.turn(milliseconds: 20)
        #expect(other.accept() == nil)
        #expect(lab.names.asked.count == 1)
    }

    @Test(arguments: [
        ("127.0.0.1", AddressKind.loopback), ("10.0.0.1", .privateUse), ("169.254.169.254", .metadata),
        ("::1", .loopback), ("::ffff:127.0.0.1", .disguisedIPv4), ("fd00::1", .uniqueLocal), ("0.0.0.0", .unspecified),
    ])
    func `an address that is not public is refused, by name and by number`(text: String, kind: AddressKind) throws {
        let address = try #require(SocketAddress(host: text, port: 0))
        let lab = try Lab(Names(["push.example": [text]]))
        let literal = text.contains(":") ? "[\(text)]" : text
        for scheme in ["http", "https"] {
            for host in ["push.example", literal] {
                #expect(throws: OutboundFailure.refusedAddress(address, kind)) {
                    try lab.answer("\(scheme)://\(host):8080/", policy: .globalOnly)
                }
            }
        }
        #expect(lab.names.asked == ["push.example", "push.example"])
        #expect(lab.outbound.courierPID == nil)
    }

    @Test(arguments: [["127.0.0.1", "169.254.169.254"], ["169.254.169.254", "127.0.0.1"]])
    func `every address behind a name is checked, not only the one that is used`(addresses: [String]) throws {
        let lab = try Lab(Names(["push.example": addresses]))
        let server = PlainServer()
        let refused = OutboundFailure.refusedAddress(.ipv4(0xA9FE_A9FE, port: 0), .metadata)
        #expect(throws: refused) { try lab.answer("http://push.example:\(server.port)/") }
        try lab.turn(milliseconds: 10)
        #expect(server.accept() == nil)
    }

    @Test func `a name that turns to another address is checked anew`() throws {
        let lab = try Lab(
            Names([
                "push.example": [
                    .success([.ipv4(0x7F00_0001, port: 0)]), .success([.ipv4(0xA9FE_A9FE, port: 0)]),
                ]
            ]))
        let server = PlainServer()
        let first = try lab.ask("http://push.example:\(server.port)/")
        let peer = try server.accept(in: lab)
        _ = try peer.head(in: lab)
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        #expect(try lab.finish(first).get().status == 200)
        #expect(throws: OutboundFailure.refusedAddress(.ipv4(0xA9FE_A9FE, port: 0), .metadata)) {
            try lab.answer("http://push.example:\(server.port)/")
        }
    }

    @Test func `names without an address fail, each for its reason`() throws {
        let lab = try Lab(Names(["silent.example": [.failure(.unanswered)], "empty.example": [.success([])]]))
        #expect(throws: OutboundFailure.unresolved(.unknown)) { try lab.answer("http://other.example/") }
        #expect(throws: OutboundFailure.unresolved(.unanswered)) { try lab.answer("https://silent.example/") }
        #expect(throws: OutboundFailure.unresolved(.unknown)) { try lab.answer("http://empty.example/") }
    }

    @Test func `nobody there is a failure`() throws {
        let lab = try Lab()
        // Taken, and listened to by nobody.
        let port: UInt16
        do { port = PlainServer().port }
        let failure = try lab.finish(lab.ask("http://push.example:\(port)/"))
        guard case .failure(.unreachable(let error)) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(error.code == ECONNREFUSED)
    }

    @Test func `an answer is bounded in size, announced or not`() throws {
        let lab = try Lab()
        let server = PlainServer()
        for head in ["Content-Length: 11\r\n\r\n", "\r\n01234567890"] {
            let asked = try lab.ask("http://push.example:\(server.port)/") { $0.answerBytesMax = 10 }
            let peer = try server.accept(in: lab)
            _ = try peer.head(in: lab)
            peer.send("HTTP/1.1 200 OK\r\n\(head)".utf8)
            #expect(throws: OutboundFailure.tooLarge) { try lab.finish(asked).get() }
        }
    }

    @Test(arguments: ["Content-Length: 12\r\n\r\n", "\r\n"])
    func `an answer is cut where that is wanted`(head: String) throws {
        let lab = try Lab()
        let server = PlainServer()
        for body in ["01234", "0123456789", "0123456789ab"] {
            let asked = try lab.ask("http://push.example:\(server.port)/") {
                $0.answerBytesMax = 10
                $0.cutsAnswer = true
            }
            let peer = try server.accept(in: lab)
            _ = try peer.head(in: lab)
            peer.send("HTTP/1.1 201 Created\r\n\(head)\(body)".utf8)
            if body.utf8.count < 12 {
                try lab.turn(milliseconds: 5)
                #expect(asked.results.isEmpty)
                asked.call?.cancel()
            } else {
                let answer = try lab.finish(asked).get()
                #expect(answer.status == 201 && answer.text == "0123456789")
            }
            try lab.turn(until: { peer.receive() != .nothing }, "the end of the connection")
        }
    }

    @Test func `an answer that drips is ended by the deadline`() throws {
        let lab = try Lab()
        let server = PlainServer()
        let start = MonotonicTime.now()
        let asked = try lab.ask("http://push.example:\(server.port)/") { $0.deadlineMilliseconds = 60 }
        let peer = try server.accept(in: lab)
        _ = try peer.head(in: lab)
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n".utf8)
        try lab.turn(
            until: {
                peer.send("x".utf8)
                return !asked.results.isEmpty
            }, "the deadline")
        #expect(throws: OutboundFailure.timedOut) { try lab.finish(asked).get() }
        #expect(MonotonicTime.now() < start + 1_000)
        try lab.turn(until: { peer.receive() != .nothing }, "the end of the connection")
    }

    @Test(arguments: [
        "Host: other", "Content-Length: 3", "Transfer-Encoding: chunked", "Connection: close", "Accept-Encoding: gzip",
        "Expect: 100-continue", "Proxy-Authorization: x", "Upgrade: x", "TE: trailers", "X: a\r\nHost: other", "X: a\0",
        "X Y: a", ": a",
    ])
    func `what is ours to say, or no field at all, is not sent`(field: String) throws {
        let lab = try Lab()
        let server = PlainServer()
        let parts = field.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        for scheme in ["http", "https"] {
            #expect(throws: OutboundFailure.unsendable) {
                try lab.answer("\(scheme)://push.example:\(server.port)/") { $0.fields = [(parts[0], parts[1])] }
            }
        }
        #expect(throws: OutboundFailure.unsendable) {
            try lab.answer("http://push.example:\(server.port)/") {
                $0.body = [UInt8](repeating: 0, count: OutboundRequest.bodyBytesMax + 1)
            }
        }
        #expect(lab.names.asked.isEmpty && server.accept() == nil)
    }

    @Test func `what is given up ends at once, wherever it is`() throws {
        let lab = try Lab()
        let server = PlainServer()
        let resolving = try lab.ask("http://push.example:\(server.port)/")
        resolving.call?.cancel()
        #expect(throws: OutboundFailure.cancelled) { try lab.finish(resolving).get() }

        let waiting = try lab.ask("http://push.example:\(server.port)/")
        let peer = try server.accept(in: lab)
        _ = try peer.head(in: lab)
        waiting.call?.cancel()
        #expect(throws: OutboundFailure.cancelled) { try lab.finish(waiting).get() }
        try lab.turn(until: { peer.receive() != .nothing }, "the end of the connection")

        let closing = try lab.ask("http://push.example:\(server.port)/")
        lab.outbound.close()
        #expect(throws: OutboundFailure.cancelled) { try lab.finish(closing).get() }
        #expect(throws: OutboundFailure.cancelled) { try lab.answer("http://push.example:\(server.port)/") }
    }
}
