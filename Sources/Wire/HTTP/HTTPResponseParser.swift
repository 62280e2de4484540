/// What the bytes shown to an `HTTPResponseParser` amount to. `consumed` bytes, counted from the first one
/// shown, are done with.
package enum HTTPResponseStep: Sendable {
    /// Nothing more to say until further bytes have arrived.
    case needBytes(consumed: Int)
    /// A head; after one of status 100 to 199 (save 101) another one follows, without an `end` between.
    case head(ResponseHead, consumed: Int)
    /// A piece of the content, never empty: these of the bytes shown.
    case body(Range<Int>, consumed: Int)
    case end(consumed: Int)
}

/// Reads the responses of one connection. Before each one it must be told which method it will answer:
/// the end of a response depends on it.
///
/// After a 101 and its `end` the connection speaks another protocol: the parser consumes nothing more, and
/// the bytes not consumed belong to that. After a fault every further step throws the same one.
package struct HTTPResponseParser: Sendable {
    private enum Phase {
        case idle
        case head(to: HTTPMethod, interim: Int)
        case body(HTTPBodyReader, switchesProtocols: Bool)
        case switched
        case failed(HTTPFault)
    }

    /// A server that sends 100 for ever would keep a client busy for ever.
    private static let interimMax = 16

    private var phase = Phase.idle
    private var head: HTTPHeadReader
    private var line: StatusLine?

    package init(limits: HTTPLimits = HTTPLimits()) {
        head = HTTPHeadReader(limits: limits, emptyLinesMax: 0)
    }

    /// Whether no response is awaited, or nothing of it has arrived. While idle, bytes are a fault.
    package var isIdle: Bool {
        switch phase {
        case .idle: true
        case .head(_, let interim): interim == 0 && !head.hasBegun
        case .body, .switched, .failed: false
        }
    }

    /// Whether a 101 ended the speaking of HTTP.
    package var hasSwitchedProtocols: Bool {
        if case .switched = phase { true } else { false }
    }

    /// Says which method the next response answers; once for each, after the `end` of the one before.
    package mutating func expect(_ method: HTTPMethod) {
        guard case .idle = phase else { preconditionFailure("one response is awaited at a time") }
        phase = .head(to: method, interim: 0)
    }

    /// `unread` is everything received and not yet consumed.
    package mutating func step(_ unread: Span<UInt8>) throws(HTTPFault) -> HTTPResponseStep {
        do throws(HTTPFault) {
            switch phase {
            case .idle:
                guard unread.isEmpty else { throw .responseNotAwaited }
                return .needBytes(consumed: 0)
            case .head(let method, let interim):
                return try stepHead(unread, to: method, interim: interim)
            case .body(var reader, let switchesProtocols):
                return try stepBody(unread, &reader, switchesProtocols: switchesProtocols)
            case .switched:
                return .needBytes(consumed: 0)
            case .failed(let fault):
                throw fault
            }
        } catch {
            phase = .failed(error)
            throw error
        }
    }

    private mutating func stepHead(
        _ unread: Span<UInt8>, to method: HTTPMethod, interim: Int
    ) throws(HTTPFault) -> HTTPResponseStep {
        while true {
            switch try head.next(unread) {
            case .incomplete:
                return .needBytes(consumed: 0)
            case .firstLine(let range):
                line = try StatusLine(unread.extracting(range))
            case .complete(let range):
                let fields = head.takeFields(unread.extracting(range))
                guard let statusLine = line.take() else { preconditionFailure("a head begins with its first line") }
                let response = try ResponseHead(statusLine, fields, to: method)
                if response.status < 200, response.status != 101 {
                    guard interim < Self.interimMax else { throw .tooManyInterimResponses }
                    phase = .head(to: method, interim: interim + 1)
                } else {
                    let reader = HTTPBodyReader(response.body)
                    phase = .body(reader, switchesProtocols: response.status == 101)
                }
                return .head(response, consumed: range.upperBound)
            }
        }
    }

    private mutating func stepBody(
        _ unread: Span<UInt8>, _ reader: inout HTTPBodyReader, switchesProtocols: Bool
    ) throws(HTTPFault) -> HTTPResponseStep {
        let step = try reader.step(unread, limits: head.limits)
        phase = .body(reader, switchesProtocols: switchesProtocols)
        switch step {
        case .needBytes(let consumed):
            return .needBytes(consumed: consumed)
        case .body(let range, let consumed):
            return .body(range, consumed: consumed)
        case .end(let consumed):
            phase = switchesProtocols ? .switched : .idle
            return .end(consumed: consumed)
        }
    }

    /// The other side has closed, and every byte that came before was shown. Content that lasts until then
    /// is complete, and the next step says `end`; a response cut short is a fault.
    package mutating func closed() throws(HTTPFault) {
        switch phase {
        case .idle, .switched:
            return
        case .head:
            let fault: HTTPFault = isIdle ? .closedBeforeResponse : .closedWithinMessage
            phase = .failed(fault)
            throw fault
        case .body(var reader, let switchesProtocols):
            guard reader.closed() else {
                phase = .failed(.closedWithinMessage)
                throw .closedWithinMessage
            }
            phase = .body(reader, switchesProtocols: switchesProtocols)
        case .failed(let fault):
            throw fault
        }
    }
}
