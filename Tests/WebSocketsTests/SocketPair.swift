import EventLoop
import Glibc
import RawSockets
import WebSockets
import Wire

extension WebSocket.Limits {
    /// So short that a test can wait for it.
    static func impatient(silence: UInt64 = 15, patience: UInt64 = 15) -> WebSocket.Limits {
        var limits = WebSocket.Limits()
        limits.silenceMilliseconds = silence
        limits.patienceMilliseconds = patience
        return limits
    }
}

/// A server's socket and a client's, talking to each other on one loop.
struct SocketPair {
    let loop: EventLoop
    let server: ScriptedSocketOwner
    let client: ScriptedSocketOwner

    init(server: WebSocket.Limits = .init(), client: WebSocket.Limits = .init(), overTCP: Bool = false) throws {
        ignoreBrokenPipes()
        loop = try EventLoop()
        let (own, peer) = overTCP ? RawSocket.tcpPair() : RawSocket.pair()
        self.server = try .make(own, .server, server, on: loop)
        self.client = try .make(peer.release(), .client, client, on: loop)
    }

    var isOver: Bool { !server.endings.isEmpty && !client.endings.isEmpty }

    func cut() {
        server.socket.cut()
        client.socket.cut()
    }
}

/// A socket of ours, and frames put together by hand at the other end.
struct RawPeerPair {
    let loop: EventLoop
    let owner: ScriptedSocketOwner
    let peer: RawSocket
    let stream: ByteStream

    init(_ role: WebSocketRole, _ limits: WebSocket.Limits = .init(), sendBufferBytes: Int32? = nil) throws {
        ignoreBrokenPipes()
        loop = try EventLoop()
        let pair = RawSocket.pair()
        if let sendBufferBytes { RawSocket.setOption(pair.own, SO_SNDBUF, sendBufferBytes) }
        peer = pair.peer
        stream = try ByteStream(Descriptor(owning: pair.own), on: loop)
        var owner: ScriptedSocketOwner?
        _ = WebSocket(on: stream, role: role, limits: limits) {
            let made = ScriptedSocketOwner($0)
            owner = made
            return made
        }
        self.owner = owner!
    }

    /// Lets the peer send these frames, all of them, and looks at what comes of it.
    func send(_ frames: [UInt8]) throws {
        var rest = frames[...]
        while !rest.isEmpty {
            rest = rest.dropFirst(peer.send(rest))
            try loop.turn(waitingAtMost: 0)
        }
        try loop.settle(turns: 4)
    }
}

extension ScriptedSocketOwner {
    static func make(
        _ number: Int32, _ role: WebSocketRole, _ limits: WebSocket.Limits, on loop: EventLoop
    ) throws -> ScriptedSocketOwner {
        let stream = try ByteStream(Descriptor(owning: number), on: loop)
        var owner: ScriptedSocketOwner?
        _ = WebSocket(on: stream, role: role, limits: limits) {
            let made = ScriptedSocketOwner($0)
            owner = made
            return made
        }
        return owner!
    }
}

/// What a client puts on the wire, masked with a key that changes nothing.
func masked(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendWebSocketFrame(opcode, payload.span, isFinal: isFinal, maskingKey: 0)
    return bytes
}

/// What a server puts on the wire.
func plain(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendWebSocketFrame(opcode, payload.span)
    return bytes
}

/// The frames of a server, whole ones; what follows the last of them stands in `rest`.
struct ServerFrames {
    private(set) var frames: [(opcode: UInt8, payload: [UInt8])] = []
    private(set) var rest: [UInt8]

    init(_ bytes: [UInt8]) {
        var at = 0
        while at + 2 <= bytes.count {
            var (count, start) = (Int(bytes[at + 1]), at + 2)
            if count >= 126 {
                let digits = count == 126 ? 2 : 8
                guard start + digits <= bytes.count else { break }
                count = bytes[start..<start + digits].reduce(0) { $0 << 8 | Int($1) }
                start += digits
            }
            guard start + count <= bytes.count else { break }
            frames.append((bytes[at] & 0x0F, Array(bytes[start..<start + count])))
            at = start + count
        }
        rest = Array(bytes[at...])
    }

    /// The code of the close frame that stands last.
    var closeCode: UInt16? {
        guard let last = frames.last, last.opcode == 8, last.payload.count >= 2 else { return nil }
        return UInt16(last.payload[0]) << 8 | UInt16(last.payload[1])
    }
}
