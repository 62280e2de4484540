import EventLoop
import Synchronization

/// A way to a node on this machine that counts what goes over it, on a thread of its own.
final class Relay: Sendable {
    /// What has gone over it.
    struct Count: Equatable {
        /// In both directions.
        var bytes = 0
        /// By whoever came from this side: a request of HTTP that fits into one piece is one.
        var requests = 0

        static func + (left: Count, right: Count) -> Count {
            Count(bytes: left.bytes + right.bytes, requests: left.requests + right.requests)
        }

        static func - (left: Count, right: Count) -> Count {
            Count(bytes: left.bytes - right.bytes, requests: left.requests - right.requests)
        }
    }

    private enum Order: Sendable {
        case lead(SocketAddress)
        case stop
    }

    let address: SocketAddress
    private let orders: Mailbox<Order>
    private let thread: Thread
    private let counted = Counted()

    init() throws {
        let socket = try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0]
        address = socket.address
        let orders = try Mailbox<Order>(messagesMax: 64)
        self.orders = orders
        let counted = counted
        thread = try Thread(name: "relay") {
            do {
                let loop = try EventLoop()
                var target: SocketAddress?
                let acceptor = try Acceptor(
                    socket, on: loop,
                    accepted: { descriptor, _ in
                        guard let target, let near = try? ByteStream(descriptor, on: loop),
                            let far = try? ByteStream(connectingTo: target, on: loop)
                        else { return }
                        near.owner = Way(to: far, counted, countsRequests: true)
                        far.owner = Way(to: near, counted, countsRequests: false)
                    }, troubled: { Console.complain("\($0)") })
                try orders.deliver(on: loop) { [unowned loop] orders in
                    for order in orders {
                        switch order {
                        case .lead(let address): target = address
                        case .stop: loop.stop()
                        }
                    }
                }
                try loop.run()
                acceptor.close()
            } catch {
                Console.complain("the way to a node is closed: \(error)")
            }
        }
    }

    func lead(to target: SocketAddress) { _ = orders.post(.lead(target)) }

    func stop() {
        _ = orders.post(.stop)
        thread.join()
    }

    var count: Count {
        Count(
            bytes: counted.bytes.load(ordering: .relaxed), requests: counted.requests.load(ordering: .relaxed))
    }
}

private final class Counted: Sendable {
    let bytes = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
}

/// One direction of a connection.
private final class Way: ByteStreamOwner {
    private let sink: ByteStream
    private let counted: Counted
    private let countsRequests: Bool

    init(to sink: ByteStream, _ counted: Counted, countsRequests: Bool) {
        (self.sink, self.counted, self.countsRequests) = (sink, counted, countsRequests)
    }

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        counted.bytes.add(unread.count, ordering: .relaxed)
        // Of what a node writes to another, content begins otherwise.
        if countsRequests, unread.count > 4, Self.methods.contains(unread[0]) {
            counted.requests.add(1, ordering: .relaxed)
        }
        sink.write(unread)
        return unread.count
    }

    private static let methods = [UInt8(ascii: "G"), UInt8(ascii: "P")]

    func streamEnded() { sink.closeWhenDrained() }
    func streamDrained() {}
    func streamDeadlinePassed() {}
    func streamClosed(_ error: SystemError?) { sink.closeWhenDrained() }
}
