import Bytes
import EventLoop
import WebSockets
import Wire

/// One client's connection: requests in, one after the other, answers out in the same order.
///
/// A pipelined request waits, unread, until the one before it is answered and most of that answer has
/// left. Each phase has an end: `HTTPConnection+Patience` tells slow clients from working ones.
final class HTTPConnection: ByteStreamOwner {
    enum Phase {
        /// Between two requests.
        case idle
        /// A head has begun to arrive.
        case head
        /// A body is arriving, for the handler or to be thrown away.
        case body
        /// The request is whole and its answer is not, or is too large to go on before it has left.
        case answering
        /// The last answer is written; what still arrives is thrown away.
        case lingering
    }

    let stream: ByteStream
    let remoteAddress: SocketAddress

    let server: Server
    private var parser: HTTPRequestParser
    var phase = Phase.idle
    private(set) var exchangeNumber: UInt64 = 0
    private var exchange: Exchange?
    private var route: Route?
    private var responseStream: ResponseStream?
    private(set) var isRequestWhole = false
    private var isAnswerWhole = false
    private var isDelivering = false
    private var hasSeenEnd = false
    /// Whether the connection ends after the current answer.
    private var isLast = false
    /// Whether the client has asked to be told to send its body, and hasn't been.
    private var isContinueAwaited = false
    /// Whether the answer's content is a file: it counts nothing in memory, but holds a descriptor.
    private var isAnswerFile = false
    private var bodyBytes: UInt64 = 0
    private var discardedBytes: UInt64 = 0
    /// What the client has sent and taken in, for `HTTPConnection+Patience`.
    var receivedSinceLook: UInt64 = 0
    var sentAtLook: UInt64 = 0

    init(_ stream: ByteStream, from remoteAddress: SocketAddress, server: Server) {
        self.stream = stream
        self.remoteAddress = remoteAddress
        self.server = server
        parser = HTTPRequestParser(limits: server.limits.http)
        stream.owner = self
        enter(.idle)
    }

