import Bytes
import EventLoop
import Wire

/// Connections that take as long as they are let.
final class SlowClients {
    enum Kind: CaseIterable {
        /// A head that arrives a byte at a time.
        case head
        /// A body that does.
        case body
        /// Asks for a large answer and does not read it.
        case unread
        /// Connects and says nothing.
        case silent

        var name: String {
            switch self {
            case .head: "dribbling a head"
            case .body: "dribbling a body"
            case .unread: "not reading an answer"
            case .silent: "saying nothing"
            }
        }
    }

    let loop: EventLoop
    private let target: Target
    private var clients: [Client] = []
    private var timer: LoopTimer?
    private(set) var closedByServer: [Kind: Int] = [:]

    private static let dribbleMilliseconds: UInt64 = 1_000
    private static let settlingMilliseconds: UInt64 = 2_000
    private static let unreadBytes = 1 << 20

    /// `target`: a path that takes a body and answers with it.
    init(_ count: Int, at target: Target, on loop: EventLoop) throws {
        self.loop = loop
        self.target = target
        for index in 0..<count {
            clients.append(Client(self, Kind.allCases[index % Kind.allCases.count]))
        }
        timer = try LoopTimer(on: loop) { [unowned self] in dribble() }
    }

    /// Opens all of them, and returns when what they send at once is sent, or most of it.
    func open() throws {
        for client in clients { client.open() }
        timer?.set(.now() + Self.dribbleMilliseconds)
        let end = MonotonicTime.now() + Self.settlingMilliseconds
        while MonotonicTime.now() < end { try loop.turn(waitingAtMost: 50) }
    }

    func close() {
        timer?.end()
        for client in clients { client.close() }
    }

    func connected(_ kind: Kind) -> Int {
        clients.count { $0.kind == kind && $0.isConnected }
    }

    /// Those that the server has closed come back, as an attacker would.
    private func dribble() {
        for client in clients { client.dribble() }
        timer?.set(.now() + Self.dribbleMilliseconds)
    }

    private final class Client: ByteStreamOwner {
        let kind: Kind
        private unowned let clients: SlowClients
        private var stream: ByteStream?
        private(set) var isConnected = false

        init(_ clients: SlowClients, _ kind: Kind) {
            self.clients = clients
            self.kind = kind
        }

        func open() {
            stream = try? ByteStream(connectingTo: clients.target.address, on: clients.loop)
            stream?.owner = self
        }

        func close() {
            let last = stream
            stream = nil
            isConnected = false
            last?.close()
        }

        func dribble() {
            guard let stream else {
                open()
                return
            }
            guard isConnected else { return }
            switch kind {
            case .head, .body: stream.write([UInt8(ascii: "x")])
            case .unread, .silent: break
            }
        }

        func streamConnected() {
            isConnected = true
            var bytes: [UInt8] = []
            switch kind {
            case .head:
                appendHead(to: &bytes, method: .get, bodyBytes: 0)
                // All but the empty line at its end.
                bytes.removeLast(2)
            case .body:
                appendHead(to: &bytes, method: .post, bodyBytes: SlowClients.unreadBytes)
            case .unread:
                stream?.pauseReading()
                appendHead(to: &bytes, method: .post, bodyBytes: SlowClients.unreadBytes)
                bytes.append(contentsOf: [UInt8](repeating: UInt8(ascii: "x"), count: SlowClients.unreadBytes))
            case .silent:
                return
            }
            stream?.write(bytes)
        }

        private func appendHead(to bytes: inout [UInt8], method: HTTPMethod, bodyBytes: Int) {
            bytes.append(contentsOf: "\(method.name) \(clients.target.path) HTTP/1.1\r\n".utf8)
            bytes.append(contentsOf: "Host: \(clients.target.authority)\r\n".utf8)
            if bodyBytes > 0 { bytes.appendField("Content-Length", decimal: UInt64(bodyBytes)) }
            bytes.appendHeadEnd()
        }

        func streamReceived(_ unread: Span<UInt8>) -> Int {
            unread.count
        }

        func streamEnded() {
            stream?.close()
        }

        func streamDrained() {}
        func streamDeadlinePassed() {}

        func streamClosed(_ error: SystemError?) {
            guard stream != nil else { return }
            stream = nil
            if isConnected { clients.closedByServer[kind, default: 0] += 1 }
            isConnected = false
        }
    }
}
