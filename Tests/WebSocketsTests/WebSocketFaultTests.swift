import EventLoop
import RawSockets
import Testing
import WebSockets
import Wire

struct WebSocketFaultTests {
    private static let faults: [(bytes: [UInt8], code: UInt16)] = [
        ([0xC1, 0x80, 0, 0, 0, 0], 1002),
        ([0x83, 0x80, 0, 0, 0, 0], 1002),
        ([0x81, 0x00], 1002),
        ([0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007),
        ([0x80, 0x80, 0, 0, 0, 0], 1002),
        ([0x82, 0xFF, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0], 1009),
        ([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xED], 1002),
        ([0x88, 0x81, 0, 0, 0, 0, 0x03], 1002),
    ]

    @Test(arguments: faults)
    func `what is against the protocol is answered with why`(bytes: [UInt8], code: UInt16) throws {
        let pair = try RawPeerPair(.server)
        try pair.send(bytes + masked(.text, Array("more".utf8)))
        let frames = ServerFrames(pair.peer.receiveAll())
        #expect(frames.closeCode == code)
        #expect(frames.frames.count == 1)
        #expect(pair.peer.receive() == .end, "we have no more to say")
        #expect(pair.owner.endings.isEmpty, "it may still have something to say")
        pair.peer.close()
        try pair.loop.settle()
        guard case .closed(code, _)? = pair.owner.endings.first, pair.owner.endings.count == 1 else {
            Issue.record("\(pair.owner.calls)")
            return
        }
        #expect(pair.owner.messages.isEmpty)
    }

    /// Were the connection closed over what is still unread, it would be reset, and our last frame lost.
    @Test func `the reason arrives although the peer goes on sending`() throws {
        ignoreBrokenPipes()
        let loop = try EventLoop()
        let (own, peer) = RawSocket.tcpPair()
        let owner = try ScriptedSocketOwner.make(own, .server, .init(), on: loop)
        peer.send([0x83, 0x80, 0, 0, 0, 0])
        let flood = [UInt8](repeating: 0x55, count: 100_000)
        var (sent, received) = (0, [UInt8]())
        for _ in 0..<60 {
            sent += peer.send(flood)
            try loop.turn(waitingAtMost: 1)
        }
        #expect(sent > 3_000_000, "it is read and thrown away")
        received = peer.receiveAll()
        #expect(ServerFrames(received).closeCode == 1002)
        peer.close()
        try loop.turn { !owner.endings.isEmpty }
        #expect(owner.endings == [.closed(1002, "opcode 3 is reserved")])
    }

    @Test func `a peer that never stops is left after a while`() throws {
        let pair = try RawPeerPair(.server, .impatient(silence: 60_000))
        pair.peer.send([0x83, 0x80, 0, 0, 0, 0])
        let start = MonotonicTime.now()
        while pair.owner.endings.isEmpty, MonotonicTime.now() < start + 5_000 {
            pair.peer.send([0, 0, 0])
            try pair.loop.turn(waitingAtMost: 3)
        }
        #expect(pair.owner.endings == [.closed(1002, "opcode 3 is reserved")])
    }

    @Test func `a wrong answer to our goodbye is not answered again`() throws {
        let pair = try RawPeerPair(.server)
        pair.owner.socket.close(code: 1001, reason: "stopping")
        try pair.send([0x83, 0x80, 0, 0, 0, 0])
        #expect(ServerFrames(pair.peer.receiveAll()).frames.map(\.opcode) == [8])
        pair.peer.close()
        try pair.loop.settle()
        #expect(pair.owner.endings == [.closed(1001, "stopping")])
    }
}
