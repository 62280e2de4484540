import Bytes
import EventLoop
import Glibc
import RawSockets
import Testing
import WebSockets
import Wire

/// Who is slow, who is silent, and who only has much to read.
struct WebSocketPaceTests {
    @Test(arguments: [false, true])
    func `a reader that is too slow loses what has not begun, and is told`(isShared: Bool) throws {
        var limits = WebSocket.Limits()
        limits.queueBytesMax = 1 << 20
        let pair = try RawPeerPair(.server, limits)
        let message = [UInt8](repeating: UInt8(ascii: "x"), count: 5_000)
        let frame = WebSocket.frame(text: message.span)
        var largest = 0
        for _ in 0..<2_000 {
            if isShared { pair.owner.socket.send(frame: frame) } else { pair.owner.socket.send(text: message) }
            largest = max(largest, pair.owner.socket.pendingBytes)
            if largest > 400_000 { try pair.loop.turn(waitingAtMost: 0) }
        }
        #expect(largest <= limits.queueBytesMax + 2 * 5_010)
        #expect(pair.owner.socket.pendingBytes < 80_000, "the rest was dropped")
        var received: [UInt8] = []
        try pair.loop.turn {
            received += pair.peer.receiveAll()
            return ServerFrames(received).closeCode != nil
        }
        let frames = ServerFrames(received)
        #expect(frames.closeCode == 1013)
        #expect(frames.rest.isEmpty, "only whole frames")
        #expect(frames.frames.dropLast().allSatisfy { $0.opcode == 1 && $0.payload == message })
        #expect(frames.frames.count > 10)
        pair.peer.send(masked(.close, [0x03, 0xF5]))
        try pair.loop.settle()
        #expect(pair.owner.endings == [.closed(1013, "")])
    }

    @Test func `one message may be larger than the queue`() throws {
        var limits = WebSocket.Limits()
        limits.queueBytesMax = 1 << 20
        let pair = try SocketPair(server: limits)
        pair.server.socket.send(binary: [UInt8](repeating: 1, count: 5 << 20))
        try pair.loop.turn(atMost: 2_000) { !pair.client.messages.isEmpty }
        #expect(pair.client.messages.first?.count == 5 << 20)
        #expect(pair.server.endings.isEmpty)
        pair.cut()
    }

    @Test func `who is asked whether it is there while a large message waits is not too slow for that`() throws {
        let pair = try RawPeerPair(.server)
        pair.owner.socket.send(binary: [UInt8](repeating: 1, count: 8 << 20))
        try pair.send(masked(.ping, Array("there?".utf8)))
        var received: [UInt8] = []
        try pair.loop.turn(atMost: 2_000) {
            received += pair.peer.receiveAll()
            return received.count >= (8 << 20) + 10 + 8
        }
        #expect(ServerFrames(received).frames.map(\.opcode) == [2, 10])
        pair.owner.socket.cut()
    }

    /// The second message has arrived with the first's last bytes; the reader had no chance yet to take
    /// the first answer in.
    @Test func `a peer whose large messages come back is not too slow`() throws {
        let pair = try RawPeerPair(.server)
        pair.owner.onMessage = { pair.owner.socket.send(binary: $0) }
        let large = [UInt8](repeating: 1, count: 5 << 20)
        var rest = (masked(.binary, large) + masked(.binary, [2]) + masked(.binary, large) + masked(.binary, [3]))[...]
        var received: [UInt8] = []
        try pair.loop.turn(atMost: 5_000) {
            rest = rest.dropFirst(pair.peer.send(rest.prefix(200_000)))
            received += pair.peer.receiveAll()
            return received.count >= 2 * (large.count + 10) + 2 * 3
        }
        #expect(ServerFrames(received).frames.map(\.payload.count) == [large.count, 1, large.count, 1])
        #expect(pair.owner.endings.isEmpty)
        pair.owner.socket.cut()
    }

    @Test func `who asks and does not read the answers is not read either, and goes on when it reads`() throws {
        let pair = try RawPeerPair(.server)
        let ping = masked(.ping, [UInt8](repeating: 1, count: 125))
        let flood = [[UInt8]](repeating: ping, count: 2_000).flatMap { $0 }
        var (sent, idle) = (0, 0)
        while idle < 5, sent < 16 << 20 {
            // Whole pings, and the rest of one that was cut.
            let count = pair.peer.send(flood[(sent % ping.count)...])
            sent += count
            idle = count == 0 ? idle + 1 : 0
            try pair.loop.turn(waitingAtMost: 0)
        }
        #expect(sent < 4 << 20, "it was stopped")
        #expect(pair.owner.socket.pendingBytes < 500_000)
        let whole = sent / ping.count
        var received: [UInt8] = []
        try pair.loop.turn(atMost: 2_000) {
            received += pair.peer.receiveAll()
            return received.count >= whole * 127
        }
        #expect(received.count == whole * 127)
        #expect(pair.owner.endings.isEmpty)
        pair.owner.socket.cut()
    }

