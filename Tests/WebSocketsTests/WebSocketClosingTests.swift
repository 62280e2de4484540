import EventLoop
import Glibc
import RawSockets
import Testing
import WebSockets
import Wire

struct WebSocketClosingTests {
    @Test(arguments: [WebSocketRole.server, .client], [false, true])
    func `either side may say goodbye, and both hear why`(first: WebSocketRole, overTCP: Bool) throws {
        let pair = try SocketPair(overTCP: overTCP)
        let (closing, other) = first == .server ? (pair.server, pair.client) : (pair.client, pair.server)
        closing.socket.send(text: "last words")
        closing.socket.close(code: 4001, reason: "bored")
        closing.socket.close(code: 1000)
        closing.socket.send(text: "too late")
        try pair.loop.turn { pair.isOver }
        #expect(closing.endings == [.closed(4001, "bored")] || closing.endings == [.closed(4001, "")])
        #expect(other.endings == [.closed(4001, "bored")])
        #expect(other.calls.filter { $0 != .drained } == [.text("last words"), .closed(4001, "bored")])
    }

    @Test func `both may say goodbye at the same moment`() throws {
        let pair = try SocketPair()
        pair.server.socket.close(code: 1001, reason: "server")
        pair.client.socket.close(code: 1000, reason: "client")
        try pair.loop.turn { pair.isOver }
        #expect(pair.server.endings == [.closed(1000, "client")])
        #expect(pair.client.endings == [.closed(1001, "server")])
    }

    @Test func `a goodbye without a code is 1005, none at all 1006`() throws {
        let polite = try RawPeerPair(.server)
        try polite.send(masked(.close, []))
        #expect(polite.owner.endings == [.closed(1005, "")])
        #expect(ServerFrames(polite.peer.receiveAll()).frames.map(\.payload) == [[]])
        #expect(polite.peer.receive() == .end)

        let gone = try RawPeerPair(.server)
        gone.peer.close()
        try gone.loop.settle()
        #expect(gone.owner.endings == [.closed(1006, "the connection was lost")])

        let half = try RawPeerPair(.server)
        half.owner.socket.send(text: "last words")
        half.peer.endSending()
        try half.loop.settle()
        #expect(half.owner.endings == [.closed(1006, "the connection was lost")])
        #expect(ServerFrames(half.peer.receiveAll()).frames.map(\.opcode) == [1])
    }

    @Test func `a reset is 1006 with what the machine says`() throws {
        ignoreBrokenPipes()
        let loop = try EventLoop()
        let (own, peer) = RawSocket.tcpPair()
        let owner = try ScriptedSocketOwner.make(own, .server, .init(), on: loop)
        peer.reset()
        try loop.turn { !owner.endings.isEmpty }
        guard case .closed(1006, let reason)? = owner.endings.first else {
            Issue.record("\(owner.calls)")
            return
        }
        #expect(reason.contains("Connection reset by peer"))
    }

    @Test func `messages after our goodbye are not delivered, and pings not answered`() throws {
        let pair = try RawPeerPair(.server)
        pair.owner.socket.close(code: 1001)
        try pair.send(masked(.text, Array("late".utf8)) + masked(.ping, []) + masked(.close, [0x03, 0xE8]))
        #expect(pair.owner.calls.filter { $0 != .drained } == [.closed(1000, "")])
        #expect(ServerFrames(pair.peer.receiveAll()).frames.map(\.opcode) == [8])
    }

    @Test func `who does not answer a goodbye is left`() throws {
        let pair = try RawPeerPair(.server, .impatient(silence: 10_000))
        pair.owner.socket.close(code: 1001, reason: "stopping")
        // Chatting on does not help.
        let start = MonotonicTime.now()
        while pair.owner.endings.isEmpty, MonotonicTime.now() < start + 5_000 {
            pair.peer.send(masked(.ping, []))
            try pair.loop.turn(waitingAtMost: 3)
        }
        #expect(pair.owner.endings == [.closed(1001, "stopping")])
    }

    @Test func `a server that does not close the connection is left, too`() throws {
        let patient = try RawPeerPair(.client)
        try patient.send(plain(.close, [0x03, 0xE8]))
        #expect(patient.owner.endings.isEmpty, "the server goes first")
        patient.owner.socket.cut()
        let pair = try RawPeerPair(.client, .impatient(silence: 10_000))
        pair.peer.send(plain(.close, [0x03, 0xE8]))
        try pair.loop.turn { !pair.owner.endings.isEmpty }
        #expect(pair.owner.endings == [.closed(1000, "")])
    }

