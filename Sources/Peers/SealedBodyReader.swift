import Bytes
package import Keys

/// Opens a sealed body as it comes, in pieces of any size. It holds at most one chunk. What it has given out is the
/// sender's, in its order; that it was all is known when `finish` returns.
package struct SealedBodyReader: ~Copyable {
    private let key: SigningKey
    private let context: SealContext
    private let contentBytesMax: Int
    private let expectedOpening: [UInt8]?
    private var stage = Stage.opening
    /// Nil before the opening has come.
    private var stream: SealedStreamReader?
    /// Sealed, and not yet a whole chunk.
    private var held: [UInt8] = []
    /// The opening, once it has come.
    package private(set) var opening: [UInt8] = []
    /// Nil until it is known.
    package private(set) var contentBytes: Int?

    private enum Stage {
        case opening
        /// `position` counts length, content and padding; so does `total`, of which the first chunk tells.
        case chunks(position: Int, total: Int)
        case whole
        case refused(SealedBodyFault)
    }

    /// - Parameters:
    ///   - contentBytesMax: a longer content is refused before more than its first bytes are kept.
    ///   - opening: the one that an answer's signature covers.
    package init(
        with key: SigningKey, _ context: SealContext, contentBytesMax: Int, opening: [UInt8]? = nil
    ) {
        self.key = key
        self.context = context
        self.contentBytesMax = min(contentBytesMax, SealedBody.contentBytesEnd - 1)
        expectedOpening = opening
    }

    /// Appends the content that these bytes complete. After a fault nothing more is read.
    package mutating func append(
        _ sealed: Span<UInt8>, into content: inout [UInt8]
    ) throws(SealedBodyFault) {
        var at = 0
        do throws(SealedBodyFault) {
            while true {
                let wanted = try wantedBytes()
                let count = min(wanted - held.count, sealed.count - at)
                // What follows the end is a fault, and not a piece of zero bytes.
                guard wanted > 0 || at == sealed.count else { throw .trailingBytes }
                held.append(copying: sealed.extracting(at..<at + count))
                at += count
                guard wanted > 0, held.count == wanted else { return }
                try take(into: &content)
                held.removeAll(keepingCapacity: true)
            }
        } catch {
            stage = .refused(error)
            held = []
            throw error
        }
    }

    /// To be called at the end of the body.
    package mutating func finish() throws(SealedBodyFault) {
        switch stage {
        case .whole: return
        case .refused(let fault): throw fault
        case .opening, .chunks: throw .truncated
        }
    }

    /// The size of the next whole thing; 0 behind the last.
    private func wantedBytes() throws(SealedBodyFault) -> Int {
        switch stage {
        case .opening: return SealedBody.openingBytes
        case .chunks(let position, let total):
            return SealedBody.chunkEnd(after: position, of: total) - position + SealedStream.overhead
        case .whole: return 0
        case .refused(let fault): throw fault
        }
    }

    private mutating func take(into content: inout [UInt8]) throws(SealedBodyFault) {
        switch stage {
        case .opening:
            stream = try readOpening()
            stage = .chunks(position: 0, total: .max)
        case .chunks(let position, let total):
            let (chunk, isLast) = try openChunk()
            let wholeBytes = position == 0 ? try readLength(chunk) : total
            try give(chunk, from: position, into: &content)
            let end = position + chunk.count
            guard isLast == (end == wholeBytes) else { throw isLast ? .truncated : .trailingBytes }
            stage = isLast ? .whole : .chunks(position: end, total: wholeBytes)
        case .whole: break
        case .refused(let fault): throw fault
        }
    }

    private mutating func openChunk() throws(SealedBodyFault) -> (chunk: [UInt8], isLast: Bool) {
        var chunk: [UInt8] = []
        let (sealed, beside) = (held, context.bytes)
        do {
            // The opening comes before the first chunk.
            let isLast = try stream!.open(sealed.span, beside: beside.span, into: &chunk)
            return (chunk, isLast)
        } catch { throw .broken }
    }

    private mutating func readOpening() throws(SealedBodyFault) -> SealedStreamReader {
        opening = held
        guard held[0] == SealedBody.version else { throw .unknownVersion(held[0]) }
        guard expectedOpening == nil || expectedOpening == held else { throw .anotherOpening }
        do { return try SealedStreamReader(held.span.extracting(1..<held.count), with: key) } catch { throw .broken }
    }

    private mutating func readLength(_ chunk: [UInt8]) throws(SealedBodyFault) -> Int {
        let length = chunk[..<SealedBody.lengthBytes].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(contentBytesMax) else { throw .tooLarge }
        contentBytes = Int(length)
        return SealedBody.paddedBytes(contentBytes: Int(length))
    }

    private func give(_ chunk: [UInt8], from position: Int, into content: inout [UInt8]) throws(SealedBodyFault) {
        let contentEnd = SealedBody.lengthBytes + (contentBytes ?? 0)
        let first = max(SealedBody.lengthBytes - position, 0)
        let end = min(max(contentEnd - position, first), chunk.count)
        guard chunk[end...].allSatisfy({ $0 == 0 }) else { throw .badPadding }
        content.append(contentsOf: chunk[first..<end])
    }

    /// The whole body at once.
    package static func open(
        _ sealed: [UInt8], with key: SigningKey, _ context: SealContext, contentBytesMax: Int
    ) throws(SealedBodyFault) -> [UInt8] {
        var reader = SealedBodyReader(with: key, context, contentBytesMax: contentBytesMax)
        var content: [UInt8] = []
        try reader.append(sealed.span, into: &content)
        try reader.finish()
        return content
    }
}
