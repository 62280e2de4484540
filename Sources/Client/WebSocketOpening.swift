import Bytes
import EventLoop
import WebSockets
import Wire

/// The handshake of a WebSocket, from our side. Once it has succeeded the stream is the socket's.
final class WebSocketOpening: ByteStreamOwner {
    private let stream: ByteStream
    private let endpoint: Endpoint
    private let request: ClientRequest
    private let key: String
    private let subprotocols: [String]
    private let limits: WebSocket.Limits
    private let opened: (WebSocket) -> any WebSocketOwner
    private var failed: ((ClientFault) -> Void)?
    private var parser = HTTPResponseParser()

    init(
        _ target: String, at endpoint: Endpoint, on loop: EventLoop, fields: [(name: String, value: String)],
        subprotocols: [String], limits: WebSocket.Limits,
        opened: @escaping (WebSocket) -> any WebSocketOwner, failed: @escaping (ClientFault) -> Void
    ) throws(SystemError) {
        self.endpoint = endpoint
        self.subprotocols = subprotocols
        self.limits = limits
        self.opened = opened
        self.failed = failed
        // The key keeps caches from answering in the server's place; it is no secret.
        key = WebSocketHandshake.key(random: (0..<16).map { _ in UInt8.random(in: .min ... .max) })
        var fields = fields
        fields.append(("Upgrade", "websocket"))
        fields.append(("Connection", "Upgrade"))
        fields.append(("Sec-WebSocket-Key", key))
        fields.append(("Sec-WebSocket-Version", WebSocketHandshake.version))
        if !subprotocols.isEmpty {
            fields.append(("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", ")))
        }
        request = ClientRequest(.get, target, fields: fields)
        stream = try ByteStream(connectingTo: endpoint.address, on: loop)
        stream.owner = self
    }

    func expectAnswer(by deadline: MonotonicTime) {
        stream.setDeadline(deadline)
    }

    func streamConnected() {
        do throws(HTTPHeadWriteFault) {
            var head: [UInt8] = []
            try head.appendRequestHead(request, host: endpoint.authority)
            parser.expect(.get)
            stream.write(head)
        } catch {
            fail(.unsendable(error))
        }
    }

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        do throws(HTTPFault) {
            var at = 0
            while true {
                switch try parser.step(unread.extracting(at..<unread.count)) {
                case .needBytes(let consumed):
                    return at + consumed
                case .head(let head, let consumed):
                    at += consumed
                    // 100 and 103 may come before the answer.
                    if head.status != 101, head.status < 200 { continue }
                    settle(head)
                    return at
                case .body(_, let consumed), .end(let consumed):
                    at += consumed
                }
            }
        } catch {
            fail(.malformed(error))
            return unread.count
        }
    }

    private func settle(_ head: ResponseHead) {
        let refusal = WebSocketHandshake.refusal(
            status: Int(head.status), upgrade: head.fields.combined("Upgrade"),
            connection: head.fields.combined("Connection"), accept: head.fields.combined("Sec-WebSocket-Accept"),
            extensions: head.fields.combined("Sec-WebSocket-Extensions"),
            subprotocol: head.fields.combined("Sec-WebSocket-Protocol"), forKey: key, offering: subprotocols)
        guard refusal == nil else {
            fail(.notAWebSocket(status: head.status))
            return
        }
        failed = nil
        _ = WebSocket(on: stream, role: .client, limits: limits, owner: opened)
    }

    private func fail(_ fault: ClientFault) {
        let last = failed
        failed = nil
        stream.close()
        last?(fault)
    }

    func streamEnded() {
        fail(.closedEarly)
    }

    func streamDrained() {}

    func streamDeadlinePassed() {
        fail(.deadlinePassed)
    }

    func streamClosed(_ error: SystemError?) {
        fail(error.map { .connection($0) } ?? .closedEarly)
    }
}
