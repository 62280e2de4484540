import Client
import EventLoop
import Glibc
import Testing
import Wire

/// A kept connection may be closed by the server at the moment we use it.
@Suite struct RetryTests {
    private static let repeatable: [HTTPMethod] = [.get, .head, .options, .put, .delete]
    private static let unrepeatable: [HTTPMethod] = [.post, .patch, .other("REPORT")]

    /// A connection that has served a call and is idle.
    private func idlePeer(_ script: Script) throws -> Peer {
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(first)
        return peer
    }

    @Test(arguments: repeatable, [false, true])
    func `what may be asked twice is asked again on a new connection`(method: HTTPMethod, isReset: Bool) throws {
        let script = try Script()
        let peer = try idlePeer(script)
        let answer = script.ask(ClientRequest(method, "/again"))
        let request = try peer.request()
        if isReset { peer.reset() } else { peer.close() }
        let other = try script.accept()
        #expect(answer.outcomes == 0)
        #expect(try other.request() == request)
        try other.send("HTTP/1.1 204 No Content\r\n\r\n")
        try script.finish(answer)
        #expect(answer.isWhole && answer.status == 204)
    }

    @Test(arguments: unrepeatable, [false, true])
    func `what may not be asked twice fails`(method: HTTPMethod, isReset: Bool) throws {
        let script = try Script()
        let peer = try idlePeer(script)
        let answer = script.ask(ClientRequest(method, "/", body: .bytes([1, 2, 3])))
        _ = try peer.request()
        if isReset { peer.reset() } else { peer.close() }
        try script.finish(answer)
        if isReset {
            #expect(answer.fault?.isConnection(code: ECONNRESET) == true)
        } else {
            #expect(answer.fault == .closedEarly)
        }
        #expect(try !script.hasConnection())
    }

    @Test func `what is good once only is not asked twice where it may have been heard`() throws {
        let script = try Script()
        let peer = try idlePeer(script)
        var request = ClientRequest(.get, "/", fields: [("Signature-Input", "parley=(); nonce=\"once\"")])
        request.isRepeatable = false
        let answer = script.ask(request)
        _ = try peer.request()
        peer.reset()
        try script.finish(answer)
        #expect(answer.fault?.isConnection(code: ECONNRESET) == true)
        #expect(try !script.hasConnection())
    }

    @Test func `a POST of which nothing has left is asked again`() throws {
        let script = try Script()
        let peer = try idlePeer(script)
        peer.close()
        // The loop has not turned since: the connection still counts as idle.
        let answer = script.ask(ClientRequest(.post, "/", body: .bytes(Array("draft".utf8))))
        let other = try script.accept()
        #expect(try other.request().hasSuffix("Content-Length: 5\r\n\r\ndraft"))
        try other.answer("posted")
        try script.finish(answer)
        #expect(answer.isWhole && answer.text == "posted")
    }

    @Test func `nothing is asked a third time`() throws {
        let script = try Script()
        let peer = try idlePeer(script)
        let answer = script.ask()
        _ = try peer.request()
        peer.close()
        let other = try script.accept()
        _ = try other.request()
        other.close()
        try script.finish(answer)
        #expect(answer.fault == .closedEarly)
        #expect(try !script.hasConnection())
    }

    @Test func `a new connection that closes without an answer is a fault`() throws {
        let script = try Script()
        let answer = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        peer.close()
        try script.finish(answer)
        #expect(answer.fault == .closedEarly)
        #expect(try !script.hasConnection())
    }

    @Test(arguments: [
        "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1",
    ])
    func `a question that was heard is not asked again`(part: String) throws {
        let script = try Script()
        let peer = try idlePeer(script)
        let answer = script.ask()
        _ = try peer.request()
        try peer.send(part)
        peer.endSending()
        try script.finish(answer)
        #expect(answer.fault == .closedEarly)
        #expect(try !script.hasConnection())
    }

    @Test func `asking again takes no more connections than allowed and comes before who waits`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let peer = try idlePeer(script)
        let first = script.ask(ClientRequest(.get, "/first"))
        let waiting = script.ask(ClientRequest(.get, "/waiting"))
        _ = try peer.request()
        peer.close()
        let other = try script.accept()
        #expect(try other.request().hasPrefix("GET /first "))
        #expect(try !script.hasConnection())
        for answer in [first, waiting] {
            try other.answer("")
            try script.finish(answer)
            #expect(answer.isWhole)
            if answer === first { _ = try other.request() }
        }
    }

    @Test func `when the server is gone everyone who waits is told`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let path = "\(P_tmpdir)/parley-client-gone-\(getpid()).sock"
        var script: Script! = try Script(limits, listener: try RawListener(path: path))
        let answers = (0..<4).map { _ in script.ask() }
        let peer = try script.accept()
        _ = try peer.request()
        unlink(path)
        peer.close()
        for answer in answers { try script.finish(answer) }
        #expect(answers[0].fault == .closedEarly)
        for answer in answers.dropFirst() {
            #expect(answer.fault?.isConnection(code: ENOENT) == true)
        }
        script = nil
    }

    @Test func `a refused connection is a fault`() throws {
        let gone = try RawListener().endpoint
        let script = try Script()
        let answer = script.ask(at: gone)
        #expect(answer.outcomes == 0)
        try script.finish(answer)
        #expect(answer.fault?.isConnection(code: ECONNREFUSED) == true)
    }

    @Test func `asking again from a failure neither recurses nor keeps the loop from turning`() throws {
        let script = try Script()
        let nowhere = Endpoint(.unix(path: "\(P_tmpdir)/parley-client-nowhere.sock"))
        var failures = 0
        func askAgain() {
            let answer = script.ask(at: nowhere)
            #expect(answer.outcomes == 0)
            answer.whenOver = {
                failures += 1
                askAgain()
            }
        }
        askAgain()
        try script.turn(until: { failures >= 5 }, "five failures")
    }
}
