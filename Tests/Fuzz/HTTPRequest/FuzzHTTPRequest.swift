import Bytes
import FuzzInput
import Wire

/// What a client may send on one connection. One byte chooses the limits, five choose the cuts.
@c(LLVMFuzzerTestOneInput)
func fuzzHTTPRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let limits = chosenLimits(input.byte())
    let cuts = FuzzCuts(&input)
    let bytes = input.rest()

    let ways = cuts.ways(bytes.count)
    let whole = RequestReading(bytes, piecesEndingAt: ways[0], limits: limits)
    for pieces in ways.dropFirst() {
        let reading = RequestReading(bytes, piecesEndingAt: pieces, limits: limits)
        precondition(reading == whole, "in pieces that end at \(pieces): \(reading), whole: \(whole)")
    }
    for request in whole.requests {
        checkLaws(of: request.head)
    }
    return 0
}

private func chosenLimits(_ choice: UInt8) -> HTTPLimits {
    switch choice % 4 {
    case 0: HTTPLimits()
    case 1:
        HTTPLimits(requestLineBytesMax: 64, headBytesMax: 160, fieldsMax: 4, chunkLineBytesMax: 16, trailerBytesMax: 32)
    case 2:
        HTTPLimits(requestLineBytesMax: 40, headBytesMax: 60, fieldsMax: 2, chunkLineBytesMax: 3, trailerBytesMax: 8)
    default:
        HTTPLimits(requestLineBytesMax: 256, headBytesMax: 128, fieldsMax: 8, chunkLineBytesMax: 1, trailerBytesMax: 0)
    }
}

/// What was understood, in a form that can be compared.
private struct RequestReading: Equatable {
    struct Request: Equatable {
        let head: RequestHead
        var body: [UInt8] = []
        var isWhole = false

        static func == (left: Request, right: Request) -> Bool {
            left.head.isSame(as: right.head) && left.body == right.body && left.isWhole == right.isWhole
        }
    }

    private(set) var requests: [Request] = []
    private(set) var fault: HTTPFault?
    private(set) var isIdle = true
    /// Consumed until the fault, or in all.
    private(set) var consumed = 0

    /// Where a fault stands depends on how much was shown before, but never what was understood.
    static func == (left: RequestReading, right: RequestReading) -> Bool {
        left.requests == right.requests && left.fault == right.fault && left.isIdle == right.isIdle
    }

    init(_ bytes: [UInt8], piecesEndingAt ends: [Int], limits: HTTPLimits) {
        var parser = HTTPRequestParser(limits: limits)
        var steps = 0
        do throws(HTTPFault) {
            for end in ends {
                while try step(&parser, bytes, to: end) { steps += 1 }
                let heldMax = max(limits.headBytesMax, limits.chunkLineBytesMax + 2, limits.trailerBytesMax + 2, 4)
                precondition(end - consumed <= heldMax, "\(end - consumed) bytes are held back")
            }
            // A head and its end, and each piece of content, cost a byte at least.
            precondition(steps <= 3 * bytes.count + 1, "\(steps) steps for \(bytes.count) bytes")
        } catch {
            fault = error
            precondition((400...599).contains(error.status) && !error.detail.isEmpty, "an answer for every fault")
            precondition(Self.refusal(of: bytes, by: &parser) == error, "a fault that does not stay")
        }
        isIdle = parser.isIdle
        precondition(fault == nil || !isIdle, "idle after a fault")
    }

    private static func refusal(of bytes: [UInt8], by parser: inout HTTPRequestParser) -> HTTPFault? {
        do throws(HTTPFault) {
            _ = try parser.step(bytes.span)
            return nil
        } catch {
            return error
        }
    }

