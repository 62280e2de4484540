import Bytes
import EventLoop
import RawSockets
import Testing
import WebSockets
import Wire

struct WebSocketMessageTests {
    @Test(arguments: [false, true])
    func `messages of both kinds and all sizes arrive as they were sent, both ways`(overTCP: Bool) throws {
        let pair = try SocketPair(overTCP: overTCP)
        let sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]
        for size in sizes {
            let text = [UInt8](repeating: UInt8(ascii: "t"), count: size)
            let binary = [UInt8](repeating: 0xFF, count: size)
            for sender in [pair.server, pair.client] {
                sender.socket.send(text: text)
                sender.socket.send(binary: binary)
            }
        }
        pair.server.socket.send(text: "ünïcödé")
        pair.client.socket.send(text: "ünïcödé")
        try pair.loop.turn { pair.server.messages.count == 17 && pair.client.messages.count == 17 }
        for receiver in [pair.server, pair.client] {
            #expect(receiver.messages.dropLast().map(\.count) == sizes.flatMap { [$0, $0] })
            #expect(
                receiver.messages.prefix(16).enumerated().allSatisfy { index, message in
                    message.allSatisfy { $0 == (index % 2 == 0 ? UInt8(ascii: "t") : 0xFF) }
                })
            #expect(receiver.calls.contains(.text("ünïcödé")))
            #expect(receiver.calls.contains(.binary(200_000)))
            #expect(receiver.endings.isEmpty)
        }
        pair.cut()
    }

    @Test func `a message of the largest size goes through, one that is larger does not`() throws {
        let pair = try SocketPair()
        let largest = [UInt8](repeating: 7, count: 16 << 20)
        pair.client.socket.send(binary: largest)
        try pair.loop.turn(atMost: 5_000) { !pair.server.messages.isEmpty }
        #expect(pair.server.messages.first == largest)
        pair.client.socket.send(binary: largest + [7])
        try pair.loop.turn(atMost: 5_000) { pair.isOver }
        #expect(pair.server.endings == [.closed(1009, "the message is too long")])
        #expect(pair.client.endings == [.closed(1009, "the message is too long")])
    }

    @Test func `two that send each other much at the same moment both arrive`() throws {
        let pair = try SocketPair()
        let message = [UInt8](repeating: 1, count: 200_000)
        for _ in 0..<15 {
            pair.server.socket.send(binary: message)
            pair.client.socket.send(binary: message)
        }
        try pair.loop.turn(atMost: 2_000) { pair.server.messages.count == 15 && pair.client.messages.count == 15 }
        #expect(pair.server.messages.count == 15)
        #expect(pair.client.messages.count == 15)
        pair.cut()
    }

    @Test func `an encoded frame is shared by many sockets`() throws {
        let loop = try EventLoop()
        ignoreBrokenPipes()
        var (servers, peers) = ([ScriptedSocketOwner](), [RawSocket]())
        for _ in 0..<50 {
            let (own, peer) = RawSocket.pair()
            servers.append(try .make(own, .server, .init(), on: loop))
            peers.append(peer)
        }
        weak var shared: SharedBytes?
        do {
            let frame = WebSocket.frame(text: Array("news".utf8).span)
            shared = frame
            for server in servers {
                server.socket.send(frame: frame)
                server.socket.send(text: "yours")
                server.socket.send(frame: frame)
            }
        }
        try loop.turn { servers.allSatisfy { $0.calls == [.drained] } }
        for peer in peers {
            let frames = ServerFrames(peer.receiveAll())
            #expect(frames.frames.map { String(decoding: $0.payload, as: UTF8.self) } == ["news", "yours", "news"])
            #expect(frames.frames.allSatisfy { $0.opcode == 1 })
        }
        #expect(shared == nil, "what is sent is not held")
        for server in servers { server.socket.cut() }
    }

    @Test func `a ping is answered with what it held, between the frames of a message, too`() throws {
        let pair = try RawPeerPair(.server)
        try pair.send(masked(.ping, []) + masked(.ping, Array("a".utf8)))
        try pair.send(masked(.text, Array("one ".utf8), isFinal: false) + masked(.ping, Array("b".utf8)))
        try pair.send(masked(.pong, Array("unasked".utf8)) + masked(.continuation, Array("message".utf8)))
        let frames = ServerFrames(pair.peer.receiveAll())
        #expect(frames.frames.map(\.opcode) == [10, 10, 10])
        #expect(frames.frames.map { String(decoding: $0.payload, as: UTF8.self) } == ["", "a", "b"])
        #expect(pair.owner.calls.filter { $0 != .drained } == [.text("one message")])
        pair.owner.socket.cut()
    }

    @Test func `byte by byte is as good as all at once`() throws {
        let pair = try RawPeerPair(.server)
        let bytes =
            masked(.text, Array("hällo".utf8)) + masked(.ping, []) + masked(.binary, [UInt8](repeating: 0, count: 130))
        for byte in bytes { try pair.send([byte]) }
        #expect(pair.owner.calls.filter { $0 != .drained } == [.text("hällo"), .binary(130)])
        pair.owner.socket.cut()
    }
}
