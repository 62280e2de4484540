package import EventLoop

/// A server on each of several threads, all at the same addresses: one loop per core.
package final class ServerThreads: Sendable {
    /// What a thread's server is made of; called on that thread, so that what the handlers hold may belong
    /// to it.
    package typealias Setup = @Sendable (EventLoop, Int) throws -> Router

    private enum Order: Sendable {
        case drain(milliseconds: UInt64)
    }

    /// Where it listens in truth, the chosen ports included.
    package let addresses: [SocketAddress]
    package let quota: ConnectionQuota
    private let sockets: [[ListeningSocket]]
    private let orders: [Mailbox<Order>]
    private let threads: [Thread]

    /// Listens everywhere, then starts the threads; it throws where an address can't be had or a thread
    /// can't be made, and then nothing runs. A thread that fails later reports that to `troubled`.
    package init(
        listeningAt requested: [SocketAddress], threads count: Int, limits: ServerLimits = .init(),
        refusal: @escaping @Sendable (UInt16, String) -> Response = { .text($0, $1 + "\n") },
        troubled: @escaping @Sendable (any Error) -> Void, setup: @escaping Setup
    ) throws {
        var sockets: [[ListeningSocket]] = []
        for address in requested {
            sockets.append(try ListeningSocket.open(at: address, count: count))
        }
        let quota = ConnectionQuota(totalMax: limits.connectionsMax, perAddressMax: limits.connectionsPerAddressMax)
        var orders: [Mailbox<Order>] = []
        for _ in 0..<count {
            orders.append(try Mailbox<Order>(messagesMax: 16))
        }
        var threads: [Thread] = []
        for index in 0..<count {
            let mine = sockets.map { $0[index] }
            let inbox = orders[index]
            threads.append(
                try Thread(name: "loop-\(index)") {
                    do {
                        let loop = try EventLoop()
                        let server = Server(
                            on: loop, router: try setup(loop, index), limits: limits, quota: quota, refusal: refusal,
                            troubled: troubled)
                        for socket in mine { try server.listen(on: socket) }
                        try inbox.deliver(on: loop) { orders in
                            for case .drain(let milliseconds) in orders {
                                server.drain(within: milliseconds) { loop.stop() }
                            }
                        }
                        try loop.run()
                    } catch {
                        troubled(error)
                    }
                })
        }
        self.sockets = sockets
        self.quota = quota
        self.orders = orders
        self.threads = threads
        addresses = sockets.map { $0[0].address }
    }

    /// Takes no more connections in, lets what is under way end (for so long at most) and returns when all
    /// threads have. Once.
    package func drain(within milliseconds: UInt64) {
        for inbox in orders {
            _ = inbox.post(.drain(milliseconds: milliseconds))
        }
        for thread in threads { thread.join() }
        for socket in sockets { socket[0].removePath() }
    }
}
