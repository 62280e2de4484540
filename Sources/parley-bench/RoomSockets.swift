import Bytes
import Client
import EventLoop
import WebSockets

/// Many sockets that listen to one room, and what each of them has had of it. Some come and go all the time, and go on from
/// where they were.
final class RoomSockets {
    /// How often what went wrong.
    struct Faults: Equatable {
        var missed = 0
        var doubled = 0
        var refused = 0
        var closed = 0
    }

    let loop: EventLoop
    private let client: HTTPClient
    private let target: Target
    private let people: [MeasuredNode.Person]
    private var listeners: [Listener] = []
    private var opening = 0
    private var nextToOpen = 0
    private(set) var faults = Faults()
    private(set) var frames = 0
    private(set) var comings = 0
    private var isClosing = false
    /// When each message was sent, how many steady sockets have it, and when the last of them had.
    private var messages: [(sentAt: UInt64, steady: Int, lastAt: UInt64)] = []
    private var deliveries = 0

    private static let openingsMax = 128
    /// A node takes at most 512 connections from one address.
    private static let perSource = 500

    /// Each of the `count` sockets is another person's, as far as there are so many; the last `restless` of them come and go.
    init(_ count: Int, restless: Int, of people: [MeasuredNode.Person], at target: Target, on loop: EventLoop) {
        self.people = people
        self.target = target
        self.loop = loop
        client = HTTPClient(on: loop)
        listeners = (0..<count).map { Listener(self, $0, isRestless: $0 >= count - restless) }
    }

    var steadyCount: Int { listeners.count { !$0.isRestless } }

    /// Turns the loop until all are open.
    func open() throws {
        openSome()
        while listeners.contains(where: { !$0.isOpen }) {
            try loop.turn(waitingAtMost: 100)
            guard faults.refused + faults.closed == 0 else {
                throw LoadFailed(description: "not all sockets could be opened: \(faults)")
            }
        }
    }

    /// The same, and until nobody is told any more that others have come; then some begin to come and go.
    func openAll() throws {
        try open()
        var seen = -1
        while seen != frames {
            seen = frames
            let end = MonotonicTime.now() + 1_000
            while MonotonicTime.now() < end { try loop.turn(waitingAtMost: 50) }
        }
        for listener in listeners where listener.isRestless { try listener.wander() }
    }

    private func openSome() {
        while opening < Self.openingsMax, nextToOpen < listeners.count {
            listeners[nextToOpen].open()
            nextToOpen += 1
        }
    }

    func closeAll() throws {
        isClosing = true
        for listener in listeners { listener.close() }
        try loop.turn(waitingAtMost: 50)
    }

    // MARK: Messages

    /// The next message is about to be sent; its number.
    func sending() -> Int {
        messages.append((Clock.now(), 0, 0))
        return messages.count - 1
    }

    /// Of messages, to all sockets.
    var deliveryCount: Int { deliveries }
    var isEverythingThere: Bool { listeners.allSatisfy { $0.next == messages.count } }
    var missing: Int { listeners.reduce(0) { $0 + messages.count - $1.next } }

    /// From a message's sending until the last of the steady sockets has it.
    func delays(of numbers: Range<Int>) -> Histogram {
        var delays = Histogram()
        for message in messages[numbers] where message.steady == steadyCount {
            delays.record(message.lastAt - message.sentAt)
        }
        return delays
    }

    private func received(_ number: Int, steady: Bool) {
        deliveries += 1
        guard steady, messages.indices.contains(number) else { return }
        messages[number].steady += 1
        messages[number].lastAt = Clock.now()
    }

    /// One person's socket, each time that they open it.
    private final class Listener: WebSocketOwner {
        let isRestless: Bool
        private unowned let all: RoomSockets
        private let index: Int
        private var socket: WebSocket?
        private var timer: LoopTimer?
        private(set) var isOpen = false
        /// The number of the message that it expects.
        private(set) var next = 0
        private var since: Int?

        init(_ all: RoomSockets, _ index: Int, isRestless: Bool) {
            self.all = all
            self.index = index
            self.isRestless = isRestless
        }

        func open() {
            all.opening += 1
            let person = all.people[index % all.people.count]
            let source = SocketAddress.ipv4(0x7F00_0001 + UInt32(index / RoomSockets.perSource), port: 0)
            all.client.openWebSocket(
                since.map { "/ws/?since=\($0)" } ?? "/ws/",
                at: Endpoint(all.target.address, authority: all.target.authority), from: source,
                fields: [("Authorization", "Bearer \(person.token)")],
                opened: { [unowned self] socket in
                    self.socket = socket
                    all.opening -= 1
                    all.openSome()
                    return self
                },
                failed: { [unowned self] _ in
                    all.opening -= 1
                    all.faults.refused += 1
                    all.openSome()
                })
        }

        func close() {
            timer?.end()
            timer = nil
            cut()
        }

        private func cut() {
            // Not by the other side: it is no fault.
            let last = socket
            socket = nil
            last?.cut()
        }

        // MARK: Coming and going

        /// Goes after some time, comes back at once, and so on. Each has another rhythm.
        func wander() throws {
            timer = try LoopTimer(on: all.loop) { [unowned self] in
                guard isOpen else { return }
                isOpen = false
                all.comings += 1
                cut()
                open()
            }
            setOut()
        }

        private func setOut() {
            timer?.set(all.loop.now + UInt64(300 + index * 37 % 700))
        }

        // MARK: What it hears

        func webSocketReceived(text: [UInt8]) {
            all.frames += 1
            let frame = HeardFrame(text.span)
            if let seq = frame.seq { since = seq }
            if frame.isHello {
                isOpen = true
                if timer != nil { setOut() }
            } else if let number = frame.message {
                if number == next {
                    next += 1
                    all.received(number, steady: !isRestless)
                } else if number < next {
                    all.faults.doubled += 1
                } else {
                    all.faults.missed += number - next
                    next = number + 1
                }
            }
        }

        func webSocketReceived(binary: [UInt8]) {}

        func webSocketClosed(code: UInt16, reason: String) {
            guard socket != nil, !all.isClosing else { return }
            socket = nil
            isOpen = false
            all.faults.closed += 1
        }
    }
}
