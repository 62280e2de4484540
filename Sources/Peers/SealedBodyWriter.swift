import Bytes
package import Keys

/// Seals a body piece by piece. The length must be known; it holds at most one chunk.
package struct SealedBodyWriter: ~Copyable {
    private var stream: SealedStreamWriter
    private let context: SealContext
    /// Of length, content and padding.
    private let total: Int
    private let end: Int
    private var position: Int
    private var chunk: [UInt8]

    /// What is sent first; the answer's signature covers it.
    package let opening: [UInt8]

    package init(
        to key: PublicKey, _ context: SealContext, contentBytes: Int, _ entropy: SealEntropy = SealEntropy()
    ) {
        precondition((0..<SealedBody.contentBytesEnd).contains(contentBytes), "Nothing that large is sent")
        stream = SealedStreamWriter(to: key, entropy)
        opening = [SealedBody.version] + stream.opening
        self.context = context
        total = SealedBody.paddedBytes(contentBytes: contentBytes)
        end = SealedBody.lengthBytes + contentBytes
        position = SealedBody.lengthBytes
        chunk = []
        withUnsafeBytes(of: UInt64(contentBytes).bigEndian) { chunk.append(contentsOf: $0) }
    }

    /// Appends what can be sent, the opening not included.
    package mutating func append(_ content: Span<UInt8>, into sealed: inout [UInt8]) {
        precondition(content.count <= end - position, "More content than was said")
        put(content, into: &sealed)
    }

    /// Appends the rest. All of the content must have come.
    package mutating func finish(into sealed: inout [UInt8]) {
        precondition(position == end, "Less content than was said")
        let zeros = [UInt8](repeating: 0, count: min(total - end, SealedBody.chunkBytes))
        while position < total {
            put(zeros.span.extracting(0..<min(zeros.count, total - position)), into: &sealed)
        }
        sealIfComplete(into: &sealed)
    }

    private mutating func put(_ bytes: Span<UInt8>, into sealed: inout [UInt8]) {
        var at = 0
        while at < bytes.count {
            let count = min(bytes.count - at, chunkEnd - position)
            chunk.append(copying: bytes.extracting(at..<at + count))
            at += count
            position += count
            sealIfComplete(into: &sealed)
        }
    }

    private var chunkEnd: Int {
        SealedBody.chunkEnd(after: position - chunk.count, of: total)
    }

    private mutating func sealIfComplete(into sealed: inout [UInt8]) {
        guard !chunk.isEmpty, position == chunkEnd else { return }
        let isLast = position == total
        let (whole, beside) = (chunk, context.bytes)
        stream.seal(whole.span, isLast: isLast, beside: beside.span, into: &sealed)
        chunk.removeAll(keepingCapacity: true)
    }

    /// The whole body at once.
    package static func seal(
        _ content: [UInt8], to key: PublicKey, _ context: SealContext, _ entropy: SealEntropy = SealEntropy()
    ) -> [UInt8] {
        var writer = SealedBodyWriter(to: key, context, contentBytes: content.count, entropy)
        var sealed = writer.opening
        sealed.reserveCapacity(SealedBody.sealedBytes(contentBytes: content.count))
        writer.append(content.span, into: &sealed)
        writer.finish(into: &sealed)
        return sealed
    }
}

extension SealedBody {
    /// Where the chunk ends that begins there.
    static func chunkEnd(after start: Int, of total: Int) -> Int {
        start == 0 ? firstChunkBytes : min(start + chunkBytes, total)
    }
}
