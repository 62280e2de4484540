import Bytes
import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct ByteStreamConnectingTests {
    private let loop: EventLoop
    private let owner = ScriptedOwner()
    private let loopback = SocketAddress.ipv4(0x7F00_0001, port: 0)

    init() throws {
        ignoreBrokenPipes()
        loop = try EventLoop()
    }

    /// Takes one connection in, and hands the raw socket out.
    private func accept(on socket: ListeningSocket) throws -> RawSocket {
        var number: Int32 = -1
        try loop.turn {
            number = Glibc.accept(socket.descriptor.number, nil, nil)
            return number >= 0
        }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        return RawSocket(owning: number)
    }

    @Test func `a refused connection is an error, told once`() throws {
        let address = try ListeningSocket.open(at: loopback, count: 1)[0].address
        let stream = try ByteStream(connectingTo: address, on: loop)
        stream.owner = owner
        stream.write([1, 2, 3])
        try loop.turn { stream.isClosed }
        #expect(owner.calls == [.closed(SystemError("connect", code: ECONNREFUSED))])
    }

    @Test func `what was written before the connection stood arrives`() throws {
        let socket = try ListeningSocket.open(at: loopback, count: 1)[0]
        let stream = try ByteStream(connectingTo: socket.address, on: loop)
        stream.owner = owner
        stream.write(Array("early ".utf8))
        owner.onConnected = { stream.write(Array("late".utf8)) }
        let peer = try accept(on: socket)
        var received: [UInt8] = []
        try loop.turn {
            received += peer.receiveAll()
            return received.count == 10
        }
        #expect(String(decoding: received, as: UTF8.self) == "early late")
        #expect(owner.calls == [.connected, .drained])
        stream.close()
    }

    @Test(arguments: [false, true])
    func `an end that was asked for before the connection stood comes about`(onlySending: Bool) throws {
        let socket = try ListeningSocket.open(at: loopback, count: 1)[0]
        let stream = try ByteStream(connectingTo: socket.address, on: loop)
        stream.owner = owner
        if onlySending { stream.endSendingWhenDrained() } else { stream.closeWhenDrained() }
        let peer = try accept(on: socket)
        var last = RawSocket.Arrival.nothing
        try loop.turn {
            last = peer.receive()
            return last != .nothing
        }
        #expect(last == .end)
        #expect(stream.isClosed == !onlySending)
        stream.close()
    }

    @Test func `a pause from before the connection stood lasts`() throws {
        let socket = try ListeningSocket.open(at: loopback, count: 1)[0]
        let stream = try ByteStream(connectingTo: socket.address, on: loop)
        stream.owner = owner
        stream.pauseReading()
        let peer = try accept(on: socket)
        peer.send("abc".utf8)
        try loop.turn { !owner.calls.isEmpty }
        try loop.settle()
        #expect(owner.calls == [.connected])
        stream.resumeReading()
        try loop.turn { owner.text == "abc" }
        #expect(owner.text == "abc")
        stream.close()
    }

    @Test func `a stream may be closed, or its deadline pass, while it is being connected`() throws {
        // Nobody accepts, and nobody need: it stands by itself, but we don't look before the deadline.
        let socket = try ListeningSocket.open(at: loopback, count: 1)[0]
        let stream = try ByteStream(connectingTo: socket.address, on: loop)
        stream.owner = owner
        owner.onDeadline = { stream.close() }
        owner.onConnected = { Issue.record("closed streams don't connect") }
        stream.close()
        try loop.settle()
        #expect(owner.calls == [.closed(nil)])

        let waiting = try ByteStream(connectingTo: socket.address, on: loop)
        let patient = ScriptedOwner()
        waiting.owner = patient
        waiting.setDeadline(loop.now)
        patient.onDeadline = { waiting.close() }
        try loop.turn { waiting.isClosed }
        #expect(patient.calls.suffix(2) == [.deadlinePassed, .closed(nil)])
    }

    @Test func `a Unix path is connected to, and one that is not there is an error at once`() throws {
        let folder = TemporaryFolder()
        let address = SocketAddress.unix(path: folder / "socket")
        #expect(throws: SystemError("connect to \(address)", code: ENOENT)) {
            try ByteStream(connectingTo: address, on: loop)
        }
        let socket = try ListeningSocket.open(at: address, count: 1)[0]
        let stream = try ByteStream(connectingTo: address, on: loop)
        stream.owner = owner
        owner.onConnected = { stream.write(Array("hello".utf8)) }
        let peer = try accept(on: socket)
        try loop.turn { owner.count(of: .drained) == 1 }
        #expect(peer.receive() == .bytes(Array("hello".utf8)))
        #expect(owner.calls == [.connected, .drained])
        stream.close()
    }

    @Test func `a connection that is not worth a stream gets its few bytes and is closed`() throws {
        let (own, peer) = RawSocket.pair()
        ByteStream.sendOnce(Descriptor(owning: own), Array("busy".utf8))
        #expect(peer.receive() == .bytes(Array("busy".utf8)))
        #expect(peer.receive() == .end)
    }
}
