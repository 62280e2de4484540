package import EventLoop
import Synchronization
package import Wire

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
    private let sockets: Mutex<[[ListeningSocket]]>
    private let orders: [Mailbox<Order>]
    private let threads: [Thread]

    /// Listens everywhere, then starts the threads; it throws where an address can't be had or a thread
    /// can't be made, and then nothing runs. `started` is called on each thread before its server serves, for
    /// what needs the server itself. A thread that fails later reports that to `troubled`.
    package init(
        listeningAt requested: [SocketAddress], threads count: Int, limits: ServerLimits = .init(),
        isProxy: @escaping @Sendable (SocketAddress) -> Bool = { _ in false },
        refusal: @escaping @Sendable (UInt16, String, RequestHead?) -> Response = { status, detail, _ in
            .text(status, detail + "\n")
        },
        troubled: @escaping @Sendable (any Error) -> Void, setup: @escaping Setup,
        started: @escaping @Sendable (Server, Int) throws -> Void = { _, _ in }
    ) throws {
        let sockets = try Self.listen(at: requested, count: count)
        let quota = ConnectionQuota(
            totalMax: limits.connectionsMax, perAddressMax: limits.connectionsPerAddressMax, isProxy: isProxy)
        var orders: [Mailbox<Order>] = []
        for _ in 0..<count {
            orders.append(try Mailbox<Order>(messagesMax: 16))
        }
        var threads: [Thread] = []
        do {
            for index in 0..<count {
                let mine = sockets.map { $0[index] }
                let inbox = orders[index]
                threads.append(
                    try Thread(name: "loop-\(index)") {
                        do {
                            let loop = try EventLoop()
                            let server = Server(
                                on: loop, router: try setup(loop, index), limits: limits, quota: quota,
                                refusal: refusal, troubled: troubled)
                            try started(server, index)
                            for socket in mine { try server.listen(on: socket) }
                            try Self.run(server, obeying: inbox)
                        } catch {
                            troubled(error)
                        }
                    })
            }
        } catch {
            for socket in sockets { socket[0].removePath() }
            Self.end(threads, orders, within: 0)
            throw error
        }
        addresses = sockets.map { $0[0].address }
        self.sockets = Mutex(sockets)
        self.quota = quota
        self.orders = orders
        self.threads = threads
    }

    private static func listen(at requested: [SocketAddress], count: Int) throws -> [[ListeningSocket]] {
        var sockets: [[ListeningSocket]] = []
        do {
            for address in requested {
                sockets.append(try ListeningSocket.open(at: address, count: count))
            }
        } catch {
            // The ports are free with the sockets; a path stays until it is taken away.
            for socket in sockets { socket[0].removePath() }
            throw error
        }
        return sockets
    }

    private static func run(_ server: Server, obeying inbox: Mailbox<Order>) throws {
        // The loop holds this closure: one that held the loop would keep both for ever.
        try inbox.deliver(on: server.loop) { [unowned server] orders in
            for case .drain(let milliseconds) in orders {
                server.drain(within: milliseconds) { [unowned loop = server.loop] in loop.stop() }
            }
        }
        try withExtendedLifetime(server) { try server.loop.run() }
    }

    /// Takes no more connections in, lets what is under way end (for so long at most) and returns when all
    /// threads have. The addresses are free then. Once.
    package func drain(within milliseconds: UInt64) {
        let listening = sockets.withLock { sockets in
            defer { sockets = [] }
            return sockets
        }
        // First, so that nobody connects to what is no longer served, and never a successor's path.
        for socket in listening { socket[0].removePath() }
        Self.end(threads, orders, within: milliseconds)
    }

    private static func end(_ threads: [Thread], _ orders: [Mailbox<Order>], within milliseconds: UInt64) {
        for inbox in orders {
            _ = inbox.post(.drain(milliseconds: milliseconds))
        }
        for thread in threads { thread.join() }
    }
}
