import Client
import EventLoop
import Testing
import Wire

@Suite struct DeadlineTests {
    /// The time within which a call with a short deadline must end: not before it, and soon after.
    private func expectDeadline(_ script: Script, _ answer: Answer, askedAt: MonotonicTime) throws {
        try script.finish(answer)
        #expect(answer.fault == .deadlinePassed)
        #expect(MonotonicTime.now() >= askedAt + 30)
    }

    private func askShortly(_ script: Script) -> (Answer, MonotonicTime) {
        let now = script.loop.now
        return (script.ask { $0.deadlineMilliseconds = 30 }, now)
    }

    @Test func `the deadline ends the waiting for a connection`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let busy = script.ask()
        let peer = try script.accept()
        let (answer, askedAt) = askShortly(script)
        try expectDeadline(script, answer, askedAt: askedAt)
        _ = try peer.request()
        try peer.answer("")
        try script.finish(busy)
        #expect(busy.isWhole)
    }

    @Test func `of those who wait each has a deadline of its own`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let busy = script.ask()
        var ended: [UInt64] = []
        for deadline: UInt64 in [40, 10, 25] {
            let answer = script.ask { $0.deadlineMilliseconds = deadline }
            answer.whenOver = { ended.append(deadline) }
        }
        try script.turn(until: { ended.count == 3 }, "three deadlines")
        #expect(ended == [10, 25, 40])
        #expect(busy.outcomes == 0)
    }

    @Test func `the deadline ends the connecting to a listener that is full`() throws {
        let listener = try RawListener(backlog: 0)
        let fillers = listener.fillBacklog()
        let script = try Script(listener: listener)
        let (answer, askedAt) = askShortly(script)
        try expectDeadline(script, answer, askedAt: askedAt)
        _ = fillers
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nField: ",
        "HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
    ])
    func `the deadline ends an answer, however busily it comes`(begin: String) throws {
        let script = try Script()
        let (answer, askedAt) = askShortly(script)
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send(begin)
        while answer.outcomes == 0 {
            _ = peer.push([UInt8(ascii: "a")])
            try script.turn(milliseconds: 2)
        }
        try expectDeadline(script, answer, askedAt: askedAt)
        try peer.awaitEnd()
    }

    @Test(arguments: ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"])
    func `a server that falls silent is given up`(begin: String) throws {
        let script = try Script()
        let answer = script.ask { $0.silenceMilliseconds = 30 }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send(begin)
        let spokeAt = MonotonicTime.now()
        try script.finish(answer)
        #expect(answer.fault == .silence)
        #expect(MonotonicTime.now() >= spokeAt + 25)
        #expect(MonotonicTime.now() < spokeAt + 1_000)
        try peer.awaitEnd()
    }

    @Test func `silence begins anew with each byte`() throws {
        let script = try Script()
        let answer = script.ask { $0.silenceMilliseconds = 200 }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        for _ in 0..<5 {
            try script.turn(milliseconds: 60)
            try peer.send("a")
        }
        try script.finish(answer)
        #expect(answer.isWhole && answer.text == "aaaaa")
    }

    @Test func `a server that takes in no more of the request is silent too`() throws {
        let script = try Script()
        let request = ClientRequest(.post, "/", body: .bytes([UInt8](repeating: 7, count: 16 << 20)))
        let answer = script.ask(request) { $0.silenceMilliseconds = 30 }
        let peer = try script.accept()
        try script.finish(answer)
        #expect(answer.fault == .silence)
        _ = peer
    }

    @Test func `who has paused the answer can't call the server silent`() throws {
        let script = try Script()
        let answer = script.ask { $0.silenceMilliseconds = 40 }
        answer.whenBegan = { answer.call.pause() }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        try script.turn(milliseconds: 100)
        #expect(answer.outcomes == 0)
        // From here on it is the server's turn again, with all of its time.
        answer.call.resume()
        let resumedAt = script.loop.now
        try script.finish(answer)
        #expect(answer.fault == .silence)
        #expect(MonotonicTime.now() >= resumedAt + 35)
    }

    @Test func `the deadline ends a paused answer`() throws {
        let script = try Script()
        let (answer, askedAt) = askShortly(script)
        answer.whenBegan = { answer.call.pause() }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("more")
        try expectDeadline(script, answer, askedAt: askedAt)
        #expect(answer.body.isEmpty)
    }
}
