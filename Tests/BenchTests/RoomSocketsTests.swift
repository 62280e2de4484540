import EventLoop
import Server
import Testing
import WebSockets
import Wire

@testable import parley_bench

@Suite struct HeardFrameTests {
    @Test(
        arguments: [
            (#"{"type":"hello","seq":5120,"user":1,"resumed":false}"#, true, 5120, nil),
            (
                #"{"type":"chat_message","seq":7,"room":1,"message":{"id":3,"content":"number 42, and so on"}}"#, false,
                7, 42
            ),
            (#"{"type":"chat_message","seq":8,"room":1,"message":{"id":4,"content":"number"}}"#, false, 8, nil),
            (#"{"type":"unread","room":7,"unread_count":0,"total":12}"#, false, nil, nil),
            ("", false, nil, nil),
        ] as [(String, Bool, Int?, Int?)])
    func `a frame is looked at as far as it is measured`(text: String, isHello: Bool, seq: Int?, message: Int?) {
        let frame = HeardFrame(Array(text.utf8).span)
        #expect(frame.isHello == isHello && frame.seq == seq && frame.message == message)
    }
}

/// What sockets hear is judged: each message once, and in order.
@Suite struct RoomSocketsTests {
    private final class Room: WebSocketOwner {
        private let socket: WebSocket

        init(_ socket: WebSocket, sending numbers: [Int]) {
            self.socket = socket
            socket.send(text: #"{"type":"hello","seq":1,"user":1,"resumed":false}"#)
            for (index, number) in numbers.enumerated() {
                socket.send(
                    text: #"{"type":"chat_message","seq":\#(index + 2),"message":{"content":"number \#(number), x"}}"#)
            }
        }

        func webSocketReceived(text: [UInt8]) {}
        func webSocketReceived(binary: [UInt8]) {}
        func webSocketClosed(code: UInt16, reason: String) {}
    }

    private func faults(hearing numbers: [Int], of sent: Int) throws -> (RoomSockets.Faults, missing: Int) {
        let loop = try EventLoop()
        let server = Server(
            on: loop,
            router: Router([
                Route(.get, "/ws") { exchange in exchange.upgrade { Room($0, sending: numbers) } }
            ]), limits: .init(), quota: ConnectionQuota(totalMax: 100, perAddressMax: 100), troubled: { _ in })
        let listener = try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0]
        try server.listen(on: listener)
        let people = [MeasuredNode.Person(id: 1, token: "prs_x")]
        let target = try Target("http://\(listener.address)")
        let sockets = RoomSockets(2, restless: 0, of: people, at: target, on: loop)
        for _ in 0..<sent { _ = sockets.sending() }
        try sockets.open()
        for _ in 0..<200 where sockets.deliveryCount < 2 * Set(numbers).count { try loop.turn(waitingAtMost: 10) }
        let missing = sockets.missing
        try sockets.closeAll()
        return (sockets.faults, missing)
    }

    @Test func `all that comes once and in order is no fault`() throws {
        let (faults, missing) = try faults(hearing: [0, 1, 2], of: 3)
        #expect(faults == RoomSockets.Faults() && missing == 0)
    }

    @Test func `what comes twice, is passed over or never comes is counted on each socket`() throws {
        let (doubled, none) = try faults(hearing: [0, 1, 1, 2], of: 3)
        #expect(doubled.doubled == 2 && doubled.missed == 0 && none == 0)
        let (passed, _) = try faults(hearing: [0, 3], of: 4)
        #expect(passed.missed == 4 && passed.doubled == 0)
        let (late, missing) = try faults(hearing: [0], of: 3)
        #expect(late == RoomSockets.Faults() && missing == 4)
    }
}
