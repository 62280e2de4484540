import Bytes
import Keys

/// Packs a run out of consecutive operations of a feed, as they come from the log. It ends with the last one
/// that carries a signature: what nobody signed proves nothing.
package struct RunPacker: Sendable {
    private let bytesMax: Int
    private let withPayloads: Bool
    private let isContinuation: Bool
    private var head = HeadWriter(bytes: [])
    private var body = HeadWriter(bytes: [])
    private var count = 0
    private var last: Operation?
    private var isOver = false
    private var signed: (count: Int, bodyBytes: Int, signature: Signature)?

    /// Of an array's head and a signature.
    private static let tailBytes = 5 + 66

    /// `withPayloads` is false for a proof, which is about headers; `isContinuation` true for whoever has what is before it.
    package init(bytesMax: Int = Limits.runBytesMax, withPayloads: Bool = true, isContinuation: Bool = false) {
        self.bytesMax = min(bytesMax, Limits.runBytesMax)
        self.withPayloads = withPayloads
        self.isContinuation = isContinuation
    }

    /// How many operations a run would hold that were finished now.
    package var signedCount: Int { signed?.count ?? 0 }

    /// Whether it follows upon the last one that was added. To be asked by those whose log may be damaged.
    package func isNext(_ operation: Operation) -> Bool {
        guard let last else { return true }
        let header = operation.header
        return header.seq == last.header.seq + 1 && header.previous == last.id.bytes && header.feed == last.header.feed
    }

    /// Adds the next operation; the first one of a feed with its certificate. False, and nothing is added, if
    /// the run would become too long, or has to end where it is. The caller's log is in order, or it is broken.
    package mutating func append(_ operation: Operation, certificate: [UInt8]? = nil) -> Bool {
        precondition(isNext(operation), "A run is of consecutive operations of one feed")
        let header = operation.header
        guard count < Limits.runOperationsMax, !isOver else { return false }
        if count == 0 { writeHead(header, certificate: certificate) }
        let start = body.bytes.count
        write(operation)
        guard head.bytes.count + body.bytes.count + Self.tailBytes <= bytesMax else {
            body.bytes.removeSubrange(start...)
            return false
        }
        count += 1
        last = operation
        isOver = header.endsViews(under: certificate)
        if let signature = operation.signature { signed = (count, body.bytes.count, signature) }
        return true
    }

    /// The run, or nil if no operation in it is signed.
    package consuming func finish() -> [UInt8]? {
        guard let signed else { return nil }
        var run = head
        run.head(.array, UInt64(signed.count))
        run.bytes.append(body.bytes.span.extracting(0..<signed.bodyBytes))
        signed.signature.bytes.withSpan { run.byteString($0) }
        return run.bytes
    }

    private mutating func writeHead(_ header: OperationHeader, certificate: [UInt8]?) {
        precondition((header.seq == 0) == (certificate != nil), "The certificate belongs to a feed's beginning")
        head.bytes = []
        guard !isContinuation else {
            precondition(header.seq > 0, "A beginning continues nothing")
            head.head(.array, 4)
            head.unsigned(header.epoch)
            head.unsigned(header.seq)
            return
        }
        head.head(.array, 8)
        head.unsigned(1)
        if let room = header.room { head.bytes32(room.bytes) } else { head.null() }
        head.bytes32(header.origin.bytes)
        head.unsigned(header.epoch)
        head.unsigned(header.seq)
        if let certificate { head.byteString(certificate.span) } else { head.bytes32(header.previous) }
    }

    private mutating func write(_ operation: Operation) {
        let header = operation.header
        body.head(.array, 6)
        body.dependencies(header.dependencies)
        body.unsigned(header.time.value - (last?.header.time.value ?? 0))
        body.text(header.author.text)
        body.text(header.kind.name)
        body.target(header.target)
        if let payload = operation.payload, withPayloads || header.knownKind == .directOpen {
            body.byteString(payload.span)
        } else if let reference = header.payload {
            body.head(.array, 2)
            body.bytes32(reference.hash.bytes)
            body.unsigned(UInt64(reference.size))
        } else {
            body.null()
        }
    }
}
