import EventLoop
import Server

/// Notes what it gets, and stops the body whenever a test wants it to.
final class NotingSink: BodySink {
    private unowned let desk: Desk
    let exchange: Exchange
    private(set) var received: [UInt8] = []
    private(set) var count = 0
    /// How much came while the body was paused.
    private(set) var countWhilePaused = 0
    private var isPaused = false
    /// The body is stopped each time so much more has come.
    var pausesEvery = Int.max
    private var pausesAt = Int.max
    /// Called with each stretch, and when all is there.
    var whenReceived: ((NotingSink) -> Void)?
    var whenEnded: ((NotingSink) -> Void)?

    init(_ exchange: Exchange, _ desk: Desk) {
        self.exchange = exchange
        self.desk = desk
    }

    deinit {
        desk.notes.append("released")
    }

    func pause() {
        isPaused = true
        countWhilePaused = 0
        exchange.pauseBody()
    }

    func resume() {
        isPaused = false
        exchange.resumeBody()
    }

    func bodyReceived(_ bytes: Span<UInt8>) {
        count += bytes.count
        if isPaused { countWhilePaused += bytes.count }
        if received.count < 4_096 { bytes.withUnsafeBufferPointer { received += $0 } }
        if pausesAt == .max { pausesAt = pausesEvery }
        if count >= pausesAt {
            pausesAt = count + pausesEvery
            pause()
        }
        whenReceived?(self)
    }

    func bodyEnded() {
        desk.notes.append("ended")
        if let whenEnded { whenEnded(self) } else { exchange.answer(.text(200, "\(count)")) }
    }

    func bodyAborted() {
        desk.notes.append("aborted")
    }
}
