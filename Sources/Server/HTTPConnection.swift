import Bytes
import EventLoop
import WebSockets
import Wire

/// One client's connection: requests in, one after the other, answers out in the same order.
///
/// A pipelined request waits, unread, until the one before it is answered. Each phase has an end:
/// `streamDeadlinePassed` is where slow clients are told apart from working ones.
final class HTTPConnection: ByteStreamOwner {
    private enum Phase {
        /// Between two requests.
        case idle
        /// A head has begun to arrive.
        case head
        /// A body is arriving, for the handler or to be thrown away.
        case body
        /// The request is whole and its answer is not.
        case answering
        /// The last answer is written; what still arrives is thrown away.
        case lingering
    }

    let stream: ByteStream
    let remoteAddress: SocketAddress
    private(set) var exchangeNumber: UInt64 = 0

    private let server: Server
    private var parser: HTTPRequestParser
    private var phase = Phase.idle
    private var phaseBegan: MonotonicTime
    private var exchange: Exchange?
    private var route: Route?
    private var responseStream: ResponseStream?
    private var isRequestWhole = false
    private var isAnswerWhole = false
    private var isDelivering = false
    /// Whether the connection ends after the current answer.
    private var isLast = false
    private var bodyBytes: UInt64 = 0
    private var receivedSinceLook: UInt64 = 0
    private var sentAtLook: UInt64 = 0

    init(_ stream: ByteStream, from remoteAddress: SocketAddress, server: Server) {
        self.stream = stream
        self.remoteAddress = remoteAddress
        self.server = server
        parser = HTTPRequestParser(limits: server.limits.http)
        phaseBegan = stream.loop.now
        stream.owner = self
        // A client that connects and says nothing gets no longer than one that is slow to ask.
        stream.setDeadline(phaseBegan + server.limits.headMilliseconds)
    }

