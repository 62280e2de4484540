import Bytes

/// Follows a message's content to its end, which it never steps over.
struct HTTPBodyReader: Sendable {
    enum Step {
        case needBytes(consumed: Int)
        case body(Range<Int>, consumed: Int)
        case end(consumed: Int)
    }

    private enum State {
        case ended
        case length(left: UInt64)
        case untilClose
        case chunkLine
        case chunkData(left: UInt64)
        case chunkEnd
        case trailers(bytes: Int, fields: Int)
    }

    private var state: State
    private var lines = HTTPLineScanner()
    private var overhead = 0

    init(_ framing: BodyFraming) {
        switch framing {
        case .none: state = .ended
        case .length(let length): state = .length(left: length)
        case .chunked: state = .chunkLine
        case .untilClose: state = .untilClose
        }
    }

    var isEnded: Bool {
        if case .ended = state { true } else { false }
    }

    /// The connection was closed. False where content was still to come.
    mutating func closed() -> Bool {
        switch state {
        case .untilClose, .length(left: 0): state = .ended
        default: break
        }
        return isEnded
    }

    mutating func step(_ unread: Span<UInt8>, limits: HTTPLimits) throws(HTTPFault) -> Step {
        while true {
            switch state {
            case .ended, .length(left: 0):
                state = .ended
                return .end(consumed: consume())
            case .length(let left):
                guard !unread.isEmpty else { return .needBytes(consumed: 0) }
                let count = Int(min(left, UInt64(unread.count)))
                state = .length(left: left - UInt64(count))
                return .body(0..<count, consumed: count)
            case .untilClose:
                guard !unread.isEmpty else { return .needBytes(consumed: 0) }
                return .body(0..<unread.count, consumed: unread.count)
            case .chunkData(let left):
                let start = lines.start
                guard start < unread.count else { return .needBytes(consumed: consume()) }
                let end = start + Int(min(left, UInt64(unread.count - start)))
                lines.skip(end - start)
                let rest = left - UInt64(end - start)
                state = rest == 0 ? .chunkEnd : .chunkData(left: rest)
                return .body(start..<end, consumed: consume())
            case .chunkEnd:
                guard try skipLineEnd(unread) else { return .needBytes(consumed: consume()) }
                state = .chunkLine
            case .chunkLine:
                switch try lines.next(unread, latestEnd: lines.start + limits.chunkLineBytesMax) {
                case .incomplete: return .needBytes(consumed: consume())
                case .tooLong: throw .chunkLineTooLong
                case .whole(let line): try beginChunk(unread.extracting(line))
                }
            case .trailers(let bytes, let fields):
                // Only the empty line fits where no other could end in time.
                let room = max(0, limits.trailerBytesMax - bytes - 2)
                switch try lines.next(unread, latestEnd: lines.start + room) {
                case .incomplete:
                    return .needBytes(consumed: consume())
                case .tooLong:
                    throw .trailersTooLong
                case .whole(let line) where line.isEmpty:
                    state = .ended
                case .whole(let line):
                    guard fields < limits.fieldsMax else { throw .tooManyFields }
                    // Checked as any field and forgotten: nothing that may change a message's meaning
                    // should come after it (RFC 9110, section 6.5.1).
                    _ = try HTTPFields.Field(unread, line: line, isFirst: fields == 0, offset: 0)
                    state = .trailers(bytes: bytes + line.count + 2, fields: fields + 1)
                }
            }
        }
    }

    private mutating func consume() -> Int {
        let consumed = lines.start
        lines.forget(consumed)
        return consumed
    }

    /// False while the CRLF behind a chunk's data is not all there.
    private mutating func skipLineEnd(_ unread: Span<UInt8>) throws(HTTPFault) -> Bool {
        let start = lines.start
        guard start < unread.count else { return false }
        guard unread[start] == UInt8(ascii: "\r") else { throw .chunkWithoutEnd }
        guard start + 1 < unread.count else { return false }
        guard unread[start + 1] == UInt8(ascii: "\n") else { throw .chunkWithoutEnd }
        lines.skip(2)
        return true
    }

    private mutating func beginChunk(_ line: Span<UInt8>) throws(HTTPFault) {
        let size = try Self.chunkSize(line)
        guard size > 0 else {
            state = .trailers(bytes: 0, fields: 0)
            return
        }
        // A byte of content in a line of 256: work for us that no limit on content would count. Twice the
        // data and a few bytes per chunk are allowed, and 16 KiB in all beyond that.
        overhead = max(0, overhead + line.count - 16 - 2 * Int(min(size, 65_536)))
        guard overhead <= 16_384 else { throw .tooMuchChunkOverhead }
        state = .chunkData(left: size)
    }

    /// `chunk-size [ chunk-ext ]` (RFC 9112, section 7.1). Extensions mean nothing to us but must be well
    /// formed: a line that is only nearly one is where two readers part.
    private static func chunkSize(_ line: Span<UInt8>) throws(HTTPFault) -> UInt64 {
        var size: UInt64 = 0
        var at = 0
        while at < line.count, let digit = Hex.value(of: line[at]) {
            guard at < 16 else { throw .chunkSizeTooLarge }
            size = size << 4 | UInt64(digit)
            at += 1
        }
        guard at > 0 else { throw .malformedChunkSize }
        guard size <= UInt64(Int64.max) else { throw .chunkSizeTooLarge }
        while at < line.count {
            line.skipSpace(&at)
            guard line.skip(UInt8(ascii: ";"), &at) else { throw .malformedChunkSize }
            line.skipSpace(&at)
            guard line.token(&at) != nil else { throw .malformedChunkExtension }
            var next = at
            line.skipSpace(&next)
            guard line.skip(UInt8(ascii: "="), &next) else { continue }
            line.skipSpace(&next)
            guard line.token(&next) != nil || line.quotedString(&next) != nil else { throw .malformedChunkExtension }
            at = next
        }
        return size
    }
}