    @Test func `cutting ends at once and once`() throws {
        let pair = try SocketPair()
        pair.server.onClosed = {
            pair.server.socket.cut()
            pair.server.socket.close(code: 1000)
            pair.server.socket.send(text: "nothing")
        }
        pair.server.socket.send(text: "never leaves")
        pair.server.socket.cut()
        pair.server.socket.cut()
        try pair.loop.turn { pair.isOver }
        #expect(pair.server.calls == [.closed(1006, "the connection was lost")])
        #expect(pair.client.calls == [.closed(1006, "the connection was lost")])
    }

    @Test(arguments: ["cut", "close", "send"])
    func `an owner may act from inside a message`(deed: String) throws {
        let pair = try RawPeerPair(.server)
        pair.owner.onMessage = { _ in
            switch deed {
            case "cut": pair.owner.socket.cut()
            case "close": pair.owner.socket.close(code: 1000, reason: "enough")
            default: pair.owner.socket.send(text: "yes")
            }
        }
        pair.peer.send(masked(.text, [65]) + masked(.text, [66]) + masked(.ping, []) + masked(.close, [0x03, 0xE9]))
        try pair.loop.settle()
        let frames = ServerFrames(pair.peer.receiveAll()).frames.map(\.opcode)
        switch deed {
        case "cut":
            #expect(pair.owner.calls == [.text("A"), .closed(1006, "the connection was lost")])
            #expect(frames == [])
        case "close":
            #expect(pair.owner.calls == [.text("A"), .closed(1001, "")])
            #expect(frames == [8])
        default:
            #expect(pair.owner.calls.filter { $0 != .drained } == [.text("A"), .text("B"), .closed(1001, "")])
            #expect(frames == [1, 1, 10, 8])
        }
    }

    @Test(arguments: [WebSocketRole.server, .client])
    func `the end leaves nothing in memory`(role: WebSocketRole) throws {
        weak var socket: WebSocket?
        weak var owner: ScriptedSocketOwner?
        weak var stream: ByteStream?
        let loop: EventLoop
        do {
            let pair = try RawPeerPair(role)
            (socket, owner, stream, loop) = (pair.owner.socket, pair.owner, pair.stream, pair.loop)
            pair.owner.socket.send(text: "hello")
            try pair.loop.settle()
            #expect(socket != nil && owner != nil)
            pair.peer.close()
            try pair.loop.settle()
            #expect(pair.owner.endings.count == 1)
        }
        // The owner knows its socket; the socket does not know it any more.
        #expect(owner == nil)
        #expect(socket == nil)
        #expect(stream == nil)
        _ = loop
    }

    @Test func `an owner that ends it while it is made hears of that`() throws {
        ignoreBrokenPipes()
        let loop = try EventLoop()
        let (own, peer) = RawSocket.pair()
        weak var socket: WebSocket?
        var calls: [ScriptedSocketOwner.Call] = []
        do {
            let stream = try ByteStream(Descriptor(owning: own), on: loop)
            var owner: ScriptedSocketOwner?
            _ = WebSocket(on: stream, role: .server) {
                socket = $0
                $0.cut()
                owner = ScriptedSocketOwner($0)
                return owner!
            }
            try loop.settle()
            calls = owner?.calls ?? []
        }
        #expect(calls == [.closed(1006, "the connection was lost")])
        #expect(socket == nil)
        #expect(peer.receive() == .end)
    }

    @Test func `a socket on a stream that is closed already hears of that`() throws {
        let loop = try EventLoop()
        let (own, peer) = RawSocket.pair()
        weak var socket: WebSocket?
        var calls: [ScriptedSocketOwner.Call] = []
        do {
            let stream = try ByteStream(Descriptor(owning: own), on: loop)
            stream.close()
            var owner: ScriptedSocketOwner?
            _ = WebSocket(on: stream, role: .server) {
                socket = $0
                owner = ScriptedSocketOwner($0)
                return owner!
            }
            try loop.settle()
            calls = owner?.calls ?? []
        }
        #expect(calls == [.closed(1006, "the connection was lost")])
        #expect(socket == nil)
        #expect(peer.receive() == .end)
    }

    @Test func `an owner that says goodbye while it is made does not wait as for a silent peer`() throws {
        let loop = try EventLoop()
        let (own, peer) = RawSocket.pair()
        let stream = try ByteStream(Descriptor(owning: own), on: loop)
        var owner: ScriptedSocketOwner?
        _ = WebSocket(on: stream, role: .server, limits: .impatient(silence: 60_000)) {
            $0.close(code: 1008, reason: "no")
            owner = ScriptedSocketOwner($0)
            return owner!
        }
        try loop.turn(atMost: 100) { owner?.endings.isEmpty == false }
        #expect(owner?.endings == [.closed(1008, "no")])
        #expect(ServerFrames(peer.receiveAll()).closeCode == 1008)
    }
}
