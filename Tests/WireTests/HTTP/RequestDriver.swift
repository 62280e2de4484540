import HTTPCases

@testable import Wire

/// Feeds a parser as a server does: reads a piece, steps until it needs more, forgets what was consumed, and
/// stops where the connection is to be closed.
struct RequestDriver {
    private(set) var exchanges: [HTTPRequestCase.Exchange] = []
    private(set) var heads: [RequestHead] = []
    private(set) var fault: HTTPFault?
    private(set) var isClosed = false
    /// What a parser must never do; empty where it kept its word.
    private(set) var breaches: [String] = []

    private var parser: HTTPRequestParser
    private var unread: [UInt8] = []
    private var head: RequestHead?
    private var body: [UInt8] = []

    init(limits: HTTPLimits = HTTPLimits()) {
        parser = HTTPRequestParser(limits: limits)
    }

    mutating func receive(_ piece: some Collection<UInt8>) {
        guard fault == nil, !isClosed else { return }
        unread.append(contentsOf: piece)
        do throws(HTTPFault) {
            while !isClosed, try step() {}
        } catch {
            fault = error
        }
    }

    /// False when the parser needs more bytes.
    private mutating func step() throws(HTTPFault) -> Bool {
        // A span of one property borrows the whole struct, so that the parser could not change beside it.
        let shown = unread
        switch try parser.step(shown.span) {
        case .needBytes(let consumed):
            consume(consumed)
            return false
        case .head(let head, let consumed):
            if self.head != nil { breaches.append("a head within a message") }
            self.head = head
            heads.append(head)
            body = []
            consume(consumed)
        case .body(let range, let consumed):
            if head == nil { breaches.append("content without a head") }
            if range.isEmpty { breaches.append("empty content") }
            if range.lowerBound < 0 || range.upperBound > consumed || consumed > unread.count {
                breaches.append("content outside what is consumed")
            } else {
                body += unread[range]
            }
            consume(consumed)
        case .end(let consumed):
            consume(consumed)
            guard let head else {
                breaches.append("an end without a head")
                return false
            }
            let path = head.target.form == .asterisk ? "*" : head.target.path.description
            exchanges.append(HTTPRequestCase.Exchange(head.method.name, path, body: body))
            if !parser.isIdle { breaches.append("not idle between requests") }
            isClosed = !head.keepsAlive
            self.head = nil
        }
        return true
    }

    private mutating func consume(_ count: Int) {
        guard (0...unread.count).contains(count) else {
            breaches.append("consumed \(count) of \(unread.count)")
            return
        }
        unread.removeFirst(count)
    }

    var outcome: HTTPRequestCase.Outcome {
        if let fault { return .refused(fault.status, after: exchanges) }
        if isClosed { return .answered(exchanges, isOpen: false) }
        return parser.isIdle ? .answered(exchanges, isOpen: true) : .incomplete(after: exchanges)
    }
}
