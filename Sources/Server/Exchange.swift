package import EventLoop
package import WebSockets
package import Wire

/// Takes a streamed request body in, on the exchange's loop.
package protocol BodySink: AnyObject {
    /// The next bytes; they are gone when this returns. `exchange.pauseBody` stops them for a while.
    func bodyReceived(_ bytes: Span<UInt8>)
    /// That was all of it.
    func bodyEnded()
    /// The rest will not come: the connection is gone, or the exchange was answered before the end. Either
    /// way there is nothing left to answer.
    func bodyAborted()
}

/// One request and the duty to answer it, once: at once in the handler, or later on the same loop.
package final class Exchange {
    package let request: RequestHead
    /// The whole body, on a route that wants it buffered.
    package internal(set) var body: [UInt8] = []
    package let remoteAddress: SocketAddress

    let number: UInt64
    private let names: [String]
    private let parameters: [Parameter]
    private weak var connection: HTTPConnection?
    var sink: (any BodySink)?
    private(set) var isAnswered = false
    /// Called when the connection is lost before the exchange has been answered.
    package var whenAbandoned: (() -> Void)?

    init(
        _ request: RequestHead, number: UInt64, names: [String], parameters: [Parameter],
        on connection: HTTPConnection
    ) {
        self.request = request
        self.number = number
        self.names = names
        self.parameters = parameters
        self.connection = connection
        remoteAddress = connection.remoteAddress
    }

    /// The path's value for a parameter of the route's pattern.
    package func parameter(_ name: String) -> Parameter {
        guard let index = names.firstIndex(of: name) else {
            preconditionFailure("the route has no parameter \(name)")
        }
        return parameters[index]
    }

    /// Names this exchange to other threads, which answer it through the server's mailbox.
    package var ticket: ExchangeTicket? {
        guard let connection, let place = connection.stream.place else { return nil }
        return ExchangeTicket(place: place, number: number)
    }

    // MARK: The body, streamed

    /// Says where the body of a streamed route goes; to be called in the handler.
    package func receiveBody(into sink: any BodySink) {
        self.sink = sink
    }

    /// Reads no more of the body until `resumeBody`; the client waits meanwhile. What has been read by then
    /// still comes, `EventLoop.scratchBytes` at most, and perhaps the end. An answer resumes it, too.
    package func pauseBody() {
        connection?.pauseBody(of: self)
    }

    package func resumeBody() {
        connection?.resumeBody(of: self)
    }

    // MARK: The answer

    /// Answers. A lost connection makes this do nothing; a second answer is our mistake.
    package func answer(_ response: Response) {
        finish()
        connection?.answer(self, with: response)
    }

    /// Answers with a body that comes piece by piece. Without a length it is sent in chunks, or, to a client
    /// of HTTP/1.0, until the connection ends.
    package func answer(streaming response: Response, length: UInt64? = nil) -> ResponseStream {
        finish()
        return connection?.startStreaming(self, response, length: length) ?? ResponseStream(lost: ())
    }

    /// Makes a WebSocket of the connection where the request is a proper handshake, and answers it with
    /// what is wrong where it isn't. `subprotocol` is the one chosen of those that the client offered.
    package func upgrade(
        subprotocol: String? = nil, limits: WebSocket.Limits = .init(),
        owner: (WebSocket) -> any WebSocketOwner
    ) {
        guard let connection, connection.isCurrent(self) else {
            finish()
            return
        }
        switch WebSocketHandshake.answer(
            isGET: request.method == .get, isHTTP11: request.minorVersion >= 1,
            upgrade: request.fields.combined("Upgrade"), connection: request.fields.combined("Connection"),
            key: request.fields.combined("Sec-WebSocket-Key"),
            version: request.fields.combined("Sec-WebSocket-Version"))
        {
        case .switchProtocols where !connection.isRequestWhole:
            // What is still to come of the body would be taken for frames.
            answer(connection.refusal(400, "a WebSocket is opened by a request without a body"))
        case .switchProtocols(let accept):
            do throws(HTTPHeadWriteFault) {
                try connection.upgrade(accept: accept, subprotocol: subprotocol, limits: limits, owner: owner)
                finish()
            } catch {
                answer(connection.refusal(400, "this subprotocol can't be named in an answer"))
            }
        case .badRequest(let detail):
            answer(connection.refusal(400, detail))
        case .upgradeRequired:
            var response = connection.refusal(426, "this node speaks version 13 of the WebSocket protocol")
            response.fields.append(("Sec-WebSocket-Version", WebSocketHandshake.version))
            // RFC 9110, section 7.8: an Upgrade field is announced by a connection option of that name.
            response.fields.append(("Upgrade", "websocket"))
            response.fields.append(("Connection", "Upgrade"))
            answer(response)
        }
    }

    private func finish() {
        precondition(!isAnswered, "an exchange is answered once")
        isAnswered = true
        whenAbandoned = nil
        // The sink usually holds this exchange: let go of it.
        let unfed = sink
        sink = nil
        unfed?.bodyAborted()
    }

    /// The connection is gone.
    func abandon() {
        let abandoned = whenAbandoned
        whenAbandoned = nil
        let unfed = sink
        sink = nil
        unfed?.bodyAborted()
        abandoned?()
    }
}

/// An exchange, as other threads know it. It means nothing once the exchange is answered or lost.
package struct ExchangeTicket: Sendable {
    let place: EventLoop.Place
    let number: UInt64
}
