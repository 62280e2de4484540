import FuzzInput
import Media

/// A file that somebody sent: five bytes choose the cuts, then come the type it is declared as, its name, and its
/// content. Where it is cut must not show, and nothing that is said of it may make it what it is not.
@c(LLVMFuzzerTestOneInput)
func fuzzMedia(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let cuts = FuzzCuts(&input)
    let type = String(decoding: input.line(), as: UTF8.self)
    let name = String(decoding: input.line(), as: UTF8.self)
    let content = input.rest()

    checkName(name)
    let ways = cuts.ways(content.count)
    let whole = Reading(content, piecesEndingAt: ways[0])
    precondition(whole.format == MediaSniffer.format(of: content.span), "the sniffer says something else in one go")
    for pieces in ways.dropFirst() {
        let reading = Reading(content, piecesEndingAt: pieces)
        precondition(reading == whole, "in pieces that end at \(pieces): \(reading), whole: \(whole)")
    }
    if case .size(let size) = whole.outcome {
        precondition(size.width > 0 && size.height > 0, "a size of zero")
    }

    let refined = whole.format.refined(declaredType: type, fileName: name)
    precondition(refined.refined(declaredType: type, fileName: name) == refined, "refined twice")
    if [.png, .jpeg, .gif, .webp, .markup, .binary].contains(whole.format) {
        precondition(refined == whole.format, "what is known exactly became something else")
    }
    return 0
}

private struct Reading: Equatable {
    let format: MediaFormat
    let outcome: ImageSizeReader.Outcome

    init(_ content: [UInt8], piecesEndingAt ends: [Int]) {
        var sniffer = MediaSniffer()
        var reader = ImageSizeReader()
        var start = 0
        for end in ends {
            sniffer.accept(content.span.extracting(start..<end))
            reader.accept(content.span.extracting(start..<end))
            start = end
        }
        format = sniffer.format
        outcome = reader.outcome
    }
}

private func checkName(_ name: String) {
    let safe = FileName.safe(name)
    precondition(!safe.isEmpty && safe.utf8.count <= FileName.bytesMax, "no name, or one that is too long")
    precondition(safe != "." && safe != "..", "a folder")
    precondition(!safe.utf8.contains { $0 < 0x20 || [0x22, 0x2F, 0x5C, 0x7F].contains($0) }, "a name that does things")
    precondition(FileName.safe(safe) == safe, "a safe name is made safe again")
}
