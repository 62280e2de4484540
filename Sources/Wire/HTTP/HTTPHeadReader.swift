/// Takes a head line by line as it arrives, request or response. What it keeps of it are positions,
/// counted from the first line's first byte, so that the bytes are copied once, when all are there.
struct HTTPHeadReader: Sendable {
    enum Progress {
        case incomplete
        /// Comes once per head, as soon as the first line is complete.
        case firstLine(Range<Int>)
        case complete(Range<Int>)
    }

    let limits: HTTPLimits
    private let emptyLinesMax: Int
    private var lines = HTTPLineScanner()
    private var start = 0
    private var emptyLines = 0
    private var hasFirstLine = false
    private var fields: [HTTPFields.Field] = []

    init(limits: HTTPLimits, emptyLinesMax: Int) {
        self.limits = limits
        self.emptyLinesMax = emptyLinesMax
    }

    /// False while there is nothing yet, or only empty lines and perhaps half of one.
    var hasBegun: Bool { hasFirstLine || lines.hasBegun }

    mutating func next(_ unread: Span<UInt8>) throws(HTTPFault) -> Progress {
        while true {
            // A line that is not empty must leave room for the empty one.
            let headEnd = max(lines.start, start + limits.headBytesMax - 4)
            let latestEnd = hasFirstLine ? headEnd : min(headEnd, start + limits.requestLineBytesMax)
            switch try lines.next(unread, latestEnd: latestEnd) {
            case .incomplete:
                return .incomplete
            case .tooLong:
                throw latestEnd < headEnd ? .requestLineTooLong : .headTooLong
            case .whole(let line) where !line.isEmpty:
                guard hasFirstLine else {
                    hasFirstLine = true
                    return .firstLine(line)
                }
                try append(HTTPFields.Field(unread, line: line, isFirst: fields.isEmpty, offset: start))
            case .whole where hasFirstLine:
                return .complete(start..<lines.start)
            case .whole:
                // RFC 9112, section 2.2: some clients end a body with a line end too many.
                guard emptyLines < emptyLinesMax else { throw .tooManyEmptyLines }
                emptyLines += 1
                start = lines.start
            }
        }
    }

    @inline(__always)
    private mutating func append(_ field: HTTPFields.Field) throws(HTTPFault) {
        guard fields.count < limits.fieldsMax else { throw .tooManyFields }
        if fields.isEmpty { fields.reserveCapacity(16) }
        fields.append(field)
    }

    /// The number of bytes that need not be shown again, when the head is still incomplete.
    mutating func consumeEmptyLines() -> Int {
        let consumed = start
        lines.forget(consumed)
        start = 0
        return consumed
    }

    /// The fields of a complete head, over its bytes. The reader is then ready for another head, whose
    /// first byte is the next one.
    mutating func takeFields(_ bytes: Span<UInt8>) -> HTTPFields {
        let taken = fields
        fields = []
        lines = HTTPLineScanner()
        start = 0
        emptyLines = 0
        hasFirstLine = false
        return HTTPFields(bytes: bytes.withUnsafeBufferPointer { [UInt8]($0) }, fields: taken)
    }
}

extension HTTPFields.Field {
    /// One field line (RFC 9112, section 5), from which the scanner has kept all controls.
    init(_ unread: Span<UInt8>, line: Range<Int>, isFirst: Bool, offset: Int) throws(HTTPFault) {
        let text = unread.extracting(line)
        var colon = 0
        while colon < text.count, ASCIISet.token.contains(text[colon]) {
            colon &+= 1
        }
        guard colon < text.count else { throw .fieldWithoutColon }
        guard text[colon] == UInt8(ascii: ":") else {
            guard text[colon].isHTTPSpace else { throw .malformedFieldName }
            guard colon == 0 else { throw .spaceBeforeColon }
            throw isFirst ? .spaceBeforeFirstField : .foldedField
        }
        guard colon > 0 else { throw .fieldWithoutName }
        let value = text.trimmed(colon &+ 1..<text.count)
        let start = line.lowerBound &- offset
        self.init(
            name: start..<start &+ colon, value: start &+ value.lowerBound..<start &+ value.upperBound)
    }
}