    // MARK: Requests

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        isDelivering = true
        defer { isDelivering = false }
        var at = 0
        do throws(HTTPFault) {
            while true {
                switch phase {
                case .answering: return at
                case .lingering: return unread.count
                case .idle, .head, .body: break
                }
                let rest = unread.extracting(at..<unread.count)
                switch try parser.step(rest) {
                case .needBytes(let consumed):
                    at += consumed
                    receivedSinceLook += UInt64(consumed)
                    if phase == .idle, !parser.isIdle || consumed < rest.count { enter(.head) }
                    return at
                case .head(let head, let consumed):
                    at += consumed
                    begin(head)
                    // The stream may be a WebSocket's by now.
                    if stream.owner !== self { return at }
                case .body(let range, let consumed):
                    take(rest.extracting(range))
                    at += consumed
                case .end(let consumed):
                    at += consumed
                    requestEnded()
                    if stream.owner !== self { return at }
                }
            }
        } catch {
            refuse(error.status, error.detail)
            return unread.count
        }
    }

    private func begin(_ head: RequestHead) {
        exchangeNumber += 1
        isRequestWhole = false
        isAnswerWhole = false
        isLast = !head.keepsAlive || server.isDraining
        bodyBytes = 0
        enter(.body)
        let found = head.target.form == .asterisk ? Router.Match.otherMethods(Router.everyMethod)
            : server.router.match(head.method, head.target.path)
        switch found {
        case .route(let route, let parameters):
            let exchange = Exchange(head, names: route.pattern.names, parameters: parameters, on: self)
            self.exchange = exchange
            self.route = route
            if case .length(let length) = head.body, length > bodyBytesMax(route) {
                exchange.answer(refusal(413, "the body is larger than this route takes"))
                return
            }
            if case .streamed = route.body { route.handler(exchange) }
            if head.expectsContinue, !exchange.isAnswered {
                stream.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
        case .otherMethods(let allow):
            let exchange = Exchange(head, names: [], parameters: [], on: self)
            self.exchange = exchange
            var response = head.method == .options
                ? Response(204) : refusal(405, "\(allow) is what this path takes")
            response.fields.append(("Allow", allow))
            exchange.answer(response)
        case .none:
            let exchange = Exchange(head, names: [], parameters: [], on: self)
            self.exchange = exchange
            exchange.answer(refusal(404, "there is nothing at this path"))
        }
    }

    private func bodyBytesMax(_ route: Route) -> UInt64 {
        max(route.body.bytesMax, server.limits.discardedBytesMax)
    }

    private func take(_ bytes: Span<UInt8>) {
        bodyBytes += UInt64(bytes.count)
        receivedSinceLook += UInt64(bytes.count)
        guard let exchange, let route, !exchange.isAnswered else {
            if bodyBytes > server.limits.discardedBytesMax { linger() }
            return
        }
        guard bodyBytes <= bodyBytesMax(route) else {
            exchange.sink?.bodyAborted()
            exchange.sink = nil
            exchange.answer(refusal(413, "the body is larger than this route takes"))
            return
        }
        switch route.body {
        case .none: break
        case .buffered: bytes.withUnsafeBufferPointer { exchange.body.append(contentsOf: $0) }
        case .streamed: exchange.sink?.bodyReceived(bytes)
        }
    }

    private func requestEnded() {
        isRequestWhole = true
        if let exchange, let route, !exchange.isAnswered {
            enter(.answering)
            switch route.body {
            case .none, .buffered: route.handler(exchange)
            case .streamed:
                let sink = exchange.sink
                exchange.sink = nil
                sink?.bodyEnded()
            }
        }
        settle()
    }

    // MARK: Answers

    /// An answer of the server's own, in the shape that this server's refusals have.
    func refusal(_ status: UInt16, _ detail: String) -> Response {
        server.refusal(status, detail)
    }

    func answer(number: UInt64, with response: Response) {
        guard number == exchangeNumber, let exchange, !exchange.isAnswered else { return }
        exchange.answer(response)
    }

    func answer(_ exchange: Exchange, with response: Response) {
        guard exchange === self.exchange else { return }
        var response = response
        let head = head(of: &response, for: exchange, length: response.body.count)
        stream.write(head, exchange.request.method == .head ? .none : response.body)
        isAnswerWhole = true
        if !isDelivering { settle() }
    }

    func startStreaming(_ exchange: Exchange, _ response: Response, length: UInt64?) -> ResponseStream {
        guard exchange === self.exchange else { return ResponseStream(lost: ()) }
        var response = response
        stream.write(head(of: &response, for: exchange, length: length))
        let body = ResponseStream(
            self, isChunked: length == nil && exchange.request.minorVersion >= 1, length: length,
            isSilent: exchange.request.method == .head)
        responseStream = body
        return body
    }

    func streamingEnded(_ body: ResponseStream) {
        guard responseStream === body else { return }
        responseStream = nil
        isAnswerWhole = true
        if !isDelivering { settle() }
    }

    /// The answer's head. One that can't be written, because a value in it would break its line, is a
    /// mistake of ours that the client hears of as 500.
    private func head(of response: inout Response, for exchange: Exchange, length: UInt64?) -> [UInt8] {
        if response.closesConnection { isLast = true }
        // What is not read of the body decides whether the connection can go on; say so in time.
        if !isRequestWhole, !canDiscardRest(of: exchange) { isLast = true }
        if length == nil, exchange.request.minorVersion == 0 { isLast = true }
        do {
            return try writtenHead(of: response, minorVersion: exchange.request.minorVersion, length: length)
        } catch {
            response = Response(500)
            isLast = true
            return Array("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        }
    }

    private func writtenHead(
        of response: Response, minorVersion: UInt8, length: UInt64?
    ) throws(HTTPHeadWriteFault) -> [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(256 + Int(min(response.body.count, UInt64(ByteStream.joinedBytesMax))))
        head.appendStatusLine(response.status)
        server.appendDate(to: &head)
        for (name, value) in response.fields {
            try head.appendField(name, value)
        }
        if let length {
            // 1xx, 204 and 304 have no body and say nothing of its length (RFC 9110, section 8.6).
            if response.status != 204, response.status != 304 { head.appendField("Content-Length", decimal: length) }
        } else if minorVersion >= 1 {
            head.appendField("Transfer-Encoding", literal: "chunked")
        }
        if isLast {
            head.appendField("Connection", literal: "close")
        } else if minorVersion == 0 {
            head.appendField("Connection", literal: "keep-alive")
        }
        head.appendHeadEnd()
        return head
    }

    /// Whether the rest of the request's body is so small that reading it is cheaper than a new connection.
    private func canDiscardRest(of exchange: Exchange) -> Bool {
        switch exchange.request.body {
        case .none: true
        // A client that waits to be told to continue sends nothing, or everything: one can't know.
        case .length(let length):
            length == 0 || !exchange.request.expectsContinue && length - bodyBytes <= server.limits.discardedBytesMax
        case .chunked, .untilClose: false
        }
    }

    func upgrade(
        accept: String, subprotocol: String?, limits: WebSocket.Limits,
        owner: (WebSocket) -> any WebSocketOwner
    ) throws(HTTPHeadWriteFault) {
        var head: [UInt8] = []
        head.appendStatusLine(101)
        head.appendField("Upgrade", literal: "websocket")
        head.appendField("Connection", literal: "Upgrade")
        try head.appendField("Sec-WebSocket-Accept", accept)
        if let subprotocol { try head.appendField("Sec-WebSocket-Protocol", subprotocol) }
        head.appendHeadEnd()
        stream.write(head)
        exchange = nil
        let socket = WebSocket(on: stream, role: .server, limits: limits, subprotocol: subprotocol, owner: owner)
        server.becameWebSocket(socket, on: stream)
        if !isDelivering { stream.redeliver() }
    }

    // MARK: From one request to the next

    /// Looks whether both the request and its answer are whole, and goes on to what follows.
    private func settle() {
        guard isAnswerWhole, phase != .lingering else { return }
        guard isRequestWhole else {
            if isLast { linger() }
            return
        }
        exchange = nil
        route = nil
        if isLast {
            linger()
        } else {
            enter(.idle)
            if !isDelivering { stream.redeliver() }
        }
    }

    private func linger() {
        exchange = nil
        enter(.lingering)
        if stream.hasEnded {
            stream.closeWhenDrained()
        } else {
            stream.endSendingWhenDrained()
        }
    }

    /// Answers what can't be understood, or came too slowly, and ends the connection.
    private func refuse(_ status: UInt16, _ detail: String) {
        isLast = true
        isRequestWhole = true
        if let exchange, responseStream != nil || isAnswerWhole || exchange.isAnswered {
            // An answer is on its way already: a second one would be taken for a part of it.
            stream.close()
            return
        }
        exchange?.abandon()
        var response = refusal(status, detail)
        response.closesConnection = true
        let head = try? writtenHead(of: response, minorVersion: 1, length: response.body.count)
        if let head { stream.write(head, response.body) }
        linger()
    }

    /// Ends an idle connection now and a busy one after its answer.
    func drain() {
        isLast = true
        if phase == .idle { stream.closeWhenDrained() }
        responseStream?.drain()
    }

    // MARK: Time

    private func enter(_ next: Phase) {
        phase = next
        phaseBegan = stream.loop.now
        let limits = server.limits
        let patience =
            switch next {
            case .head: limits.headMilliseconds
            case .lingering: limits.lingerMilliseconds
            case .idle, .body, .answering: limits.paceMilliseconds
            }
        sentAtLook = stream.sentBytes
        receivedSinceLook = 0
        stream.setDeadline(phaseBegan + patience)
    }

    func streamDeadlinePassed() {
        let limits = server.limits
        let now = stream.loop.now
        if !stream.isDrained {
            // Somebody reads an answer, or doesn't.
            guard stream.sentBytes - sentAtLook >= limits.paceBytesMin, phase != .lingering else {
                stream.close()
                return
            }
            sentAtLook = stream.sentBytes
            stream.setDeadline(now + limits.paceMilliseconds)
            return
        }
        switch phase {
        case .idle:
            let end = phaseBegan + limits.idleMilliseconds
            if exchangeNumber == 0 || now >= end { stream.close() } else { stream.setDeadline(end) }
        case .head:
            refuse(408, "the request's head did not arrive in time")
        case .body:
            guard receivedSinceLook >= limits.paceBytesMin || !stream.isReading else {
                refuse(408, "the request's body arrives too slowly")
                return
            }
            receivedSinceLook = 0
            stream.setDeadline(now + limits.paceMilliseconds)
        case .answering:
            // Ours to do, however long it takes; the client's pace counts again once something is written.
            stream.setDeadline(now + limits.paceMilliseconds)
        case .lingering:
            stream.close()
        }
    }

    // MARK: The stream's side

    func streamEnded() {
        switch phase {
        case .answering:
            // It has asked and may still read. This is called again when the answer is written.
            break
        case .idle, .head, .body, .lingering:
            stream.closeWhenDrained()
        }
    }

    func streamDrained() {
        responseStream?.drained()
    }

    func streamClosed(_ error: SystemError?) {
        let last = exchange
        exchange = nil
        let body = responseStream
        responseStream = nil
        body?.lost()
        last?.abandon()
    }
}
