import Client
import EventLoop
import Testing
import Wire

@Suite struct ConnectionReuseTests {
    @Test func `one connection serves call after call`() throws {
        let script = try Script()
        let first = script.ask(ClientRequest(.get, "/1"))
        let peer = try script.accept()
        let address = script.endpoint.authority
        #expect(try peer.request() == "GET /1 HTTP/1.1\r\nHost: \(address)\r\n\r\n")
        try peer.answer("one")
        try script.finish(first)
        #expect(first.isWhole && first.status == 200 && first.text == "one")
        for number in 2...4 {
            let next = script.ask(ClientRequest(.get, "/\(number)"))
            #expect(try peer.request().hasPrefix("GET /\(number) "))
            try peer.answer("\(number)")
            try script.finish(next)
            #expect(next.isWhole && next.text == "\(number)")
        }
        #expect(try !script.hasConnection())
    }

    @Test func `a call sent from the end of another takes its connection`() throws {
        let script = try Script()
        let first = script.ask()
        var second: Answer?
        first.whenOver = { second = script.ask(ClientRequest(.post, "/next")) }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        #expect(try peer.request().hasPrefix("POST /next "))
        try peer.answer("2")
        try script.turn(until: { second?.isWhole == true }, "the second answer")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nConnection: Keep-Alive, Close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ])
    func `a connection that the server gives up is not used again`(answer: String) throws {
        let script = try Script()
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send(answer)
        try script.finish(first)
        #expect(first.isWhole && first.text == "ok")
        try peer.awaitEnd()
        let second = script.ask()
        let other = try script.accept()
        _ = try other.request()
        try other.answer("")
        try script.finish(second)
        #expect(second.isWhole)
    }

    @Test func `an HTTP 1.0 connection is kept where the server says so`() throws {
        let script = try Script()
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n")
        try script.finish(first)
        let second = script.ask()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(second)
        #expect(second.isWhole)
    }

    @Test(arguments: ["x", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"])
    func `bytes behind an answer end its connection and answer nobody`(surplus: String) throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let first = script.ask(ClientRequest(.get, "/1"))
        let waiting = script.ask(ClientRequest(.get, "/2"))
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none" + surplus)
        try script.finish(first)
        #expect(first.isWhole && first.text == "one")
        try peer.awaitEnd()
        let other = try script.accept()
        #expect(try other.request().hasPrefix("GET /2 "))
        #expect(waiting.outcomes == 0)
        try other.answer("two")
        try script.finish(waiting)
        #expect(waiting.isWhole && waiting.text == "two")
    }

    @Test func `bytes on an idle connection end it`() throws {
        let script = try Script()
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(first)
        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
        try peer.awaitEnd()
        let second = script.ask()
        let other = try script.accept()
        _ = try other.request()
        try other.answer("")
        try script.finish(second)
        #expect(second.isWhole && second.text == "")
    }

    @Test func `calls wait in their order for one of so many connections`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 2
        let script = try Script(limits)
        let answers = (0..<6).map { script.ask(ClientRequest(.get, "/\($0)")) }
        let peers = [try script.accept(), try script.accept()]
        #expect(try !script.hasConnection())
        for number in 0..<6 {
            let peer = peers[number % 2]
            #expect(try peer.request().hasPrefix("GET /\(number) "))
            #expect(answers[number].outcomes == 0)
            try peer.answer("\(number)")
            try script.finish(answers[number])
            #expect(answers[number].isWhole && answers[number].text == "\(number)")
        }
    }

    @Test func `one call too many is refused, but not before its sender has it in hand`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        limits.waitingMax = 2
        let script = try Script(limits)
        let taken = (0..<3).map { _ in script.ask() }
        let refused = script.ask()
        #expect(refused.outcomes == 0)
        try script.finish(refused)
        #expect(refused.fault == .tooManyWaiting)
        #expect(taken.allSatisfy { $0.outcomes == 0 })
    }

    @Test func `a call that is given up leaves its place in the queue`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        limits.waitingMax = 2
        let script = try Script(limits)
        let first = script.ask()
        for _ in 0..<10 {
            let waiting = script.ask()
            waiting.call.cancel()
            #expect(waiting.fault == .cancelled)
        }
        let last = script.ask(ClientRequest(.get, "/last"))
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(first)
        #expect(try peer.request().hasPrefix("GET /last "))
        try peer.answer("")
        try script.finish(last)
        #expect(last.isWhole)
    }

    @Test func `an idle connection is closed after its time`() throws {
        var limits = PoolLimits()
        limits.idleMilliseconds = 20
        let script = try Script(limits)
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(first)
        let idleSince = MonotonicTime.now()
        try peer.awaitEnd()
        #expect(MonotonicTime.now() >= MonotonicTime(milliseconds: idleSince.milliseconds + 15))
    }

    @Test func `each endpoint has connections of its own`() throws {
        let script = try Script()
        let other = try RawListener()
        let named = Endpoint(script.endpoint.address, authority: "example.org:81")
        let answers = [script.ask(), script.ask(at: other.endpoint), script.ask(at: named)]
        let peers = [try script.accept(), try script.accept(from: other), try script.accept()]
        let hosts = [script.endpoint.authority, other.endpoint.authority, "example.org:81"]
        for ((answer, peer), host) in zip(zip(answers, peers), hosts) {
            #expect(try peer.request() == "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            try peer.answer(host)
            try script.finish(answer)
            #expect(answer.isWhole && answer.text == host)
        }
        let again = script.ask(at: named)
        _ = try peers[2].request()
        try peers[2].answer("")
        try script.finish(again)
        #expect(again.isWhole)
    }

    @Test func `closing the client ends idle connections and lets calls go on`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let other = try RawListener()
        let idle = script.ask(at: other.endpoint)
        let idlePeer = try script.accept(from: other)
        _ = try idlePeer.request()
        try idlePeer.answer("")
        try script.finish(idle)

        let busy = script.ask()
        let waiting = script.ask()
        let overdue = script.ask { $0.deadlineMilliseconds = 10 }
        let peer = try script.accept()
        script.client.close()
        try idlePeer.awaitEnd()
        try script.finish(overdue)
        #expect(overdue.fault == .deadlinePassed)
        for answer in [busy, waiting] {
            _ = try peer.request()
            try peer.answer("still here")
            try script.finish(answer)
            #expect(answer.isWhole && answer.text == "still here")
        }
        try peer.awaitEnd()
    }
}
