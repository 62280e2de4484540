import Client
import EventLoop
import Glibc
import WebSockets

/// Opens many WebSockets and holds them.
final class IdleSockets {
    private let loop: EventLoop
    private let client: HTTPClient
    private let target: Target
    private let count: Int
    private let sources: Int
    private let fields: (Int) -> [(name: String, value: String)]
    private var begun = 0
    private var sockets: [ObjectIdentifier: WebSocket] = [:]
    private(set) var errors: [String: Int] = [:]
    private(set) var lost = 0
    private var isClosing = false

    /// So many openings are under way at once: the listener's queue is not what is measured.
    private static let openingsMax = 128

    /// `fields`: what the request of each has, by its number.
    init(
        _ count: Int, at target: Target, sources: Int, on loop: EventLoop,
        fields: @escaping (Int) -> [(name: String, value: String)] = { _ in [] }
    ) {
        self.count = count
        self.fields = fields
        self.target = target
        self.sources = sources
        self.loop = loop
        client = HTTPClient(on: loop)
    }

    var open: Int { sockets.count }

    /// Turns the loop until all are open, or have failed.
    func openAll() throws {
        while begun < min(count, Self.openingsMax) { openNext() }
        while sockets.count + failedCount < count { try loop.turn(waitingAtMost: 100) }
    }

    /// Turns the loop for a while: pings are answered, losses noticed.
    func hold(milliseconds: UInt64) throws {
        let end = MonotonicTime.now() + milliseconds
        while MonotonicTime.now() < end { try loop.turn(waitingAtMost: 50) }
    }

    func closeAll() throws {
        isClosing = true
        for socket in sockets.values { socket.close(code: 1000) }
        let end = MonotonicTime.now() + 10_000
        while !sockets.isEmpty, MonotonicTime.now() < end { try loop.turn(waitingAtMost: 50) }
    }

    private var failedCount: Int { errors.values.reduce(0, +) }

    private func openNext() {
        guard begun < count else { return }
        let number = begun
        begun += 1
        client.openWebSocket(
            target.path, at: Endpoint(target.address, authority: target.authority), from: source(number),
            fields: fields(number),
            opened: { [unowned self] socket in
                sockets[ObjectIdentifier(socket)] = socket
                openNext()
                return Owner(self, ObjectIdentifier(socket))
            },
            failed: { [unowned self] in
                errors["\($0)", default: 0] += 1
                openNext()
            })
    }

    /// One address of this machine has some 28,000 ports to come from, and a server may bound how many it
    /// takes from one address: 127.0.0.1, 127.0.0.2 and so on take turns.
    private func source(_ number: Int) -> SocketAddress? {
        sources > 1 ? .ipv4(0x7F00_0001 + UInt32(number % sources), port: 0) : nil
    }

    private func closed(_ key: ObjectIdentifier) {
        guard sockets.removeValue(forKey: key) != nil else { return }
        if !isClosing { lost += 1 }
    }

    private final class Owner: WebSocketOwner {
        private unowned let sockets: IdleSockets
        private let key: ObjectIdentifier

        init(_ sockets: IdleSockets, _ key: ObjectIdentifier) {
            self.sockets = sockets
            self.key = key
        }

        func webSocketReceived(text: [UInt8]) {}
        func webSocketReceived(binary: [UInt8]) {}

        func webSocketClosed(code: UInt16, reason: String) {
            sockets.closed(key)
        }
    }
}
