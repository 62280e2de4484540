import EventLoop
import Synchronization

/// The wire between two nodes: forwards bytes, and can be cut, made slow, or be made to swallow everything.
final class Proxy: Sendable {
    enum Weather: Sendable, Equatable {
        case fine
        /// Each piece takes so long.
        case delayed(milliseconds: UInt64)
        /// Connections break, and none comes about.
        case cut
        /// Connections come about and nothing gets through.
        case swallowing
    }

    private enum Order: Sendable {
        case weather(Weather)
        case target(SocketAddress?)
        case stop
    }

    let address: SocketAddress
    private let orders: Mailbox<Order>
    private let thread: Thread

    init(to target: SocketAddress) throws {
        let socket = try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0]
        address = socket.address
        let orders = try Mailbox<Order>(messagesMax: 1_024)
        self.orders = orders
        let count = Counter()
        counter = count
        thread = try Thread(name: "proxy") {
            do {
                let loop = try EventLoop()
                let wire = Wire(loop, count)
                wire.target = target
                let acceptor = try Acceptor(
                    socket, on: loop, accepted: { descriptor, _ in wire.accept(descriptor) }, troubled: { _ in })
                try orders.deliver(on: loop) { [unowned loop] orders in
                    for order in orders {
                        switch order {
                        case .weather(let weather): wire.weather = weather
                        case .target(let target): wire.target = target
                        case .stop: loop.stop()
                        }
                    }
                }
                try loop.run()
                acceptor.close()
                wire.weather = .cut
            } catch {
                preconditionFailure("the proxy has failed: \(error)")
            }
        }
    }

    final class Counter: Sendable {
        let bytes = Atomic<Int>(0)
        /// The first of what went through, as somebody on the way would see it.
        let seen = Mutex<[UInt8]>([])
        static let seenMax = 4_194_304
    }

    /// Whether these words went through in the clear.
    func hasSeen(_ words: String) -> Bool {
        counter.seen.withLock { seen in
            let wanted = Array(words.utf8)
            return seen.indices.contains { seen[$0...].starts(with: wanted) }
        }
    }

    private let counter: Counter
    /// What went through, in both directions.
    var bytes: Int { counter.bytes.load(ordering: .relaxed) }

    var url: String { "http://127.0.0.1:\(address.port ?? 0)" }

    func lead(to target: SocketAddress?) { _ = orders.post(.target(target)) }
    func set(_ weather: Weather) { _ = orders.post(.weather(weather)) }

    func stop() {
        _ = orders.post(.stop)
        thread.join()
    }

    /// On the proxy's loop.
    private final class Wire {
        let loop: EventLoop
        let count: Counter
        var target: SocketAddress?
        var pairs: [ObjectIdentifier: Pair] = [:]
        var weather = Weather.fine {
            didSet { if weather == .cut { for pair in pairs.values { pair.close() } } }
        }

        init(_ loop: EventLoop, _ count: Counter) {
            self.loop = loop
            self.count = count
        }

        func accept(_ descriptor: consuming Descriptor) {
            guard weather != .cut, let target, let near = try? ByteStream(descriptor, on: loop),
                let far = try? ByteStream(connectingTo: target, on: loop)
            else { return }
            let pair = Pair(near, far, self)
            pairs[ObjectIdentifier(pair)] = pair
        }
    }

    private final class Pair {
        let near: ByteStream
        let far: ByteStream
        private let wire: Wire
        private var timers: [LoopTimer] = []

        init(_ near: ByteStream, _ far: ByteStream, _ wire: Wire) {
            (self.near, self.far, self.wire) = (near, far, wire)
            near.owner = End(self, to: far)
            far.owner = End(self, to: near)
        }

        func carry(_ bytes: [UInt8], to stream: ByteStream) {
            switch wire.weather {
            case .fine: pass(bytes, to: stream)
            case .cut, .swallowing: return
            case .delayed(let milliseconds):
                var timer: LoopTimer?
                timer = try? LoopTimer(on: wire.loop) { [weak self] in
                    self?.pass(bytes, to: stream)
                    timer?.end()
                    timer = nil
                }
                timer?.set(wire.loop.now + milliseconds)
            }
        }

        private func pass(_ bytes: [UInt8], to stream: ByteStream) {
            wire.count.bytes.add(bytes.count, ordering: .relaxed)
            wire.count.seen.withLock { if $0.count < Counter.seenMax { $0 += bytes } }
            stream.write(bytes)
        }

        func close() {
            wire.pairs[ObjectIdentifier(self)] = nil
            near.close()
            far.close()
        }
    }

    private final class End: ByteStreamOwner {
        let pair: Pair
        let other: ByteStream

        init(_ pair: Pair, to other: ByteStream) {
            self.pair = pair
            self.other = other
        }

        func streamReceived(_ unread: Span<UInt8>) -> Int {
            pair.carry(unread.withUnsafeBufferPointer { Array($0) }, to: other)
            return unread.count
        }

        func streamEnded() { pair.close() }
        func streamDrained() {}
        func streamDeadlinePassed() {}
        func streamClosed(_ error: SystemError?) { pair.close() }
    }
}