    /// False when more bytes are needed.
    private mutating func step(
        _ parser: inout HTTPRequestParser, _ bytes: [UInt8], to end: Int
    ) throws(HTTPFault) -> Bool {
        let unread = bytes.span.extracting(consumed..<end)
        let isInside = requests.last?.isWhole == false
        switch try parser.step(unread) {
        case .needBytes(let count):
            consume(count, of: unread.count)
            return false
        case .head(let head, let count):
            precondition(!isInside && count > 0, "a head out of place")
            consume(count, of: unread.count)
            requests.append(Request(head: head))
        case .body(let range, let count):
            precondition(isInside && !range.isEmpty, "content out of place")
            precondition(range.lowerBound >= 0 && range.upperBound <= count, "content outside what is consumed")
            requests[requests.count - 1].body += bytes[consumed + range.lowerBound..<consumed + range.upperBound]
            consume(count, of: unread.count)
        case .end(let count):
            precondition(isInside && parser.isIdle, "an end out of place")
            consume(count, of: unread.count)
            let request = requests[requests.count - 1]
            requests[requests.count - 1].isWhole = true
            if case .length(let length) = request.head.body {
                precondition(UInt64(request.body.count) == length, "another length than was said")
            }
            precondition(request.head.body != .none || request.body.isEmpty, "content where none was said")
        }
        return true
    }

    private mutating func consume(_ count: Int, of shown: Int) {
        precondition((0...shown).contains(count), "\(count) of \(shown) bytes are consumed")
        consumed += count
    }
}

extension RequestHead {
    func isSame(as other: RequestHead) -> Bool {
        method == other.method && target.raw == other.target.raw && target.form == other.target.form
            && target.path == other.target.path && target.authority == other.target.authority
            && minorVersion == other.minorVersion && fields.isSame(as: other.fields) && body == other.body
            && keepsAlive == other.keepsAlive && expectsContinue == other.expectsContinue
    }
}

extension HTTPFields {
    func isSame(as other: HTTPFields) -> Bool {
        pairs.elementsEqual(other.pairs) { $0.name == $1.name && $0.value == $1.value }
    }

    private var pairs: [(name: [UInt8], value: [UInt8])] {
        var pairs: [(name: [UInt8], value: [UInt8])] = []
        forEach { name, value in pairs.append(([UInt8](copying: name), [UInt8](copying: value))) }
        return pairs
    }
}

/// What is accepted has one meaning, and can be written so that it has it again.
private func checkLaws(of head: RequestHead) {
    checkLaws(of: head.target)
    head.fields.forEach { name, value in
        precondition(!name.isEmpty, "a field without a name")
        value.withUnsafeBufferPointer { value in
            precondition(value.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 }, "a control in a field")
            precondition(value.first != 0x20 && value.last != 0x20, "space around a value")
        }
    }
    if head.expectsContinue { precondition(head.body != .none, "a 100 awaited for nothing") }

    // Only HTTP/1.1 is written.
    guard head.minorVersion == 1 else { return }
    var written: [UInt8] = []
    do {
        try written.appendRequestLine(head.method, target: String(decoding: head.target.raw, as: UTF8.self))
        try written.appendFields(head.fields)
        written.appendHeadEnd()
        var parser = HTTPRequestParser(limits: HTTPLimits(requestLineBytesMax: 65_536, headBytesMax: 65_536))
        guard case .head(let again, let consumed) = try parser.step(written.span) else {
            preconditionFailure("a written head is not whole")
        }
        precondition(consumed == written.count && again.isSame(as: head), "a head is not what it was written as")
    } catch {
        preconditionFailure("what was accepted can't be written or read again: \(error)")
    }
}

private func checkLaws(of target: RequestTarget) {
    precondition(target.form != .origin || target.raw.first == UInt8(ascii: "/"), "an origin form without a slash")
    let raw = Array(target.rawPath) + (target.rawQuery.map { [UInt8(ascii: "?")] + $0 } ?? [])
    precondition(Array(target.raw).suffix(raw.count) == raw[...], "path and query are not the end of the target")
    let items = target.query.map { $0 }
    let encoded = URLEncodedForm.encode(items)
    let form = try? URLEncodedForm(encoded.span, itemsMax: .max)
    precondition(form?.items.elementsEqual(items, by: ==) == true, "a query is not what it was written as")
    precondition(items.isEmpty || target.rawQuery != nil, "items without a query")

    guard target.form != .asterisk else { return }
    let path = target.path
    let text = path.description
    precondition((try? RequestPath(text)) == path, "a path is not what it was written as")
    for index in 0..<path.count {
        let segment = path.segment(index)
        precondition(segment != "." && segment != ".." && !segment.utf8.contains(0), "a segment that could climb")
        precondition(path.segment(index, equals: Array(segment.utf8)), "a segment with two texts")
    }
}
