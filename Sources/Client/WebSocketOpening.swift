import Bytes
package import EventLoop
import WebSockets
import Wire

/// The handshake of a WebSocket, from our side. Once it has succeeded the stream is the socket's.
package final class WebSocketOpening: ByteStreamOwner {
    private let key: String
    private let subprotocols: [String]
    private let limits: WebSocket.Limits
    private let opened: (WebSocket) -> any WebSocketOwner
    /// Nil once one of both has been called.
    private var failed: ((ClientFault) -> Void)?
    private var head: [UInt8] = []
    private var parser = HTTPResponseParser()
    private var stream: ByteStream?
    private var timer: LoopTimer?

    init(
        subprotocols: [String], limits: WebSocket.Limits,
        opened: @escaping (WebSocket) -> any WebSocketOwner, failed: @escaping (ClientFault) -> Void
    ) {
        self.subprotocols = subprotocols
        self.limits = limits
        self.opened = opened
        self.failed = failed
        // The key keeps caches from answering in the server's place; it is no secret.
        key = WebSocketHandshake.key(random: (0..<16).map { _ in UInt8.random(in: .min ... .max) })
    }

    func begin(
        _ target: String, at endpoint: Endpoint, from source: SocketAddress?,
        fields: [(name: String, value: String)], on loop: EventLoop, until deadline: MonotonicTime
    ) {
        do throws(HTTPHeadWriteFault) {
            head = try request(target, fields).head(to: endpoint)
        } catch {
            failSoon(.unsendable(error), on: loop)
            return
        }
        do throws(SystemError) {
            let stream = try ByteStream(connectingTo: endpoint.address, from: source, on: loop)
            stream.owner = self
            stream.setDeadline(deadline)
            self.stream = stream
        } catch {
            failSoon(.connection(error), on: loop)
        }
    }

    private func request(_ target: String, _ fields: [(name: String, value: String)]) -> ClientRequest {
        var fields = fields
        fields.append(("Upgrade", "websocket"))
        fields.append(("Connection", "Upgrade"))
        fields.append(("Sec-WebSocket-Key", key))
        fields.append(("Sec-WebSocket-Version", WebSocketHandshake.version))
        if !subprotocols.isEmpty {
            fields.append(("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", ")))
        }
        return ClientRequest(.get, target, fields: fields)
    }

    /// Not before the caller has gone on: asking again at once must not recurse.
    private func failSoon(_ fault: ClientFault, on loop: EventLoop) {
        timer = loop.timer { [self] in fail(fault) }
        timer?.set(loop.now + 1)
    }

    /// Gives the opening up, unless it has succeeded or failed.
    package func cancel() {
        fail(.cancelled)
    }

    // MARK: The stream's side

    package func streamConnected() {
        parser.expect(.get)
        stream?.write(head)
    }

    package func streamReceived(_ unread: Span<UInt8>) -> Int {
        var at = 0
        do throws(HTTPFault) {
            while true {
                switch try parser.step(unread.extracting(at..<unread.count)) {
                case .needBytes(let consumed), .body(_, let consumed), .end(let consumed):
                    return at + consumed
                case .head(let head, let consumed):
                    at += consumed
                    // 100 and 103 may come before the answer.
                    if head.status != 101, head.status < 200 { continue }
                    settle(head)
                    return at
                }
            }
        } catch {
            fail(.malformed(error))
            return unread.count
        }
    }

    private func settle(_ head: ResponseHead) {
        let subprotocol = head.fields.combined("Sec-WebSocket-Protocol")
        let refusal = WebSocketHandshake.refusal(
            status: Int(head.status), upgrade: head.fields.combined("Upgrade"),
            connection: head.fields.combined("Connection"), accept: head.fields.combined("Sec-WebSocket-Accept"),
            extensions: head.fields.combined("Sec-WebSocket-Extensions"), subprotocol: subprotocol, forKey: key,
            offering: subprotocols)
        guard refusal == nil, let stream else {
            fail(.notAWebSocket(status: head.status))
            return
        }
        // Whoever keeps this object should not keep the socket's descriptor with it.
        self.stream = nil
        failed = nil
        _ = WebSocket(on: stream, role: .client, limits: limits, subprotocol: subprotocol, owner: opened)
    }

    private func fail(_ fault: ClientFault) {
        guard let last = failed else { return }
        failed = nil
        timer?.end()
        timer = nil
        let stream = stream
        self.stream = nil
        stream?.close()
        last(fault)
    }

    package func streamEnded() {
        fail(.closedEarly)
    }

    package func streamDrained() {}

    package func streamDeadlinePassed() {
        fail(.deadlinePassed)
    }

    package func streamClosed(_ error: SystemError?) {
        fail(error.map { .connection($0) } ?? .closedEarly)
    }
}
