import EventLoop
import Wire

/// An answer's body that is written piece by piece: an export, a stream of events. On the exchange's loop.
package final class ResponseStream {
    private weak var connection: HTTPConnection?
    private let framing: Response.Framing
    private var remaining: UInt64?
    /// Everything but the body: the answer to HEAD, or one whose status allows none.
    private let isSilent: Bool
    private var isFinished = false

    /// Everything written has left: a producer that stopped because of `isCongested` may go on.
    package var whenDrained: (() -> Void)?
    /// The client is gone. Nothing written from here on arrives.
    package var whenClosed: (() -> Void)?
    /// The server is stopping: what would go on for ever ends now, anything else as soon as it can.
    package var whenStopping: (() -> Void)?

    init(_ connection: HTTPConnection, _ framing: Response.Framing, isSilent: Bool) {
        self.connection = connection
        self.framing = framing
        if case .length(let length) = framing { remaining = length }
        self.isSilent = isSilent
    }

    /// For an exchange whose connection is gone.
    init(lost: Void) {
        framing = .none
        isSilent = true
        isFinished = true
    }

    package var isClosed: Bool { isFinished || connection == nil }

    /// Whether the server is stopping already: what would go on for ever had better not begin.
    package var isStopping: Bool { connection?.isDraining ?? true }

    /// Whether the end of the connection is all that tells the client that the body has ended.
    var isEndedByClose: Bool { framing == .untilClose }

    /// Whether so much waits to be sent that a producer had better wait for `whenDrained`.
    package var isCongested: Bool { connection?.stream.isCongested ?? false }

    package var pendingBytes: Int { connection?.stream.pendingBytes ?? 0 }

    package func write(_ bytes: Span<UInt8>) {
        guard !isFinished, bytes.count > 0, let connection else { return }
        if let rest = remaining {
            precondition(UInt64(bytes.count) <= rest, "more was written than the answer's length says")
            remaining = rest - UInt64(bytes.count)
        }
        guard !isSilent else { return }
        connection.willWrite()
        guard framing == .chunked else {
            connection.stream.write(bytes)
            return
        }
        var chunk: [UInt8] = []
        chunk.reserveCapacity(bytes.count + 12)
        chunk.appendChunk(bytes)
        connection.stream.write(chunk)
    }

    package func write(_ bytes: [UInt8]) {
        write(bytes.span)
    }

    /// The body is complete.
    package func finish() {
        guard !isFinished else { return }
        isFinished = true
        precondition(remaining ?? 0 == 0 || isSilent, "less was written than the answer's length says")
        if framing == .chunked, !isSilent {
            var end: [UInt8] = []
            end.appendLastChunk()
            connection?.willWrite()
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
        connection?.cut()
    }

    func drained() {
        whenDrained?()
    }

    func stop() {
        whenStopping?()
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
        whenStopping = nil
    }
}