    // MARK: Requests

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        isDelivering = true
        defer { isDelivering = false }
        var at = 0
        do throws(HTTPFault) {
            // A handler may have closed the stream, or made a WebSocket of it.
            while stream.owner === self {
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
                case .body(let range, let consumed):
                    at += consumed
                    receivedSinceLook += UInt64(consumed)
                    take(rest.extracting(range))
                case .end(let consumed):
                    at += consumed
                    requestEnded()
                }
                settle()
            }
            return at
        } catch {
            refuse(error.status, error.detail)
            return unread.count
        }
    }

    private func begin(_ head: RequestHead) {
        exchangeNumber += 1
        isRequestWhole = false
        isAnswerWhole = false
        isAnswerFile = false
        isLast = !head.keepsAlive || server.isDraining
        isContinueAwaited = head.expectsContinue
        bodyBytes = 0
        discardedBytes = 0
        enter(.body)
        let found =
            head.target.form == .asterisk
            ? Router.Match.otherMethods(Router.everyMethod) : server.router.match(head.method, head.target.path)
        switch found {
        case .route(let route, let parameters):
            let exchange = Exchange(
                head, number: exchangeNumber, names: route.pattern.names, parameters: parameters, on: self)
            self.exchange = exchange
            self.route = route
            if case .length(let length) = head.body, length > bodyBytesMax(route) {
                exchange.answer(refusal(413, "the body is larger than this route takes"))
                return
            }
            if case .streamed = route.body { route.handler(exchange) }
            if isContinueAwaited, !exchange.isAnswered {
                isContinueAwaited = false
                stream.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
        case .otherMethods(let allow):
            var response =
                head.method == .options ? Response(204) : refusal(405, "\(allow) is what this path takes", to: head)
            response.fields.append(("Allow", allow))
            answer(head, with: response)
        case .none:
            answer(head, with: refusal(404, "there is nothing at this path", to: head))
        }
    }

    /// Answers what no route is for.
    private func answer(_ head: RequestHead, with response: Response) {
        let exchange = Exchange(head, number: exchangeNumber, names: [], parameters: [], on: self)
        self.exchange = exchange
        exchange.answer(response)
    }

    private func bodyBytesMax(_ route: Route) -> UInt64 {
        switch route.body {
        case .none: server.limits.discardedBytesMax
        case .buffered(let bytesMax), .streamed(let bytesMax): bytesMax
        }
    }

    private func take(_ bytes: Span<UInt8>) {
        isContinueAwaited = false
        bodyBytes += UInt64(bytes.count)
        guard let exchange, let route, !exchange.isAnswered else {
            discardedBytes += UInt64(bytes.count)
            // Nobody wants the rest, and the answer is not written yet: the client may wait with it.
            if discardedBytes > server.limits.discardedBytesMax, !isAnswerWhole { stream.pauseReading() }
            return
        }
        guard bodyBytes <= bodyBytesMax(route) else {
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
        // Until it is answered no other is looked at: two answers can't be under way at once.
        enter(.answering)
        guard let exchange, let route, !exchange.isAnswered else { return }
        switch route.body {
        case .none, .buffered: route.handler(exchange)
        case .streamed:
            let sink = exchange.sink
            exchange.sink = nil
            sink?.bodyEnded()
        }
    }

    func pauseBody(of exchange: Exchange) {
        guard isCurrent(exchange), !exchange.isAnswered else { return }
        stream.pauseReading()
    }

    func resumeBody(of exchange: Exchange) {
        guard isCurrent(exchange), !exchange.isAnswered else { return }
        // The client could not send while it was told to wait.
        look()
        stream.resumeReading()
    }

    // MARK: Answers

    func isCurrent(_ exchange: Exchange) -> Bool {
        exchange === self.exchange
    }

    /// An answer of the server's own, in the shape that this server's refusals have.
    func refusal(_ status: UInt16, _ detail: String, to head: RequestHead? = nil) -> Response {
        server.refusal(status, detail, head ?? exchange?.request)
    }

    func answer(number: UInt64, with response: Response) {
        guard let exchange, exchange.number == number, !exchange.isAnswered else { return }
        exchange.answer(response)
    }

    func answer(_ exchange: Exchange, with response: Response) {
        guard isCurrent(exchange) else { return }
        let framing = response.framing(length: response.body.count, minorVersion: exchange.request.minorVersion)
        guard let head = head(of: response, framing, to: exchange) else { return }
        willWrite()
        if framing == .none || exchange.request.method == .head {
            stream.write(head)
        } else {
            if case .file = response.body { isAnswerFile = true }
            stream.write(head, response.body)
        }
        answerEnded()
    }

    func startStreaming(_ exchange: Exchange, _ response: Response, length: UInt64?) -> ResponseStream {
        guard isCurrent(exchange) else { return ResponseStream(lost: ()) }
        let framing = response.framing(length: length, minorVersion: exchange.request.minorVersion)
        if framing == .untilClose { isLast = true }
        guard let head = head(of: response, framing, to: exchange) else { return ResponseStream(lost: ()) }
        willWrite()
        stream.write(head)
        stream.resumeReading()
        let body = ResponseStream(self, framing, isSilent: framing == .none || exchange.request.method == .head)
        responseStream = body
        return body
    }

    func streamingEnded(_ body: ResponseStream) {
        guard responseStream === body else { return }
        responseStream = nil
        answerEnded()
    }

    private func answerEnded() {
        isAnswerWhole = true
        // Whoever had paused the body has no say in what comes after it.
        stream.resumeReading()
        if !isDelivering { settle() }
    }

    /// The answer's head. One that can't be written, because a value in it would break its line, is a
    /// mistake of ours that the client hears of as 500: that is sent then, and this is nil.
    private func head(of response: Response, _ framing: Response.Framing, to exchange: Exchange) -> [UInt8]? {
        if response.closesConnection { isLast = true }
        // What is not read of the body decides whether the connection can go on; say so in time.
        if !isRequestWhole, !canDiscardRest(of: exchange) { isLast = true }
        let isOld = exchange.request.minorVersion == 0
        do {
            return try response.head(
                framing, date: server.date(), connection: isLast ? "close" : isOld ? "keep-alive" : nil)
        } catch {
            isLast = true
            willWrite()
            stream.write(
                Array("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
            answerEnded()
            return nil
        }
    }

    /// Whether the rest of the request's body is so small that reading it is cheaper than a new connection.
    private func canDiscardRest(of exchange: Exchange) -> Bool {
        switch exchange.request.body {
        case .none: true
        // A client that waits to be told to continue sends nothing, or everything: one can't know.
        case .length(let length): !isContinueAwaited && length - bodyBytes <= server.limits.discardedBytesMax
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
        stream.resumeReading()
        exchange = nil
        let socket = WebSocket(on: stream, role: .server, limits: limits, subprotocol: subprotocol, owner: owner)
        server.becameWebSocket(socket, on: stream)
        if !isDelivering { stream.redeliver() }
    }

    // MARK: From one request to the next

    /// Looks whether both the request and its answer are whole, and goes on to what follows.
    private func settle() {
        guard isAnswerWhole, phase == .body || phase == .answering else { return }
        if isLast {
            linger()
            return
        }
        guard isRequestWhole else { return }
        // Who does not read what it asked for is not asked what else it wants: a few kilobytes of pipelined
        // requests could make us hold any amount of answers.
        guard !stream.isCongested, stream.isDrained || !isAnswerFile else { return }
        exchange = nil
        route = nil
        enter(.idle)
        if !isDelivering { stream.redeliver() }
    }

    private func linger() {
        exchange = nil
        route = nil
        enter(.lingering)
        stream.resumeReading()
        if stream.hasEnded {
            stream.closeWhenDrained()
        } else {
            stream.endSendingWhenDrained()
        }
    }

    /// Answers what can't be understood, or came too slowly, and ends the connection.
    func refuse(_ status: UInt16, _ detail: String) {
        if let exchange, exchange.isAnswered {
            // A second answer would be taken for a part of the first.
            if isAnswerWhole { linger() } else { cut() }
            return
        }
        let lost = exchange
        let response = refusal(status, detail)
        let framing = response.framing(length: response.body.count, minorVersion: 1)
        if let head = try? response.head(framing, date: server.date(), connection: "close") {
            stream.write(head, lost?.request.method == .head ? .none : response.body)
        }
        linger()
        lost?.abandon()
    }

    /// Ends the connection now, whatever is under way.
    func cut() {
        if let responseStream, responseStream.isEndedByClose {
            stream.reset()
        } else {
            stream.close()
        }
    }

    /// Ends an idle connection now and a busy one after its answer.
    func drain() {
        isLast = true
        if phase == .idle {
            enter(.lingering)
            stream.closeWhenDrained()
        }
        settle()
        responseStream?.stop()
    }

    var isDraining: Bool { server.isDraining }

    // MARK: The stream's side

    func streamEnded() {
        // Requests that were left over may still be to be shown: this is called again behind them.
        guard hasSeenEnd else {
            hasSeenEnd = true
            stream.redeliver()
            return
        }
        switch phase {
        case .answering:
            // It has asked and may still read. This is called again when the answer is written.
            break
        case .idle, .head, .body, .lingering:
            stream.closeWhenDrained()
        }
    }

    func streamDrained() {
        look()
        responseStream?.drained()
        settle()
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
