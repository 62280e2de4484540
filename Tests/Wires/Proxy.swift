package import EventLoop
import Synchronization

/// The wire between two nodes: forwards bytes, and can be cut, made slow and narrow, or be made to swallow everything.
package final class Proxy: Sendable {
    package enum Weather: Sendable, Equatable {
        case fine
        /// Each piece takes so long.
        case delayed(milliseconds: UInt64)
        /// No more than this gets through, in each direction of each connection.
        case narrow(bytesPerSecond: Int)
        /// So much gets through, both directions together; then it is cut.
        case cutAfter(bytes: Int)
        /// Connections break, and none comes about.
        case cut
        /// The same, then nothing gets through any more.
        case swallowingAfter(bytes: Int)
        /// Connections come about and nothing gets through.
        case swallowing
    }

    private enum Order: Sendable {
        case weather(Weather)
        case target(SocketAddress?)
        case stop
    }

    package let address: SocketAddress
    private let orders: Mailbox<Order>
    private let thread: Thread
    private let record = Record()

    package init(to target: SocketAddress?) throws {
        let socket = try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0]
        address = socket.address
        let orders = try Mailbox<Order>(messagesMax: 1_024)
        self.orders = orders
        let record = record
        thread = try Thread(name: "proxy") {
            do {
                let loop = try EventLoop()
                let wire = Wire(loop, record)
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

    package var url: String { "http://127.0.0.1:\(address.port ?? 0)" }

    package func lead(to target: SocketAddress?) { _ = orders.post(.target(target)) }
    package func set(_ weather: Weather) { _ = orders.post(.weather(weather)) }

    package func stop() {
        _ = orders.post(.stop)
        thread.join()
    }

    // MARK: What was seen

    /// What went through, in both directions.
    package var bytes: Int { record.bytes.load(ordering: .relaxed) }

    /// What the weather is by now; what was set a moment ago may still be to come.
    package var weather: Weather { record.weather.withLock { $0 } }

    /// Whether these words went through in the clear.
    package func hasSeen(_ words: String) -> Bool {
        record.seen.withLock { seen in
            let wanted = Array(words.utf8)
            return seen.indices.contains { seen[$0...].starts(with: wanted) }
        }
    }
}

/// What others may know of a wire.
private final class Record: Sendable {
    static let seenMax = 4_194_304
    let bytes = Atomic<Int>(0)
    let weather = Mutex(Proxy.Weather.fine)
    /// The first of what went through, as somebody on the way would see it.
    let seen = Mutex<[UInt8]>([])
}

/// On the proxy's loop.
private final class Wire {
    let loop: EventLoop
    let record: Record
    var target: SocketAddress?
    private var pairs: [ObjectIdentifier: Pair] = [:]
    /// How much gets through yet, in a weather that changes.
    private var left = 0

    var weather = Proxy.Weather.fine {
        didSet {
            switch weather {
            case .cut: for pair in pairs.values { pair.close() }
            case .cutAfter(let bytes), .swallowingAfter(let bytes): left = bytes
            case .fine, .delayed, .narrow, .swallowing: break
            }
            record.weather.withLock { $0 = weather }
        }
    }

    init(_ loop: EventLoop, _ record: Record) {
        self.loop = loop
        self.record = record
    }

    func accept(_ descriptor: consuming Descriptor) {
        guard weather != .cut, let target, let near = try? ByteStream(descriptor, on: loop),
            let far = try? ByteStream(connectingTo: target, on: loop)
        else { return }
        let pair = Pair(near, far, self)
        pairs[ObjectIdentifier(pair)] = pair
    }

    func forget(_ pair: Pair) { pairs[ObjectIdentifier(pair)] = nil }

    func pass(_ bytes: [UInt8], to stream: ByteStream) {
        record.bytes.add(bytes.count, ordering: .relaxed)
        record.seen.withLock { if $0.count < Record.seenMax { $0 += bytes } }
        stream.write(bytes)
    }

    /// Of bytes in a weather that ends with so many of them.
    func passLast(_ bytes: [UInt8], to stream: ByteStream, then end: Proxy.Weather) {
        let fitting = min(bytes.count, left)
        left -= fitting
        pass(Array(bytes[..<fitting]), to: stream)
        if left == 0 { weather = end }
    }
}

private final class Pair {
    private let near: ByteStream
    private let far: ByteStream
    private let wire: Wire

    init(_ near: ByteStream, _ far: ByteStream, _ wire: Wire) {
        (self.near, self.far, self.wire) = (near, far, wire)
        near.owner = Way(self, from: near, to: far, wire)
        far.owner = Way(self, from: far, to: near, wire)
    }

    func close() {
        wire.forget(self)
        near.close()
        far.close()
    }
}

/// One direction of a connection.
private final class Way: ByteStreamOwner {
    private static let pace: UInt64 = 20

    private let pair: Pair
    private let source: ByteStream
    private let sink: ByteStream
    private let wire: Wire
    private var timer: LoopTimer?
    /// What may pass at once, where not everything may.
    private var allowance = 0

    init(_ pair: Pair, from source: ByteStream, to sink: ByteStream, _ wire: Wire) {
        (self.pair, self.source, self.sink, self.wire) = (pair, source, sink, wire)
    }

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        let bytes = unread.withUnsafeBufferPointer { Array($0) }
        switch wire.weather {
        case .fine: wire.pass(bytes, to: sink)
        case .cut, .swallowing: break
        case .cutAfter: wire.passLast(bytes, to: sink, then: .cut)
        case .swallowingAfter: wire.passLast(bytes, to: sink, then: .swallowing)
        case .delayed(let milliseconds): pass(bytes, in: milliseconds)
        case .narrow(let bytesPerSecond): return squeeze(bytes, bytesPerSecond)
        }
        return bytes.count
    }

    private func pass(_ bytes: [UInt8], in milliseconds: UInt64) {
        var timer: LoopTimer?
        timer = try? LoopTimer(on: wire.loop) { [wire, sink] in
            wire.pass(bytes, to: sink)
            timer?.end()
            timer = nil
        }
        timer?.set(wire.loop.now + milliseconds)
    }

    /// Passes what may pass now. The rest stays with the stream, which soon reads no more, as with a real one.
    private func squeeze(_ bytes: [UInt8], _ bytesPerSecond: Int) -> Int {
        let fitting = min(bytes.count, allowance)
        allowance -= fitting
        if fitting > 0 { wire.pass(Array(bytes[..<fitting]), to: sink) }
        if fitting < bytes.count, timer == nil {
            timer = try? LoopTimer(on: wire.loop) { [unowned self] in
                timer?.end()
                timer = nil
                allowance = max(1, bytesPerSecond * Int(Self.pace) / 1_000)
                source.redeliver()
            }
            timer?.set(wire.loop.now + Self.pace)
        }
        return fitting
    }

    func streamEnded() { pair.close() }
    func streamDrained() {}
    func streamDeadlinePassed() {}

    func streamClosed(_ error: SystemError?) {
        timer?.end()
        timer = nil
        pair.close()
    }
}
