import Client
import EventLoop
import WebSockets

/// Messages to a room in which everybody listens: what a delivery costs, how soon the last socket has a message, and whether
/// each socket has each message once.
struct SocketsBenchmark: NodeBenchmark {
    let sockets: Int
    /// Of these, so many break off and come back all the time.
    let restless: Int
    /// Messages a second.
    let rate: Int
    let seconds: Int
    let people: Int

    private static let warmupSeconds = 1
    private static let patienceMilliseconds: UInt64 = 20_000

    func run(on node: MeasuredNode) throws {
        let people = try node.people(people)
        let room = try node.room("Sockets\(people.count)", of: people)
        let target = node.served.target
        let listening = RoomSockets(sockets, restless: restless, of: people, at: target, on: node.loop)
        let opening = Clock.now()
        try listening.openAll()
        Console.say(
            "\(sockets) sockets of \(min(people.count, sockets)) people in one room, all heard of after "
                + "\(Figures.duration(nanoseconds: Clock.now() - opening)); "
                + "\(Figures.mebibytes(try node.served.memory())) Pss")
        let sender = try RoomSender(in: room, as: people[0], at: target, on: node.loop)
        try sender.send(rate * Self.warmupSeconds, eachSecond: rate, counting: listening)
        let before = (node.served.process.cpuTime(), CPUTime.own(), listening.deliveryCount, listening.frames)
        let began = Clock.now()
        let first = rate * Self.warmupSeconds
        try sender.send(rate * seconds, eachSecond: rate, counting: listening)
        let elapsed = Double(Clock.now() - began) / 1e9
        let cpu = (node.served.process.cpuTime() - before.0, CPUTime.own() - before.1)
        let (deliveries, frames) = (listening.deliveryCount - before.2, listening.frames - before.3)
        let end = MonotonicTime.now() + Self.patienceMilliseconds
        while !listening.isEverythingThere, MonotonicTime.now() < end { try node.loop.turn(waitingAtMost: 20) }
        let delays = listening.delays(of: first..<(first + rate * seconds))
        let each = Double(max(1, deliveries))
        Console.say(
            """
            \(Figures.grouped(rate * seconds)) messages in \(Figures.fixed(elapsed, 2)) s: \
            \(Figures.grouped(deliveries)) deliveries, \(Figures.grouped(frames - deliveries)) other frames\
            \(restless > 0 ? ", \(Figures.grouped(listening.comings)) times a socket broke off and went on" : "")
            from the sending to the last \(restless > 0 ? "steady " : "")socket: \
            p50 \(Figures.duration(nanoseconds: delays.quantile(0.5))), \
            p99 \(Figures.duration(nanoseconds: delays.quantile(0.99))), \
            max \(Figures.duration(nanoseconds: delays.max))
            parley: \(Figures.fixed(100 * cpu.0.total / elapsed, 0)) % of a processor, of which \
            \(Figures.fixed(100 * cpu.0.system / max(cpu.0.total, 1e-9), 0)) % in the kernel; \
            parley-bench itself: \(Figures.fixed(100 * cpu.1.total / elapsed, 0)) %
            missing at the end: \(listening.missing); \(listening.faults.missed) passed over, \
            \(listening.faults.doubled) twice, \(listening.faults.closed) sockets closed, \
            \(listening.faults.refused) refused
            """)
        Goals.say([
            .atMost("processor time for a delivery", cpu.0.total / each * 1e6, 6, "µs"),
            .atMost("p99 to the last socket", Double(delays.quantile(0.99)) / 1e6, 50, "ms"),
        ])
        try listening.closeAll()
        guard listening.missing == 0, listening.faults == RoomSockets.Faults() else {
            throw LoadFailed(description: "not every socket had every message once")
        }
    }
}

/// Sends numbered messages through a socket, at their times, whatever becomes of those before.
final class RoomSender: WebSocketOwner {
    private let loop: EventLoop
    private let room: Int
    private var socket: WebSocket?
    private var fault: String?

    init(in room: Int, as person: MeasuredNode.Person, at target: Target, on loop: EventLoop) throws {
        self.loop = loop
        self.room = room
        HTTPClient(on: loop).openWebSocket(
            "/ws/messaging/chat/\(room)/", at: Endpoint(target.address, authority: target.authority),
            fields: [("Authorization", "Bearer \(person.token)")],
            opened: { [unowned self] in
                socket = $0
                return self
            }, failed: { [unowned self] in fault = "\($0)" })
        while socket == nil, fault == nil { try loop.turn(waitingAtMost: 100) }
        try check()
    }

    func send(_ count: Int, eachSecond rate: Int, counting sockets: RoomSockets) throws {
        let began = Clock.now()
        var sent = 0
        while sent < count {
            let due = min(count, Int((Clock.now() - began) * UInt64(rate) / 1_000_000_000) + 1)
            while sent < due {
                let number = sockets.sending()
                let text =
                    "number \(number), a message of a hundred bytes or so, as people write them to each other every day"
                socket?.send(text: #"{"type": "chat_message", "room": \#(room), "message": "\#(text)"}"#)
                sent += 1
            }
            try loop.turn(waitingAtMost: 1)
            try check()
        }
    }

    private func check() throws {
        if let fault { throw LoadFailed(description: "the sender: \(fault)") }
    }

    func webSocketReceived(text: [UInt8]) {
        let isError = text.starts(with: Array(#"{"type":"error""#.utf8))
        if isError { fault = String(decoding: text, as: UTF8.self) }
    }

    func webSocketReceived(binary: [UInt8]) {}

    func webSocketClosed(code: UInt16, reason: String) {
        fault = "closed with \(code) \(reason)"
    }
}
