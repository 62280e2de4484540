/// What the bytes shown to an `HTTPRequestParser` amount to. `consumed` bytes, counted from the first one
/// shown, are done with.
package enum HTTPRequestStep: Sendable {
    /// Nothing more to say until further bytes have arrived.
    case needBytes(consumed: Int)
    case head(RequestHead, consumed: Int)
    /// A piece of the content, never empty: these of the bytes shown.
    case body(Range<Int>, consumed: Int)
    case end(consumed: Int)
}

/// Reads the requests of one connection: bytes in, `head`, any number of `body`, `end`, and again.
///
/// A head is read from contiguous bytes, so whoever feeds it keeps what is not consumed, up to
/// `headBytesMax` bytes, and shows it again with what has arrived since. No byte is looked at twice for that.
/// After a fault every further step throws the same one.
package struct HTTPRequestParser: Sendable {
    private var head: HTTPHeadReader
    private var line: RequestLine?
    private var body: HTTPBodyReader?
    private var fault: HTTPFault?

    package init(limits: HTTPLimits = HTTPLimits()) {
        head = HTTPHeadReader(limits: limits, emptyLinesMax: 2)
    }

    /// Whether nothing of a request has arrived since the last one ended. A close is no error then.
    package var isIdle: Bool {
        body == nil && fault == nil && !head.hasBegun
    }

    /// `unread` is everything received and not yet consumed.
    package mutating func step(_ unread: Span<UInt8>) throws(HTTPFault) -> HTTPRequestStep {
        if let fault { throw fault }
        do throws(HTTPFault) {
            return try body == nil ? stepHead(unread) : stepBody(unread)
        } catch {
            fault = error
            throw error
        }
    }

    private mutating func stepHead(_ unread: Span<UInt8>) throws(HTTPFault) -> HTTPRequestStep {
        while true {
            switch try head.next(unread) {
            case .incomplete:
                return .needBytes(consumed: head.consumeEmptyLines())
            case .firstLine(let range):
                line = try RequestLine(unread.extracting(range))
            case .complete(let range):
                let fields = head.takeFields(unread.extracting(range))
                guard let requestLine = line.take() else { preconditionFailure("a head begins with its first line") }
                let request = try RequestHead(requestLine, fields)
                body = HTTPBodyReader(request.body)
                return .head(request, consumed: range.upperBound)
            }
        }
    }

    private mutating func stepBody(_ unread: Span<UInt8>) throws(HTTPFault) -> HTTPRequestStep {
        switch try body?.step(unread, limits: head.limits) {
        case .needBytes(let consumed):
            return .needBytes(consumed: consumed)
        case .body(let range, let consumed):
            return .body(range, consumed: consumed)
        case .end(let consumed):
            body = nil
            return .end(consumed: consumed)
        case nil:
            return .needBytes(consumed: 0)
        }
    }
}
