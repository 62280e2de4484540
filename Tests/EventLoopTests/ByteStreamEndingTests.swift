import Bytes
import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct ByteStreamEndingTests {
    private let loop: EventLoop
    private let owner = ScriptedOwner()

    init() throws {
        ignoreBrokenPipes()
        loop = try EventLoop()
    }

    private static func content(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { room, used in
            for index in 0..<count { room[index] = UInt8(truncatingIfNeeded: index &* 131 &+ index >> 8) }
            used = count
        }
    }

    @Test(arguments: [false, true])
    func `closing when drained delivers everything first`(overTCP: Bool) throws {
        let (own, peer) = overTCP ? RawSocket.tcpPair() : RawSocket.pair()
        let stream = try ByteStream.owned(by: owner, own, on: loop)
        let content = Self.content(3 << 20)
        stream.write(content)
        stream.closeWhenDrained()
        stream.write([1])
        var received: [UInt8] = []
        try loop.turn(atMost: 5_000) {
            received += peer.receiveAll()
            return stream.isClosed
        }
        try loop.turn {
            received += peer.receiveAll()
            return received.count >= content.count
        }
        #expect(received == content)
        #expect(peer.receive() == .end)
        #expect(owner.closings == [nil])
    }

    @Test func `closing when drained with nothing to send closes at the end of the turn`() throws {
        let (own, peer) = RawSocket.pair()
        let stream = try ByteStream.owned(by: owner, own, on: loop)
        stream.closeWhenDrained()
        #expect(!stream.isClosed)
        try loop.turn(waitingAtMost: 10_000)
        #expect(owner.calls == [.closed(nil)])
        #expect(peer.receive() == .end)
    }

    @Test func `ending only what we send leaves us hearing the rest`() throws {
        let (own, peer) = RawSocket.tcpPair()
        let stream = try ByteStream.owned(by: owner, own, on: loop)
        stream.write(Array("last words".utf8))
        stream.endSendingWhenDrained()
        stream.write(Array("too late".utf8))
        try loop.settle()
        #expect(peer.receive() == .bytes(Array("last words".utf8)))
        #expect(peer.receive() == .end)
        #expect(!stream.isClosed)
        // More than one turn reads, and all of it at once in the kernel, with the end behind it.
        let content = Self.content(700_000)
        var pending = content[...]
        while !pending.isEmpty {
            pending = pending.dropFirst(peer.send(pending))
            if !pending.isEmpty { try loop.turn(waitingAtMost: 0) }
        }
        peer.close()
        try loop.turn { stream.isClosed }
        #expect(owner.received == content)
        #expect(owner.calls.suffix(2) == [.ended, .closed(nil)])
    }

    @Test func `a peer that says much and closes is heard to the end`() throws {
        let (own, peer) = RawSocket.pair()
        RawSocket.setOption(peer.number, SO_SNDBUF, 1 << 20)
        let stream = try ByteStream.owned(by: owner, own, on: loop)
        let content = Self.content(1 << 20)
        let sent = peer.send(content)
        #expect(sent > EventLoop.scratchBytes, "or one read would do")
        peer.close()
        try loop.turn { stream.isClosed }
        #expect(owner.received == Array(content[..<sent]))
        #expect(owner.calls.suffix(2) == [.ended, .closed(nil)])
    }

    @Test func `a peer that closes while reading is paused is heard after the pause, and costs nothing until then`()
        throws
    {
        let (own, peer) = RawSocket.pair()
        let stream = try ByteStream.owned(by: owner, own, on: loop)
        stream.pauseReading()
        peer.send("last words".utf8)
        peer.close()
        try loop.settle()
        #expect(owner.calls.isEmpty)
        let start = MonotonicTime.now()
        try loop.turn(waitingAtMost: 15)
        #expect(MonotonicTime.now() >= start + 14, "the loop turns for nothing")
        stream.resumeReading()
        try loop.turn { stream.isClosed }
        #expect(owner.text == "last words")
        #expect(owner.calls.suffix(2) == [.ended, .closed(nil)])
    }

    @Test func `a half-closed peer is told of as ended, and can still be answered`() throws {
        for (own, peer) in [RawSocket.pair(), RawSocket.tcpPair()] {
            let owner = ScriptedOwner()
            let stream = try ByteStream.owned(by: owner, own, on: loop)
            owner.onReceived = { _ in 0 }
            peer.send("question".utf8)
            peer.endSending()
            try loop.turn { stream.hasEnded }
            #expect(owner.calls == [.received(8), .ended])
            let start = MonotonicTime.now()
            try loop.turn(waitingAtMost: 15)
            #expect(MonotonicTime.now() >= start + 14, "the loop turns for nothing")
            owner.onReceived = { $0.count }
            stream.redeliver()
            try loop.settle()
            #expect(owner.calls == [.received(8), .ended, .received(8), .ended])
            stream.write(Array("answer".utf8))
            stream.closeWhenDrained()
            try loop.settle()
            #expect(peer.receive() == .bytes(Array("answer".utf8)))
            #expect(peer.receive() == .end)
            #expect(owner.closings == [nil])
        }
    }

    @Test func `a reset is an error, told once`() throws {
        for isPaused in [false, true] {
            let (own, peer) = RawSocket.tcpPair()
            let owner = ScriptedOwner()
            let stream = try ByteStream.owned(by: owner, own, on: loop)
            if isPaused { stream.pauseReading() }
            peer.reset()
            try loop.turn { stream.isClosed }
            #expect(owner.calls.count == 1)
            #expect(owner.closings.first??.code == ECONNRESET)
        }
    }

    @Test func `a deadline is the owner's, and moves`() throws {
        let (own, peer) = RawSocket.pair()
        let stream = try ByteStream.owned(by: owner, own, on: loop)
        stream.setDeadline(MonotonicTime.now() + 5)
        stream.setDeadline(.never)
        let start = MonotonicTime.now()
        try loop.turn { MonotonicTime.now() > start + 10 }
        #expect(owner.calls.isEmpty)
        owner.onDeadline = { [owner] in
            if owner.calls.count == 2 { stream.close() } else { stream.setDeadline(stream.loop.now + 3) }
        }
        stream.setDeadline(MonotonicTime.now() + 3)
        try loop.turn { stream.isClosed }
        #expect(owner.calls == [.deadlinePassed, .deadlinePassed, .closed(nil)])
        stream.setDeadline(loop.now)
        try loop.settle()
        #expect(owner.calls.count == 3)
        _ = peer
    }

    @Test func `nothing that is done with a closed stream has an effect`() throws {
        let (own, peer) = RawSocket.pair()
        let stream = try ByteStream.owned(by: owner, own, on: loop)
        peer.send([1, 2, 3])
        owner.onReceived = { _ in
            stream.close()
            return 1
        }
        var closedCount = 0
        stream.whenClosed = {
            closedCount += 1
            stream.close()
        }
        func doEverything() {
            stream.write([1])
            stream.write(SharedBytes([1]))
            stream.redeliver()
            stream.pauseReading()
            stream.resumeReading()
            stream.closeWhenDrained()
            stream.endSendingWhenDrained()
            stream.dropUnbegunOutput()
            stream.setDeadline(loop.now)
            stream.close()
        }
        owner.onClosed = doEverything
        try loop.settle()
        doEverything()
        try loop.settle()
        #expect(owner.calls == [.received(3), .closed(nil)])
        #expect(closedCount == 1)
        #expect(peer.receive() == .failed(ECONNRESET) || peer.receive() == .end)
    }

    @Test func `who is given a closed stream hears of it, once`() throws {
        let (own, peer) = RawSocket.tcpPair()
        weak var kept: ByteStream?
        let late = ScriptedOwner()
        do {
            let stream = try ByteStream.owned(by: owner, own, on: loop)
            kept = stream
            owner.onClosed = { stream.owner = late }
            peer.reset()
            try loop.turn { owner.isClosed }
            owner.onClosed = {}
        }
        try loop.settle()
        #expect(owner.closings.count == 1)
        #expect(late.calls.count == 1)
        #expect(late.closings.first??.code == ECONNRESET)
        #expect(kept == nil)
    }
}
