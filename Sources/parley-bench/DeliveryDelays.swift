import Client
import EventLoop
import WebSockets
import Wire

/// Messages posted at one node, and when each is heard of at another.
final class DeliveryDelays: WebSocketOwner {
    private struct Way {
        var answeredAt: UInt64?
        var heardAt: UInt64?
    }

    private let pair: MeasuredPair
    private let room: MeasuredPair.SharedRoom
    private let loop: EventLoop
    private var socket: WebSocket?
    private var isHeard = false
    private var fault: String?
    private var ways: [Way] = []

    init(_ pair: MeasuredPair, in room: MeasuredPair.SharedRoom, on loop: EventLoop) throws {
        (self.pair, self.room, self.loop) = (pair, room, loop)
        let target = pair.south.served.target
        HTTPClient(on: loop).openWebSocket(
            "/ws/", at: Endpoint(target.address, authority: target.authority),
            fields: [("Authorization", "Bearer \(pair.southerner.token)")],
            opened: { [unowned self] in
                socket = $0
                return self
            }, failed: { [unowned self] in fault = "\($0)" })
        try pair.wait("a socket") { isHeard || fault != nil }
    }

    /// From each answer to its frame, of those behind the first `warmup`; 0 where the frame came first.
    func measure(_ count: Int, eachSecond rate: Int, warmup: Int) throws -> Histogram {
        let client = HTTPClient(on: loop)
        let target = pair.north.served.target
        let endpoint = Endpoint(target.address, authority: target.authority)
        let fields = [
            ("Authorization", "Bearer \(pair.northerners[0].token)"), ("Content-Type", "application/json"),
        ]
        let began = Clock.now()
        while ways.count < count {
            let due = min(count, Int((Clock.now() - began) * UInt64(rate) / 1_000_000_000) + 1)
            while ways.count < due {
                let number = ways.count
                ways.append(Way())
                let text = "number \(number), a message of a hundred bytes or so, as people write them to each other"
                let json = #"{"channel": \#(room.id), "content": "\#(text)"}"#
                let request = ClientRequest(
                    .post, "/api/messaging/messages/", fields: fields, body: .bytes(Array(json.utf8)))
                client.fetch(request, from: endpoint) { [unowned self] result in
                    ways[number].answeredAt = Clock.now()
                    guard case .success(let answer) = result, answer.status == 201 else {
                        fault = "a message was answered with \(result)"
                        return
                    }
                }
            }
            try loop.turn(waitingAtMost: 1)
            try check()
        }
        try pair.wait("all messages") { fault != nil || ways.allSatisfy { $0.answeredAt != nil && $0.heardAt != nil } }
        try check()
        var delays = Histogram()
        for case (let answered?, let heard?) in ways.dropFirst(warmup).map({ ($0.answeredAt, $0.heardAt) }) {
            delays.record(heard > answered ? heard - answered : 0)
        }
        return delays
    }

    func close() {
        let last = socket
        socket = nil
        last?.cut()
    }

    private func check() throws {
        if let fault { throw LoadFailed(description: fault) }
    }

    func webSocketReceived(text: [UInt8]) {
        let now = Clock.now()
        let frame = HeardFrame(text.span)
        if frame.isHello { isHeard = true }
        if let number = frame.message, ways.indices.contains(number) { ways[number].heardAt = now }
    }

    func webSocketReceived(binary: [UInt8]) {}

    func webSocketClosed(code: UInt16, reason: String) {
        if socket != nil { fault = "the socket was closed with \(code) \(reason)" }
    }
}
