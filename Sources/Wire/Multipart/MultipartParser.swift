/// Reads a `multipart/form-data` body (RFC 7578, RFC 2046 section 5.1) as it arrives.
///
/// The driver calls `step` with the bytes that are not consumed yet, again and again until it answers
/// `needBytes`; then it appends what arrives next to what is left and goes on. When the body has ended it
/// calls `closed`. Content is never copied: it comes out as ranges of the driver's own bytes, as long as
/// they can be. Only what may be the beginning of a delimiter is left unconsumed, `heldBytesMax` at most.
///
/// Parts come in the order of the form, equal names as often as they are there. `_charset_` is a name like any
/// other: text is UTF-8 here, whatever a form says of itself. A `multipart/mixed` inside a part is content.
package struct MultipartParser: Sendable {
    private let limits: MultipartLimits
    private let delimiter: MultipartDelimiter
    private var partsRead = 0
    private var state = State.preamble(bytesSkipped: 0)
    /// What is read of the head, in that state. Not inside the case, where each step would copy it.
    private var head: MultipartHeadReader

    private enum State: Sendable {
        case preamble(bytesSkipped: Int)
        case head
        case content(isStart: Bool)
        /// The last part has ended; the hyphens of the closing delimiter come next.
        case closing
        case epilogue(bytesSkipped: Int)
        case refused(MultipartFault)
    }

    /// How many bytes a step that answers `needBytes` leaves unconsumed at most.
    package var heldBytesMax: Int { delimiter.heldBytesMax }

    /// Nil unless the boundary is one to 70 of the characters that RFC 2046 allows.
    package init?(boundary: String, limits: MultipartLimits = MultipartLimits()) {
        guard let delimiter = MultipartDelimiter(boundary: boundary, paddingBytesMax: limits.paddingBytesMax) else {
            return nil
        }
        self.delimiter = delimiter
        self.limits = limits
        head = MultipartHeadReader(limits: limits)
    }

    /// For a body with this `Content-Type`: `multipart/form-data; boundary=…`, the boundary quoted or not.
    package init(contentType: Span<UInt8>, limits: MultipartLimits = MultipartLimits()) throws(MultipartFault) {
        let boundary = try MultipartParameterReader.boundary(inContentType: contentType)
        guard let parser = Self(boundary: boundary, limits: limits) else { throw .boundaryInvalid }
        self = parser
    }

    package init(contentType: String, limits: MultipartLimits = MultipartLimits()) throws(MultipartFault) {
        try self.init(contentType: Array(contentType.utf8).span, limits: limits)
    }

    /// The next thing these bytes say. They begin where the last step's `consumed` ended. After a fault there
    /// is nothing more to learn: it is thrown again.
    package mutating func step(_ unread: Span<UInt8>) throws(MultipartFault) -> MultipartStep {
        do throws(MultipartFault) {
            return try next(unread)
        } catch {
            state = .refused(error)
            throw error
        }
    }

    /// The body has ended. That is fine only after the closing delimiter.
    package mutating func closed() throws(MultipartFault) {
        switch state {
        case .epilogue: return
        case .refused(let fault): throw fault
        case .preamble: throw .delimiterMissing
        case .head, .content, .closing: throw .endedEarly
        }
    }

    private mutating func next(_ unread: Span<UInt8>) throws(MultipartFault) -> MultipartStep {
        switch state {
        case .preamble(let skipped): return try skipPreamble(unread, after: skipped)
        case .head: return try readHead(unread, from: 0)
        case .content(let isStart): return try readContent(unread, isStart: isStart)
        case .closing:
            guard unread.count >= MultipartDelimiter.closingBytes else { return .needBytes(consumed: 0) }
            state = .epilogue(bytesSkipped: 0)
            return .end(consumed: MultipartDelimiter.closingBytes)
        case .epilogue(let skipped):
            guard unread.count <= limits.epilogueBytesMax - skipped else {
                throw .epilogueTooLong(bytesMax: limits.epilogueBytesMax)
            }
            state = .epilogue(bytesSkipped: skipped + unread.count)
            return .needBytes(consumed: unread.count)
        case .refused(let fault): throw fault
        }
    }

    private mutating func skipPreamble(
        _ unread: Span<UInt8>, after skipped: Int
    ) throws(MultipartFault) -> MultipartStep {
        let found = delimiter.search(unread, atLineStart: skipped == 0)
        let text =
            switch found {
            case .none(let clear): clear
            case .line(let range), .close(let range): range.lowerBound
            case .overpadded(let start): start
            }
        guard text <= limits.preambleBytesMax - skipped else {
            throw .preambleTooLong(bytesMax: limits.preambleBytesMax)
        }
        switch found {
        case .none:
            state = .preamble(bytesSkipped: skipped + text)
            return .needBytes(consumed: text)
        case .line(let range):
            try beginPart()
            return try readHead(unread, from: range.upperBound)
        case .close(let range):
            state = .epilogue(bytesSkipped: 0)
            return .end(consumed: range.upperBound)
        case .overpadded:
            throw .paddingTooLong(bytesMax: limits.paddingBytesMax)
        }
    }

    private mutating func beginPart() throws(MultipartFault) {
        guard partsRead < limits.partsMax else { throw .tooManyParts(max: limits.partsMax) }
        partsRead += 1
        head = MultipartHeadReader(limits: limits)
        state = .head
    }

    /// Heads are small and are copied: all their bytes are consumed, wherever they are cut.
    private mutating func readHead(
        _ unread: Span<UInt8>, from start: Int
    ) throws(MultipartFault) -> MultipartStep {
        for index in start..<unread.count {
            if let part = try head.accept(unread[index]) {
                state = .content(isStart: true)
                return .part(part, consumed: index + 1)
            }
        }
        return .needBytes(consumed: unread.count)
    }

    private mutating func readContent(
        _ unread: Span<UInt8>, isStart: Bool
    ) throws(MultipartFault) -> MultipartStep {
        // RFC 2046 lets an empty part's delimiter follow its head at once, the empty line's CRLF being the
        // delimiter's own; and no line of content may begin with the delimiter. Hence the start of content
        // counts as the start of a line.
        let found = delimiter.search(unread, atLineStart: isStart)
        let content =
            switch found {
            case .none(let clear): clear
            case .line(let range), .close(let range): range.lowerBound
            case .overpadded(let start): start
            }
        if content > 0 {
            state = .content(isStart: false)
            return .content(0..<content, consumed: content)
        }
        switch found {
        case .none:
            return .needBytes(consumed: 0)
        case .line(let range):
            try beginPart()
            return .partEnd(consumed: range.upperBound)
        case .close(let range):
            state = .closing
            return .partEnd(consumed: range.upperBound - MultipartDelimiter.closingBytes)
        case .overpadded:
            throw .paddingTooLong(bytesMax: limits.paddingBytesMax)
        }
    }
}

/// What a parser found. `consumed` counts from the beginning of the bytes it was shown, and except in
/// `needBytes` it is never zero.
package enum MultipartStep: Equatable, Sendable {
    case needBytes(consumed: Int)
    /// A part begins.
    case part(MultipartPartHead, consumed: Int)
    /// The next bytes of the part's content: these, of the bytes just shown.
    case content(Range<Int>, consumed: Int)
    case partEnd(consumed: Int)
    /// The form is complete. What may follow is counted and ignored.
    case end(consumed: Int)
}
