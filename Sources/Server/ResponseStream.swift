import EventLoop
import Wire

/// An answer's body that is written piece by piece: an export, a stream of events. On the exchange's loop.
package final class ResponseStream {
    private weak var connection: HTTPConnection?
    private let isChunked: Bool
    private var remaining: UInt64?
    /// The answer to HEAD: everything but the body.
    private let isSilent: Bool
    private var isFinished = false

    /// Everything written has left: a producer that stopped because of `isCongested` may go on.
    package var whenDrained: (() -> Void)?
    /// The client is gone, or the server is stopping. Nothing written from here on arrives.
    package var whenClosed: (() -> Void)?

    init(_ connection: HTTPConnection, isChunked: Bool, length: UInt64?, isSilent: Bool) {
        self.connection = connection
        self.isChunked = isChunked
        remaining = length
        self.isSilent = isSilent
    }

    /// For an exchange whose connection is gone.
    init(lost: Void) {
        isChunked = false
        isSilent = true
        isFinished = true
    }

    package var isClosed: Bool { isFinished || connection == nil }

    /// Whether so much waits to be sent that a producer had better wait for `whenDrained`.
    package var isCongested: Bool { connection?.stream.isCongested ?? false }

    package var pendingBytes: Int { connection?.stream.pendingBytes ?? 0 }

    package func write(_ bytes: Span<UInt8>) {
        guard !isFinished, bytes.count > 0, let stream = connection?.stream else { return }
        if let rest = remaining {
            precondition(UInt64(bytes.count) <= rest, "more was written than the answer's length says")
            remaining = rest - UInt64(bytes.count)
        }
        guard !isSilent else { return }
        guard isChunked else {
            stream.write(bytes)
            return
        }
        var chunk: [UInt8] = []
        chunk.reserveCapacity(bytes.count + 12)
        chunk.appendChunk(bytes)
        stream.write(chunk)
    }

    package func write(_ bytes: [UInt8]) {
        write(bytes.span)
    }

    /// The body is complete.
    package func finish() {
        guard !isFinished else { return }
        isFinished = true
        precondition(remaining ?? 0 == 0 || isSilent, "less was written than the answer's length says")
        if isChunked, !isSilent {
            var end: [UInt8] = []
            end.appendLastChunk()
            connection?.stream.write(end)
        }
        let last = connection
        connection = nil
        release()
        last?.streamingEnded(self)
    }

    /// Breaks the answer off, so that the client sees that it is not whole.
    package func abort() {
        guard !isFinished else { return }
        isFinished = true
        release()
        connection?.stream.close()
    }

    func drained() {
        whenDrained?()
    }

    func drain() {
        whenClosed?()
    }

    func lost() {
        isFinished = true
        let closed = whenClosed
        release()
        closed?()
    }

    /// Who listens usually holds this stream: let go of it.
    private func release() {
        whenDrained = nil
        whenClosed = nil
    }
}