    @Test func `a flood whose answers nobody reads ends with the patience`() throws {
        let pair = try RawPeerPair(.server, .impatient())
        let flood = [[UInt8]](repeating: masked(.ping, [1, 2, 3]), count: 10_000).flatMap { $0 }
        let start = MonotonicTime.now()
        while pair.owner.endings.isEmpty, MonotonicTime.now() < start + 5_000 {
            pair.peer.send(flood)
            try pair.loop.turn(waitingAtMost: 1)
        }
        #expect(pair.owner.endings == [.closed(1006, "the connection was lost")])
    }

    @Test func `a goodbye behind questions that were held back is heard`() throws {
        let pair = try RawPeerPair(.server)
        let answer = [UInt8](repeating: 1, count: 300_000)
        pair.owner.onMessage = { _ in pair.owner.socket.send(binary: answer) }
        pair.peer.send(masked(.text, [65]) + masked(.text, [66]) + masked(.text, [67]) + masked(.close, [0x03, 0xE8]))
        pair.peer.endSending()
        try pair.loop.settle()
        #expect(pair.owner.messages.count == 1)
        var received: [UInt8] = []
        try pair.loop.turn(atMost: 2_000) {
            received += pair.peer.receiveAll()
            return !pair.owner.endings.isEmpty
        }
        received += pair.peer.receiveAll()
        #expect(pair.owner.endings == [.closed(1000, "")])
        #expect(ServerFrames(received).frames.map(\.opcode) == [2, 2, 2, 8])
    }

    @Test func `our own goodbye lets in what was held back`() throws {
        let pair = try RawPeerPair(.server)
        pair.owner.onMessage = { _ in pair.owner.socket.send(binary: [UInt8](repeating: 1, count: 1 << 20)) }
        pair.peer.send(masked(.text, [65]) + masked(.text, [66]) + masked(.close, [0x0F, 0xA0]))
        try pair.loop.settle()
        #expect(pair.owner.messages.count == 1)
        pair.owner.socket.close(code: 1001)
        try pair.loop.turn(atMost: 2_000) {
            _ = pair.peer.receiveAll()
            return !pair.owner.endings.isEmpty
        }
        #expect(pair.owner.endings == [.closed(4000, "")])
        #expect(pair.owner.messages.count == 1)
    }

    @Test func `who is silent is asked, and who answers stays`() throws {
        let pair = try SocketPair(server: .impatient(silence: 10, patience: 10_000), client: .init())
        // Each question and each answer, once it has left, is a `drained`.
        try pair.loop.turn { pair.server.calls.count >= 3 && pair.client.calls.count >= 3 }
        #expect(pair.server.calls == [ScriptedSocketOwner.Call](repeating: .drained, count: pair.server.calls.count))
        #expect(pair.client.calls.count >= 3)
        #expect(pair.client.endings.isEmpty)
        pair.cut()
    }

    @Test(arguments: [WebSocketRole.server, .client])
    func `who is silent and does not answer is left`(role: WebSocketRole) throws {
        let pair = try RawPeerPair(role, .impatient())
        let start = MonotonicTime.now()
        try pair.loop.turn { !pair.owner.endings.isEmpty }
        #expect(pair.owner.endings == [.closed(1006, "the connection was lost")])
        #expect(MonotonicTime.now() >= start + 28, "it was asked, and given its time")
        let asked = pair.peer.receiveAll()
        #expect(asked[0] == 0x89, "with a ping")
        #expect(asked.count == (role == .client ? 6 : 2))
    }

    @Test func `who is silent but takes in what we send stays, and who does not is left`() throws {
        let pair = try RawPeerPair(.server, .impatient(silence: 5, patience: 5), sendBufferBytes: 16_384)
        pair.owner.socket.send(binary: [UInt8](repeating: 1, count: 3 << 20))
        // However long a round takes, something has been taken in by the time it is looked at.
        for _ in 0..<20 {
            try pair.loop.turn(waitingAtMost: 0)
            #expect(!pair.peer.receiveAll().isEmpty)
            usleep(3_000)
        }
        #expect(pair.owner.socket.pendingBytes > 0, "it is not through yet")
        #expect(pair.owner.endings.isEmpty)
        try pair.loop.turn { !pair.owner.endings.isEmpty }
        #expect(pair.owner.endings == [.closed(1006, "the connection was lost")])
    }

    @Test func `a message that trickles in is not silence`() throws {
        let pair = try RawPeerPair(.server, .impatient(silence: 40, patience: 5))
        let bytes = masked(.text, Array("slowly but surely, one byte after the other".utf8))
        for byte in bytes {
            pair.peer.send([byte])
            try pair.loop.turn(waitingAtMost: 0)
            usleep(2_000)
        }
        #expect(pair.owner.calls == [.text("slowly but surely, one byte after the other")])
        pair.owner.socket.cut()
    }

    @Test func `drained tells a producer to go on`() throws {
        let pair = try SocketPair()
        var left = 40
        let chunk = [UInt8](repeating: 1, count: 100_000)
        func produce() {
            while left > 0, !pair.server.socket.isCongested {
                pair.server.socket.send(binary: chunk)
                left -= 1
            }
        }
        pair.server.onDrained = produce
        produce()
        #expect(left > 30)
        var largest = 0
        try pair.loop.turn(atMost: 2_000) {
            largest = max(largest, pair.server.socket.pendingBytes)
            return pair.client.messages.count == 40
        }
        #expect(pair.client.messages.count == 40)
        #expect(largest < 500_000)
        pair.cut()
    }
}
