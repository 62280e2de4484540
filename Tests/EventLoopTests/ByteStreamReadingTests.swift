import Bytes
import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct ByteStreamReadingTests {
    private let loop: EventLoop
    private let owner = ScriptedOwner()
    private let pair = RawSocket.pair()
    private let stream: ByteStream

    init() throws {
        ignoreBrokenPipes()
        loop = try EventLoop()
        stream = try .owned(by: owner, pair.own, on: loop)
    }

    /// Takes whole lines and leaves the rest over.
    private static func lines(_ unread: Span<UInt8>) -> Int {
        var done = 0
        for index in 0..<unread.count where unread[index] == UInt8(ascii: "\n") { done = index + 1 }
        return done
    }

    @Test func `what is left over is shown again with what follows it`() throws {
        owner.onReceived = Self.lines
        for byte in Array("one\ntwo\nthr".utf8) {
            pair.peer.send([byte])
            try loop.turn(waitingAtMost: 100)
        }
        #expect(owner.text == "one\ntwo\n")
        #expect(owner.calls.suffix(3) == [.received(1), .received(2), .received(3)])
        pair.peer.send("ee\nfour\nfi".utf8)
        try loop.turn(waitingAtMost: 100)
        #expect(owner.text == "one\ntwo\nthree\nfour\n")
        #expect(owner.calls.last == .received(13))
        pair.peer.send("ve\n".utf8)
        try loop.turn(waitingAtMost: 100)
        #expect(owner.text == "one\ntwo\nthree\nfour\nfive\n")
        stream.close()
    }

    @Test func `what is left over is shown again when asked for, and not otherwise`() throws {
        owner.onReceived = { _ in 0 }
        pair.peer.send("abc".utf8)
        try loop.settle()
        #expect(owner.calls == [.received(3)])
        stream.redeliver()
        stream.redeliver()
        #expect(owner.calls == [.received(3)], "not before the turn's end")
        try loop.settle()
        #expect(owner.calls == [.received(3), .received(3)])
        owner.onReceived = { _ in 2 }
        stream.redeliver()
        try loop.settle()
        owner.onReceived = { $0.count }
        stream.redeliver()
        try loop.settle()
        #expect(owner.text == "abc")
        stream.redeliver()
        try loop.settle()
        #expect(owner.calls.count == 4, "nothing is left, so nothing is shown")
        stream.close()
    }

    @Test func `an owner may ask for what it leaves over from inside`() throws {
        owner.onReceived = { [stream] unread in
            stream.redeliver()
            return min(1, unread.count)
        }
        pair.peer.send("abcde".utf8)
        try loop.turn { owner.text == "abcde" }
        #expect(owner.calls == [.received(5), .received(4), .received(3), .received(2), .received(1)])
        stream.close()
    }

    @Test func `a stream that is given away in the middle gives the rest to the new owner`() throws {
        let (second, third) = (ScriptedOwner(), ScriptedOwner())
        owner.onReceived = { [stream] _ in
            stream.owner = second
            return 2
        }
        second.onReceived = { [stream] _ in
            stream.owner = third
            return 0
        }
        third.onReceived = { $0.count - 1 }
        pair.peer.send("abcdef".utf8)
        try loop.settle()
        #expect(owner.text == "ab")
        #expect(second.calls == [.received(4)])
        #expect(third.text == "cde")
        third.onReceived = { $0.count }
        pair.peer.send("gh".utf8)
        try loop.settle()
        #expect(third.text == "cdefgh")
        pair.peer.endSending()
        try loop.settle()
        stream.close()
        #expect(third.calls.suffix(2) == [.ended, .closed(nil)])
        #expect(!owner.isClosed && !second.isClosed)
    }

    @Test func `a new owner is not shown an empty rest`() throws {
        let second = ScriptedOwner()
        owner.onReceived = { [stream] in
            stream.owner = second
            return $0.count
        }
        pair.peer.send("abc".utf8)
        try loop.settle()
        #expect(second.calls.isEmpty)
        stream.close()
    }

    @Test func `nothing is delivered while paused, and all of it afterwards`() throws {
        stream.pauseReading()
        pair.peer.send("abc".utf8)
        try loop.settle()
        #expect(owner.calls.isEmpty)
        #expect(!stream.isReading)
        stream.resumeReading()
        try loop.settle()
        #expect(owner.text == "abc")
        stream.resumeReading()
        stream.close()
    }

    @Test func `what is left over by a pause comes after it, before what is newer`() throws {
        owner.onReceived = { [stream] _ in
            stream.pauseReading()
            return 1
        }
        pair.peer.send("abcd".utf8)
        try loop.settle()
        pair.peer.send("efgh".utf8)
        try loop.settle()
        #expect(owner.calls == [.received(4)])
        stream.resumeReading()
        // Paused again in the same turn: then not.
        stream.pauseReading()
        try loop.settle()
        #expect(owner.calls == [.received(4)])
        owner.onReceived = { $0.count }
        stream.resumeReading()
        try loop.settle()
        #expect(owner.text == "abcdefgh")
        stream.close()
    }

    @Test func `a stream that was paused in this turn is not read in it`() throws {
        let other = ScriptedOwner()
        let otherPair = RawSocket.pair()
        let otherStream = try ByteStream.owned(by: other, otherPair.own, on: loop)
        // Whichever comes first pauses both.
        for owner in [owner, other] {
            owner.onReceived = { [stream] in
                stream.pauseReading()
                otherStream.pauseReading()
                return $0.count
            }
        }
        pair.peer.send([1])
        otherPair.peer.send([1])
        try loop.settle()
        #expect(owner.received.count + other.received.count == 1)
        stream.close()
        otherStream.close()
    }

    @Test func `an owner that pauses when all has left is not shown more`() throws {
        RawSocket.setOption(pair.own, SO_SNDBUF, 4_608)
        stream.write([UInt8](repeating: 1, count: 100_000))
        owner.onDrained = { [stream] in stream.pauseReading() }
        var taken = 0
        for _ in 0..<200 where owner.count(of: .drained) == 0 {
            try loop.turn(waitingAtMost: 0)
            taken += pair.peer.receiveAll().count
            // In the turn in which the rest leaves there is something to read, too.
            if taken > 90_000 { pair.peer.send([1]) }
        }
        let before = owner.received.count
        try loop.settle()
        #expect(owner.count(of: .drained) == 1)
        #expect(owner.received.count == before)
        #expect(owner.calls.last == .drained)
        stream.close()
    }

    @Test func `an owner that understands nothing makes the stream stop reading`() throws {
        owner.onReceived = { _ in 0 }
        var (sent, idle) = (0, 0)
        let content = [UInt8](repeating: 5, count: 64 * 1_024)
        while idle < 5, sent < 8 << 20 {
            let count = pair.peer.send(content)
            sent += count
            idle = count == 0 ? idle + 1 : 0
            try loop.turn(waitingAtMost: 0)
        }
        #expect(!stream.isReading)
        var held = 0
        if case .received(let count)? = owner.calls.last { held = count }
        #expect(held >= 256 * 1_024)
        #expect(held <= 256 * 1_024 + EventLoop.scratchBytes)
        owner.onReceived = { $0.count }
        stream.redeliver()
        try loop.turn { owner.received.count == sent }
        #expect(owner.received.count == sent)
        #expect(stream.isReading)
        stream.close()
    }

    @Test func `one stream does not keep the others waiting while its peer sends much`() throws {
        let quiet = ScriptedOwner()
        let quietPair = RawSocket.tcpPair()
        let quietStream = try ByteStream.owned(by: quiet, quietPair.own, on: loop)
        quietPair.peer.send([1])
        var pending = [UInt8](repeating: 1, count: 4 << 20)[...]
        for _ in 0..<100 where quiet.received.isEmpty {
            pending = pending.dropFirst(pair.peer.send(pending.prefix(200_000)))
            try loop.turn(waitingAtMost: 0)
        }
        #expect(quiet.received == [1])
        #expect(owner.received.count <= 3 * EventLoop.scratchBytes)
        stream.close()
        quietStream.close()
    }
}
