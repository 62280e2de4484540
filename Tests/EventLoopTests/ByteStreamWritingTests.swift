import Bytes
import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct ByteStreamWritingTests {
    private let loop: EventLoop
    private let owner = ScriptedOwner()
    private let pair = RawSocket.pair()
    private let stream: ByteStream

    init() throws {
        ignoreBrokenPipes()
        loop = try EventLoop()
        stream = try .owned(by: owner, pair.own, on: loop)
    }

    @Test func `what is written leaves at the end of the turn, in order, whatever it is made of`() throws {
        let folder = TemporaryFolder()
        let file = try OpenFile(path: folder.file("file", Array("0123456789".utf8)))
        stream.write(Array("own ".utf8))
        stream.write(Array("span ".utf8).span)
        stream.write(SharedBytes(Array("shared ".utf8)))
        stream.write(file, offset: 2, count: 3)
        stream.write(Array(" head:".utf8), .file(file, offset: 0, count: 10))
        stream.write(Array(" head:".utf8), .none)
        stream.write(Array(" head:".utf8), .bytes(Array("small".utf8)))
        stream.write(Array(" head:".utf8), .shared(SharedBytes(Array("shared".utf8))))
        #expect(pair.peer.receive() == .nothing)
        #expect(!stream.isDrained)
        try loop.turn(waitingAtMost: 10_000)
        #expect(
            String(decoding: pair.peer.receiveAll(), as: UTF8.self)
                == "own span shared 234 head:0123456789 head: head:small head:shared")
        #expect(owner.calls == [.drained])
        #expect(stream.isDrained)
        #expect(stream.pendingBytes == 0)
        #expect(stream.sentBytes == 64)
        stream.close()
    }

    @Test func `a large answer leaves before the turn ends, a small one with all else that is written`() throws {
        owner.onReceived = { [stream] unread in
            stream.write(SharedBytes([UInt8](repeating: 7, count: unread[0] == 0 ? 100 : 20_000)))
            return unread.count
        }
        pair.peer.send([0])
        stream.ready(.readable)
        #expect(pair.peer.receive() == .nothing)
        try loop.turn(waitingAtMost: 10_000)
        #expect(pair.peer.receiveAll().count == 100)
        pair.peer.send([1])
        stream.ready(.readable)
        #expect(pair.peer.receiveAll().count == 20_000)
        #expect(stream.isDrained)
        try loop.settle()
        #expect(owner.count(of: .drained) == 2)
        stream.close()
        owner.onReceived = { $0.count }
    }

    @Test func `large content follows its head`() throws {
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let content = Content.bytes(body)
        #expect(content.count == 300_000)
        stream.write(Array("head".utf8), content)
        var received: [UInt8] = []
        try loop.turn {
            received += pair.peer.receiveAll()
            return received.count == 300_004
        }
        #expect(received == Array("head".utf8) + body)
        stream.close()
    }

    @Test func `drained is told once each time everything has left`() throws {
        try loop.settle()
        #expect(owner.calls.isEmpty, "nothing was written")
        stream.write([])
        stream.write(SharedBytes([]))
        try loop.settle()
        #expect(owner.calls.isEmpty, "nothing was to be sent")
        for count in 1...3 {
            stream.write([1])
            stream.write([2])
            try loop.settle()
            #expect(owner.count(of: .drained) == count)
        }
        stream.close()
    }

    @Test func `who waits for drained is told also when the rest is dropped`() throws {
        stream.write(SharedBytes([1, 2, 3]))
        stream.dropUnbegunOutput()
        #expect(stream.isDrained)
        try loop.settle()
        #expect(owner.calls == [.drained])
        #expect(pair.peer.receive() == .nothing)
        stream.close()
    }

    @Test func `a producer that always has more does not keep the turn from ending`() throws {
        owner.onDrained = { [stream, owner] in
            if owner.count(of: .drained) < 1_000 { stream.write([1]) }
        }
        stream.write([1])
        try loop.turn(waitingAtMost: 0)
        #expect(owner.count(of: .drained) <= 2)
        var taken = 0
        try loop.turn(atMost: 2_000) {
            taken += pair.peer.receiveAll().count
            return owner.count(of: .drained) == 1_000
        }
        taken += pair.peer.receiveAll().count
        #expect(taken == 1_000)
        stream.close()
    }

    @Test func `an answer leaves in the turn in which it is written, and costs no turn more`() throws {
        owner.onReceived = { [stream] in
            stream.write($0)
            return $0.count
        }
        pair.peer.send("echo".utf8)
        try loop.turn(waitingAtMost: 1_000)
        #expect(pair.peer.receive() == .bytes(Array("echo".utf8)))
        let start = MonotonicTime.now()
        try loop.turn(waitingAtMost: 15)
        #expect(MonotonicTime.now() >= start + 14, "there was nothing to do")
        // The same for what was left over.
        owner.onReceived = { _ in 0 }
        pair.peer.send("echo".utf8)
        try loop.turn(waitingAtMost: 1_000)
        owner.onReceived = { [stream] in
            stream.write($0)
            return $0.count
        }
        stream.redeliver()
        try loop.turn(waitingAtMost: 1_000)
        #expect(pair.peer.receive() == .bytes(Array("echo".utf8)))
        let end = MonotonicTime.now()
        try loop.turn(waitingAtMost: 15)
        #expect(MonotonicTime.now() >= end + 14, "there was nothing to do")
        stream.close()
    }

    @Test func `a peer that never reads makes us stop reading, until half of it is gone`() throws {
        // Twice as much comes back as was sent.
        owner.onReceived = { [stream] unread in
            stream.write(unread)
            stream.write(unread)
            return unread.count
        }
        RawSocket.setOption(pair.own, SO_SNDBUF, 16_384)
        let content = [UInt8](repeating: 3, count: 64 * 1_024)
        var (sent, idle, largest) = (0, 0, 0)
        while idle < 5, sent < 16 << 20 {
            let count = pair.peer.send(content)
            sent += count
            idle = count == 0 ? idle + 1 : 0
            try loop.turn(waitingAtMost: 0)
            largest = max(largest, stream.pendingBytes)
        }
        #expect(!stream.isReading)
        #expect(stream.isCongested)
        let high = ByteStream.Limits().outputBytesHigh
        #expect(largest > high)
        #expect(largest <= high + 2 * EventLoop.scratchBytes)

        var received = 0
        var turnedOnAt: Int?
        for _ in 0..<10_000 where received < 2 * sent {
            if case .bytes(let bytes) = pair.peer.receive(atMost: 10_000) { received += bytes.count }
            try loop.turn(waitingAtMost: 0)
            if stream.isReading, turnedOnAt == nil { turnedOnAt = stream.pendingBytes }
        }
        #expect(received == 2 * sent)
        #expect(turnedOnAt ?? .max <= high / 2)
        stream.close()
    }

    @Test func `an owner whose output has its own bound reads on`() throws {
        stream.readsWhenCongested = true
        stream.write([UInt8](repeating: 0, count: 2 << 20))
        try loop.settle()
        #expect(stream.isCongested)
        #expect(stream.isReading)
        pair.peer.send("abc".utf8)
        try loop.settle()
        #expect(owner.text == "abc")
        stream.readsWhenCongested = false
        #expect(!stream.isReading)
        stream.close()
    }

    @Test(arguments: [false, true])
    func `what the other side said before it broke the connection is still heard`(overTCP: Bool) throws {
        let (own, peer) = overTCP ? RawSocket.tcpPair() : RawSocket.pair()
        let uploader = ScriptedOwner()
        let upload = try ByteStream.owned(by: uploader, own, on: loop)
        uploader.onDrained = { upload.write([UInt8](repeating: 1, count: 100_000)) }
        upload.write([UInt8](repeating: 1, count: 16 << 20))
        try loop.settle()
        #expect(!upload.isReading)
        // It answers at once, and goes, with much unread.
        peer.send("413".utf8)
        if overTCP { peer.reset() } else { peer.close() }
        try loop.turn { uploader.isClosed }
        #expect(uploader.text == "413")
        #expect(uploader.closings.count == 1)
        #expect(uploader.closings.first??.code == EPIPE || uploader.closings.first??.code == ECONNRESET)
        stream.close()
    }
}
