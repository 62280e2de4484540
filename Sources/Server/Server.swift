import Bytes
package import EventLoop
import WebSockets
package import Wire

/// An answer from another thread to an exchange on this server's loop.
package struct RemoteAnswer: Sendable {
    let ticket: ExchangeTicket
    let response: Response

    package init(to ticket: ExchangeTicket, _ response: Response) {
        self.ticket = ticket
        self.response = response
    }
}

/// HTTP on one loop: takes connections in and gives their requests to the handlers of its route table.
package final class Server {
    package let loop: EventLoop
    let router: Router
    let limits: ServerLimits
    private(set) var isDraining = false

    /// Makes the answer to what the server itself refuses: a request that can't be parsed (which is nil then), a
    /// path that doesn't exist.
    package typealias Refusal = (_ status: UInt16, _ detail: String, _ request: RequestHead?) -> Response
    let refusal: Refusal
    /// Hears of trouble with this machine: no descriptors left.
    private let troubled: (SystemError) -> Void

    private let quota: ConnectionQuota
    private var acceptors: [Acceptor] = []
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var whenDrained: (() -> Void)?
    private var cutOff: LoopTimer?
    private var dateLine: [UInt8] = []
    private var dateIsGoodUntil = MonotonicTime(milliseconds: 0)

    private enum Connection {
        case http(HTTPConnection)
        case webSocket(WebSocket)
    }

    package init(
        on loop: EventLoop, router: Router, limits: ServerLimits, quota: ConnectionQuota,
        refusal: @escaping Refusal = { status, detail, _ in .text(status, detail + "\n") },
        troubled: @escaping (SystemError) -> Void
    ) {
        self.loop = loop
        self.router = router
        self.limits = limits
        self.quota = quota
        self.refusal = refusal
        self.troubled = troubled
    }

    /// Serves what comes in there, too.
    package func listen(on socket: ListeningSocket) throws(SystemError) {
        acceptors.append(
            try Acceptor(
                socket, on: loop, accepted: { [unowned self] in accept($0, from: $1) }, troubled: troubled))
    }

    /// Delivers answers that other threads post there.
    package func receive(_ answers: Mailbox<RemoteAnswer>) throws(SystemError) {
        try answers.deliver(on: loop) { [unowned self] in
            for answer in $0 { pass(answer) }
        }
    }

    private func pass(_ answer: RemoteAnswer) {
        guard let stream = loop.member(at: answer.ticket.place) as? ByteStream,
            let connection = stream.owner as? HTTPConnection
        else { return }
        connection.answer(number: answer.ticket.number, with: answer.response)
    }

    // MARK: Connections

    package var connectionCount: Int { connections.count }

    private func accept(_ descriptor: consuming Descriptor, from address: SocketAddress) {
        guard quota.enter(address) else {
            Self.turnAway(descriptor)
            return
        }
        do throws(SystemError) {
            let stream = try ByteStream(descriptor, on: loop, limits: limits.stream)
            let key = ObjectIdentifier(stream)
            stream.whenClosed = { [unowned self] in
                quota.leave(address)
                connections[key] = nil
                if isDraining, connections.isEmpty { finishDraining() }
            }
            connections[key] = .http(HTTPConnection(stream, from: address, server: self))
        } catch {
            quota.leave(address)
            troubled(error)
        }
    }

    /// One connection too many gets as much of an answer as costs nothing.
    private static func turnAway(_ descriptor: consuming Descriptor) {
        let answer =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ByteStream.sendOnce(descriptor, Array(answer.utf8))
    }

    func becameWebSocket(_ socket: WebSocket, on stream: ByteStream) {
        // Its owner may have cut it already; then nobody would take it out again.
        guard !stream.isClosed else { return }
        connections[ObjectIdentifier(stream)] = .webSocket(socket)
        if isDraining { socket.close(code: 1001, reason: "the node is stopping") }
    }

    // MARK: Stopping

    /// Takes nothing new in, lets what is under way come to its end, and calls `finished` when the last
    /// connection is gone. After `milliseconds` what is left is cut off.
    package func drain(within milliseconds: UInt64, _ finished: @escaping () -> Void) {
        guard !isDraining else { return }
        isDraining = true
        whenDrained = finished
        for acceptor in acceptors { acceptor.close() }
        acceptors = []
        for connection in connections.values {
            switch connection {
            case .http(let connection): connection.drain()
            case .webSocket(let socket): socket.close(code: 1001, reason: "the node is stopping")
            }
        }
        if connections.isEmpty {
            finishDraining()
            return
        }
        // A timer has no descriptor that could be refused.
        cutOff = try? LoopTimer(on: loop) { [unowned self] in
            for connection in connections.values {
                switch connection {
                case .http(let connection): connection.cut()
                case .webSocket(let socket): socket.cut()
                }
            }
        }
        cutOff?.set(loop.now + milliseconds)
    }

    private func finishDraining() {
        cutOff?.end()
        cutOff = nil
        let finished = whenDrained
        whenDrained = nil
        finished?()
    }

    // MARK: Date

    /// The line of the `Date` field, which is made once a second.
    func date() -> [UInt8] {
        if loop.now >= dateIsGoodUntil {
            let now = Timestamp.now()
            dateIsGoodUntil = loop.now + UInt64(1_000 - now.milliseconds % 1_000)
            dateLine = Array("Date: \(now.httpDate)\r\n".utf8)
        }
        return dateLine
    }
}
