import Client
import EventLoop
import Glibc
import Testing
import Wire

@Suite struct PauseTests {
    @Test func `a paused answer stays with the server, and comes whole afterwards`() throws {
        let script = try Script()
        let total = 24 << 20
        let answer = script.ask { $0.responseBytesMax = UInt64(total) }
        answer.whenReceived = { answer.call.pause() }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        var sent = 0
        // Until the kernel takes no more, though the client turns.
        var refusals = 0
        while refusals < 20 {
            let taken = peer.push(block[...])
            sent += taken
            refusals += taken == 0 ? 1 : 0
            try script.loop.turn(waitingAtMost: 0)
        }
        #expect(sent < total)
        #expect(answer.pieces == 1)
        #expect(answer.body.count <= EventLoop.scratchBytes)
        answer.whenReceived = nil
        answer.call.resume()
        while sent < total { sent += try sendSome(peer, script, block[..<min(block.count, total - sent)]) }
        try script.finish(answer)
        #expect(answer.isWhole && answer.body.count == total)
        #expect(try peer.isStillOpen())
    }

    private func sendSome(_ peer: Peer, _ script: Script, _ bytes: ArraySlice<UInt8>) throws -> Int {
        try script.loop.turn(waitingAtMost: 0)
        return peer.push(bytes)
    }

    @Test func `not another piece comes after the one that paused`() throws {
        let script = try Script()
        let answer = script.ask()
        answer.whenReceived = { answer.call.pause() }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n")
        for piece in 1...3 {
            try script.turn(until: { answer.pieces == piece }, "piece \(piece)")
            try script.turn(milliseconds: 2)
            #expect(answer.pieces == piece && answer.outcomes == 0)
            answer.call.resume()
        }
        try script.finish(answer)
        #expect(answer.isWhole && answer.text == "abc")
    }

    @Test func `an answer paused at its head goes on, also where it has no body`() throws {
        let script = try Script()
        for head in ["HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"] {
            let answer = script.ask()
            answer.whenBegan = { answer.call.pause() }
            let peer = try script.accept()
            _ = try peer.request()
            try peer.send(head)
            try script.turn(until: { !answer.heads.isEmpty }, "the head")
            try script.turn(milliseconds: 2)
            #expect(answer.outcomes == 0)
            answer.call.resume()
            try script.finish(answer)
            #expect(answer.isWhole)
            peer.close()
            try script.turn(milliseconds: 2)
        }
    }

    @Test func `a call paused before its answer comes stays paused`() throws {
        var limits = PoolLimits()
        limits.connectionsMax = 1
        let script = try Script(limits)
        let first = script.ask()
        let waiting = script.ask()
        first.call.pause()
        waiting.call.pause()
        let peer = try script.accept()
        for answer in [first, waiting] {
            _ = try peer.request()
            try peer.answer("ok")
            try script.turn(milliseconds: 5)
            #expect(answer.heads.isEmpty)
            answer.call.resume()
            try script.finish(answer)
            #expect(answer.isWhole && answer.text == "ok")
        }
    }

    @Test(arguments: [false, true])
    func `the server's end waits while the answer is paused`(isUnixSocket: Bool) throws {
        let path = "\(P_tmpdir)/parley-client-pause-\(getpid()).sock"
        let script = try Script(listener: try isUnixSocket ? RawListener(path: path) : RawListener())
        let answer = script.ask()
        answer.whenReceived = { answer.call.pause() }
        let peer = try script.accept()
        _ = try peer.request()
        try peer.send("HTTP/1.1 200 OK\r\n\r\nfirst ")
        try script.turn(until: { answer.pieces == 1 }, "the first piece")
        try peer.send("last")
        peer.close()
        try script.turn(milliseconds: 5)
        #expect(answer.text == "first " && answer.outcomes == 0)
        answer.whenReceived = nil
        answer.call.resume()
        try script.finish(answer)
        #expect(answer.isWhole && answer.text == "first last")
    }

    @Test func `pausing and resuming after the end touches nobody else's answer`() throws {
        let script = try Script()
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(first)
        let second = script.ask()
        first.call.pause()
        _ = try peer.request()
        try peer.answer("two")
        try script.finish(second)
        #expect(second.isWhole && second.text == "two")
    }
}
