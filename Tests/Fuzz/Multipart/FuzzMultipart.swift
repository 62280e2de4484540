import Bytes
import FuzzInput
import Wire

/// A form as it is uploaded: a line with its Content-Type, then its body. One byte chooses the limits and
/// whether that line counts or the boundary is just `b`; five choose the cuts.
@c(LLVMFuzzerTestOneInput)
func fuzzMultipart(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let options = input.byte()
    let cuts = FuzzCuts(&input)
    let contentType = input.line()
    let body = input.rest()

    let text = String(decoding: contentType, as: UTF8.self)
    checkMediaType(text)
    checkDownload(text)
    guard let parser = parser(contentType, options) else { return 0 }
    let ways = cuts.ways(body.count)
    let whole = Reading(body, piecesEndingAt: ways[0], by: parser)
    for pieces in ways.dropFirst() {
        let reading = Reading(body, piecesEndingAt: pieces, by: parser)
        precondition(reading == whole, "in pieces that end at \(pieces): \(reading), whole: \(whole)")
    }
    for part in whole.parts {
        check(part)
    }
    checkWrittenAgain(whole.parts.filter { $0.isWhole && canBeWritten($0.head) })
    return 0
}

private func parser(_ contentType: [UInt8], _ options: UInt8) -> MultipartParser? {
    var limits = MultipartLimits()
    if options & 2 != 0 {
        limits.partsMax = 2
        limits.headBytesMax = 80
        limits.fieldsMax = 2
        limits.fieldNameBytesMax = 4
        limits.preambleBytesMax = 5
        limits.epilogueBytesMax = 5
        limits.paddingBytesMax = 2
    }
    guard options & 1 != 0 else { return MultipartParser(boundary: "b", limits: limits) }
    do {
        let parser = try MultipartParser(contentType: contentType.span, limits: limits)
        // The bound on what is held back is that of the longest boundary.
        precondition(parser.heldBytesMax <= 4 + 70 + limits.paddingBytesMax + 1, "a boundary that is too long")
        return parser
    } catch {
        return nil
    }
}

/// What came out of a body. Where it was cut must never show in it.
private struct Reading: Equatable {
    struct Part: Equatable {
        var head: MultipartPartHead
        var content: [UInt8] = []
        var isWhole = false
    }

    private(set) var parts: [Part] = []
    private(set) var isEnded = false
    private(set) var fault: MultipartFault?

    init(_ body: [UInt8], piecesEndingAt ends: [Int], by fresh: MultipartParser) {
        var parser = fresh
        var consumed = 0
        var steps = 0
        do throws(MultipartFault) {
            for end in ends {
                var needsBytes = false
                while !needsBytes {
                    steps += 1
                    let step = try parser.step(body.span.extracting(consumed..<end))
                    let count = take(step, of: body, from: consumed)
                    precondition((0...end - consumed).contains(count), "consumed what is not there")
                    consumed += count
                    if case .needBytes = step { needsBytes = true }
                }
                precondition(end - consumed <= parser.heldBytesMax, "\(end - consumed) bytes are held back")
            }
            precondition(steps <= body.count + ends.count, "\(steps) steps for \(body.count) bytes")
            try parser.closed()
            precondition(isEnded, "a form without an end")
        } catch {
            fault = error
            precondition(!error.detail.isEmpty, "refused without a word")
            let again = Result { () throws(MultipartFault) in try parser.closed() }
            guard case .failure(error) = again else { preconditionFailure("a fault that does not stay") }
        }
    }

    /// The bytes consumed.
    private mutating func take(_ step: MultipartStep, of body: [UInt8], from consumed: Int) -> Int {
        let isInside = parts.last?.isWhole == false
        switch step {
        case .needBytes(let count):
            return count
        case .part(let head, let count):
            precondition(!isEnded && !isInside && count > 0, "a part out of place")
            parts.append(Part(head: head))
            return count
        case .content(let range, let count):
            precondition(isInside && count > 0 && range == 0..<count, "content out of place")
            precondition(count <= body.count - consumed, "content that is not there")
            parts[parts.count - 1].content += body[consumed..<consumed + count]
            return count
        case .partEnd(let count):
            precondition(isInside && count > 0, "the end of a part out of place")
            parts[parts.count - 1].isWhole = true
            return count
        case .end(let count):
            precondition(!isEnded && !isInside && count > 0, "the end out of place")
            isEnded = true
            return count
        }
    }
}

private func check(_ part: Reading.Part) {
    let head = part.head
    precondition(!head.name.utf8.contains(0), "a name with NUL in it")
    if let fileName = head.fileName {
        precondition(!fileName.utf8.contains { [0, 0x2F, 0x5C].contains($0) }, "a file name with a path in it")
        precondition(fileName != "." && fileName != "..", "a file name that is a folder")
        checkDownload(fileName)
    }
    if let contentType = head.contentType {
        precondition(
            !contentType.isEmpty && contentType.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "a crooked type")
        checkMediaType(contentType)
    }
}

/// The file names that our writer, as browsers, can't write: percent-encoding (RFC 8187) is not for forms.
private func canBeWritten(_ head: MultipartPartHead) -> Bool {
    guard let fileName = head.fileName else { return true }
    let isControl = { (byte: UInt8) in byte < 0x20 && ![9, 10, 13].contains(byte) || byte == 0x7F }
    let bytes = Array(fileName.utf8)
    let holdsEscape = ["%22", "%0D", "%0A"].contains { escape in
        bytes.indices.contains { bytes[$0...].starts(with: escape.utf8) }
    }
    return !holdsEscape && !bytes.contains(where: isControl)
}

/// What was read is read again when our writer has written it.
private func checkWrittenAgain(_ parts: [Reading.Part]) {
    var boundary = "a"
    while parts.contains(where: { holds($0.content, "--\(boundary)") }) { boundary += "a" }
    guard let writer = MultipartWriter(boundary: boundary) else { return }
    var body: [UInt8] = []
    for part in parts { writer.append(part.head, content: part.content, to: &body) }
    writer.end(into: &body)
    var limits = MultipartLimits()
    limits.headBytesMax = 1 << 16
    do {
        let parser = try MultipartParser(contentType: writer.contentType, limits: limits)
        let reading = Reading(body, piecesEndingAt: [body.count], by: parser)
        precondition(reading.fault == nil && reading.parts == parts, "written again, it is \(reading), not \(parts)")
    } catch {
        preconditionFailure("our own content type is refused: \(error)")
    }
}

private func holds(_ bytes: [UInt8], _ text: String) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: text.utf8) }
}
