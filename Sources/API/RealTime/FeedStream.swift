import EventLoop
import Server
import Store

/// An event stream of the API: what `/ws/` sends, one way. Of a loop's thread.
final class FeedStream: FeedSink {
    private let call: Call
    private let name: FeedName
    private let stream: ResponseStream
    private var silence: LoopTimer?
    private var isClosed = false

    /// A line now and then, so that whoever is in between doesn't take the connection for dead.
    private static let silenceMilliseconds: UInt64 = 15_000
    /// With more than this waiting, the reader is too slow.
    private static let queueBytesMax = 4 << 20

    init(_ stream: ResponseStream, _ call: Call, since: Int64?) throws {
        self.stream = stream
        self.call = call
        name = call.context.feeds.makeName()
        silence = try LoopTimer(on: call.context.loop) { [unowned self] in breakSilence() }
        stream.whenDrained = { [unowned self] in call.context.feeds.drained(name) }
        stream.whenClosed = { [unowned self] in closed() }
        stream.whenStopping = { [unowned self] in finish() }
        call.context.feeds.open(self, call.opening(name, .all, since: since))
        expectSomething()
    }

    var person: PersonNumber { call.person }
    var isCongested: Bool { stream.isCongested }

    func send(_ frame: Frame) {
        guard !isClosed else { return }
        guard stream.pendingBytes <= Self.queueBytesMax else {
            // It may come back with the last event that it has.
            stream.abort()
            closed()
            return
        }
        stream.write(frame.event)
        expectSomething()
    }

    func end(code: UInt16, _ reason: String) {
        finish()
    }

    private func finish() {
        guard !isClosed else { return }
        stream.finish()
        closed()
    }

    private func closed() {
        guard !isClosed else { return }
        isClosed = true
        silence?.end()
        call.context.feeds.close(name, of: person)
    }

    private func breakSilence() {
        guard !isClosed else { return }
        stream.write(Array(":\n\n".utf8))
        expectSomething()
    }

    private func expectSomething() {
        silence?.set(call.context.loop.now + Self.silenceMilliseconds)
    }
}
