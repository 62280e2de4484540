import Client
import EventLoop
import Testing
import Wire

@Suite struct CancelTests {
    @Test func `a call is given up while it waits, connects and is answered`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let connecting = script.ask()
        let waiting = script.ask()
        waiting.call.cancel()
        #expect(waiting.fault == .cancelled)
        connecting.call.cancel()
        #expect(connecting.fault == .cancelled)
        try script.accept().awaitEnd()

        let asked = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        asked.call.cancel()
        #expect(asked.fault == .cancelled)
        try peer.awaitEnd()

        let answered = script.ask()
        let other = try script.accept()
        _ = try other.request()
        try other.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1")
        try script.turn(until: { answered.pieces == 1 }, "a piece")
        answered.call.cancel()
        answered.call.cancel()
        #expect(answered.fault == .cancelled)
        try other.awaitEnd()
        #expect(answered.fault == .cancelled)
    }

    @Test(arguments: [0, 1, 2])
    func `a call is given up from within its own answer`(moment: Int) throws {
        let script = try Script()
        let answer = script.ask()
        let cancel = { answer.call.cancel() }
        switch moment {
        case 0: answer.whenBegan = cancel
        case 1: answer.whenReceived = cancel
        default: answer.whenOver = cancel
        }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n")
        try script.finish(answer)
        try script.turn(milliseconds: 5)
        if moment == 2 {
            #expect(answer.isWhole)
            #expect(try peer.isStillOpen())
        } else {
            #expect(answer.fault == .cancelled)
            #expect(answer.pieces == moment)
            try peer.awaitEnd()
        }
    }

    @Test func `giving up a call that is over leaves the next one on its connection alone`() throws {
        let script = try Script()
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(first)
        let second = script.ask()
        first.call.cancel()
        _ = try peer.request()
        try peer.answer("two")
        try script.finish(second)
        #expect(second.isWhole && second.text == "two")
        #expect(first.isWhole)
    }

    @Test func `who waits takes the place of a call given up`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let first = script.ask(ClientRequest(.get, "/1"))
        let second = script.ask(ClientRequest(.get, "/2"))
        let peer = try script.accept()
        _ = try peer.request()
        first.call.cancel()
        let other = try script.accept()
        #expect(try other.request().hasPrefix("GET /2 "))
        try other.answer("")
        try script.finish(second)
        #expect(second.isWhole)
    }

    @Test func `a call sent from the end of one given up is served`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        var second: Answer?
        first.whenOver = { second = script.ask(ClientRequest(.get, "/2")) }
        first.call.cancel()
        let other = try script.accept()
        #expect(try other.request().hasPrefix("GET /2 "))
        try other.answer("")
        try script.turn(until: { second?.isWhole == true }, "the second answer")
    }
}
