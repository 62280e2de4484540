import Bytes
import FuzzInput
import Wire

/// What a server may answer on one connection. Of two bytes, bits choose the limits, whether the server closes
/// in the end, whether only one response is awaited, and which ones answer a HEAD; five bytes choose the cuts.
@c(LLVMFuzzerTestOneInput)
func fuzzHTTPResponse(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let options = input.byte()
    let methods = input.byte()
    let cuts = FuzzCuts(&input)
    let bytes = input.rest()
    let limits =
        options & 1 == 0
        ? HTTPLimits()
        : HTTPLimits(
            requestLineBytesMax: 40, headBytesMax: 120, fieldsMax: 3, chunkLineBytesMax: 8, trailerBytesMax: 20)

    func reading(_ ends: [Int]) -> ResponseReading {
        ResponseReading(
            bytes, piecesEndingAt: ends, limits: limits, methods: methods, closes: options & 2 != 0,
            awaitsOne: options & 4 != 0)
    }
    let ways = cuts.ways(bytes.count)
    let whole = reading(ways[0])
    for pieces in ways.dropFirst() {
        precondition(reading(pieces) == whole, "in pieces that end at \(pieces): \(reading(pieces)), whole: \(whole)")
    }
    for response in whole.responses {
        checkLaws(of: response.head, to: response.method)
    }
    return 0
}

/// What was understood, in a form that can be compared.
private struct ResponseReading: Equatable {
    struct Response: Equatable {
        let method: HTTPMethod
        let head: ResponseHead
        var body: [UInt8] = []
        var isWhole = false

        static func == (left: Response, right: Response) -> Bool {
            left.method == right.method && left.head.isSame(as: right.head) && left.body == right.body
                && left.isWhole == right.isWhole
        }
    }

    private(set) var responses: [Response] = []
    private(set) var fault: HTTPFault?
    private(set) var isIdle = true
    /// So many bytes belong to the protocol that a 101 leads to.
    private(set) var bytesSwitched: Int?

    private var consumed = 0
    private var answered = 0
    private let methods: UInt8
    private let awaitsOne: Bool

    static func == (left: ResponseReading, right: ResponseReading) -> Bool {
        left.responses == right.responses && left.fault == right.fault && left.isIdle == right.isIdle
            && left.bytesSwitched == right.bytesSwitched
    }

    init(
        _ bytes: [UInt8], piecesEndingAt ends: [Int], limits: HTTPLimits, methods: UInt8, closes: Bool,
        awaitsOne: Bool
    ) {
        self.methods = methods
        self.awaitsOne = awaitsOne
        var parser = HTTPResponseParser(limits: limits)
        var steps = 0
        parser.expect(method)
        do throws(HTTPFault) {
            for end in ends {
                while try step(&parser, bytes, to: end) { steps += 1 }
                let heldMax = max(limits.headBytesMax, limits.chunkLineBytesMax + 2, limits.trailerBytesMax + 2, 4)
                precondition(parser.hasSwitchedProtocols || end - consumed <= heldMax, "too much is held back")
            }
            if closes {
                let wasIdle = parser.isIdle
                try parser.closed()
                precondition(!wasIdle || awaitsOne && answered > 0, "a close is no answer")
                while try step(&parser, bytes, to: bytes.count) { steps += 1 }
            }
            precondition(steps <= 3 * bytes.count + 1, "\(steps) steps for \(bytes.count) bytes")
        } catch {
            fault = error
            precondition(error.status >= 400 && !error.detail.isEmpty, "a word for every fault")
            precondition(Self.refusal(of: bytes, by: &parser) == error, "a fault that does not stay")
        }
        isIdle = parser.isIdle
        bytesSwitched = parser.hasSwitchedProtocols ? bytes.count - consumed : nil
    }

    private static func refusal(of bytes: [UInt8], by parser: inout HTTPResponseParser) -> HTTPFault? {
        do throws(HTTPFault) {
            _ = try parser.step(bytes.span)
            return nil
        } catch {
            return error
        }
    }

    private var method: HTTPMethod {
        (methods >> UInt8(answered % 8)) & 1 == 0 ? .get : .head
    }

    /// False when more bytes are needed.
    private mutating func step(
        _ parser: inout HTTPResponseParser, _ bytes: [UInt8], to end: Int
    ) throws(HTTPFault) -> Bool {
        let unread = bytes.span.extracting(consumed..<end)
        let isInside = responses.last?.isWhole == false
        switch try parser.step(unread) {
        case .needBytes(let count):
            consume(count, of: unread.count)
            return false
        case .head(let head, let count):
            precondition(!isInside && count > 0, "a head out of place")
            consume(count, of: unread.count)
            let isInterim = head.status < 200 && head.status != 101
            precondition(!isInterim || head.body == .none, "content between a request and its answer")
            responses.append(Response(method: method, head: head, isWhole: isInterim))
        case .body(let range, let count):
            precondition(isInside && !range.isEmpty, "content out of place")
            precondition(range.lowerBound >= 0 && range.upperBound <= count, "content outside what is consumed")
            responses[responses.count - 1].body += bytes[consumed + range.lowerBound..<consumed + range.upperBound]
            consume(count, of: unread.count)
        case .end(let count):
            precondition(isInside, "an end out of place")
            consume(count, of: unread.count)
            let response = responses[responses.count - 1]
            responses[responses.count - 1].isWhole = true
            if case .length(let length) = response.head.body {
                precondition(UInt64(response.body.count) == length, "another length than was said")
            }
            precondition(response.head.body != .none || response.body.isEmpty, "content where none was said")
            guard !parser.hasSwitchedProtocols else { return false }
            answered += 1
            if !awaitsOne { parser.expect(method) }
        }
        return true
    }

    private mutating func consume(_ count: Int, of shown: Int) {
        precondition((0...shown).contains(count), "\(count) of \(shown) bytes are consumed")
        consumed += count
    }
}

extension ResponseHead {
    fileprivate func isSame(as other: ResponseHead) -> Bool {
        status == other.status && minorVersion == other.minorVersion && body == other.body
            && keepsAlive == other.keepsAlive
            && fields.pairs.elementsEqual(other.fields.pairs) { $0.name == $1.name && $0.value == $1.value }
    }
}

extension HTTPFields {
    fileprivate var pairs: [(name: [UInt8], value: [UInt8])] {
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        forEach { name, value in pairs.append(([UInt8](copying: name), [UInt8](copying: value))) }
        return pairs
    }
}

/// What is accepted can be written so that it means the same again.
private func checkLaws(of head: ResponseHead, to method: HTTPMethod) {
    precondition(method != .head || head.body == .none, "an answer to HEAD with content")
    precondition(!head.keepsAlive || head.body != .untilClose, "alive after content that lasts until the end")
    // Only HTTP/1.1 is written.
    guard head.minorVersion == 1 else { return }
    var written: [UInt8] = []
    written.appendStatusLine(head.status)
    do {
        try written.appendFields(head.fields)
        written.appendHeadEnd()
        var parser = HTTPResponseParser(limits: HTTPLimits(headBytesMax: 65_536))
        parser.expect(method)
        guard case .head(let again, let consumed) = try parser.step(written.span) else {
            preconditionFailure("a written head is not whole")
        }
        precondition(consumed == written.count && again.isSame(as: head), "a head is not what it was written as")
    } catch {
        preconditionFailure("what was accepted can't be written or read again: \(error)")
    }
}
