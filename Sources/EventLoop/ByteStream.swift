package import Bytes
import Glibc

/// Who talks on a stream: a protocol's machine with its driver. Called on the stream's loop only.
package protocol ByteStreamOwner: AnyObject {
    /// An outgoing connection has come about.
    func streamConnected()
    /// More has arrived. Answers how much of `unread` is done with; the rest is shown again, with what
    /// follows it, when more arrives or `redeliver` is called.
    func streamReceived(_ unread: Span<UInt8>) -> Int
    /// The other side sends no more; it may still read. Told again with each `redeliver` after that.
    func streamEnded()
    /// Everything written so far has left, or was dropped.
    func streamDrained()
    /// The deadline passed that the owner had set.
    func streamDeadlinePassed()
    /// The stream is closed: by `close` (then without an error), or because it broke. Told once, and
    /// nothing is told after it.
    func streamClosed(_ error: SystemError?)
}

extension ByteStreamOwner {
    package func streamConnected() {}
}

/// A connected socket on a loop: what has arrived and is not understood yet, what is still to be sent,
/// and backpressure both ways. It knows no protocol.
///
/// Reading stops while too much waits to be sent or to be understood, so neither grows without bound.
/// Bytes are read into the loop's scratch room and only what the owner leaves over is kept: an idle
/// stream holds no buffer at all. What is written leaves at the end of the loop's turn, all at once.
package final class ByteStream: LoopMember {
    package struct Limits: Sendable {
        /// With so much understood by nobody, reading stops.
        package var inputBytesMax = 256 * 1_024
        /// With so much waiting to be sent, reading stops until the half of it is gone.
        package var outputBytesHigh = 256 * 1_024

        package init() {}
    }

    package let loop: EventLoop
    /// Whom it serves; held until the stream closes. Who is given a closed stream hears of that at the end
    /// of the turn.
    package var owner: (any ByteStreamOwner)? {
        didSet { if isClosed, owner != nil { askForTurnEnd() } }
    }
    /// Called once, at the very end, whoever owned the stream by then.
    package var whenClosed: (() -> Void)?
    package private(set) var isClosed = false

    private let descriptor: Descriptor
    private let limits: Limits
    /// Where it sits on its loop.
    package private(set) var place: EventLoop.Place!
    private var interest: Readiness
    private var input: [UInt8] = []
    private var output = OutputQueue()

    private var isConnecting: Bool
    private var isTurnEndAsked = false
    private var mustRedeliver = false
    private var isPausedByOwner = false
    /// Something was written since everything had last left.
    private var owesDrained = false
    /// The kernel has said that both directions are gone; what arrived before may still be unread.
    private var isHungUp = false
    private var closeError: SystemError?
    /// Whether the other side has said that it sends no more.
    package private(set) var hasEnded = false
    private var closesWhenDrained = false
    private var endsWhenDrained = false
    private var hasEndedSending = false

    private init(
        _ descriptor: consuming Descriptor, on loop: EventLoop, limits: Limits, isConnecting: Bool
    ) throws(SystemError) {
        self.loop = loop
        self.limits = limits
        self.isConnecting = isConnecting
        self.descriptor = descriptor
        interest = isConnecting ? .writable : .readable
        place = try loop.join(self, descriptor: self.descriptor.number, interest: interest)
    }

    /// A stream over a connection that stands, an accepted one for instance.
    package convenience init(
        _ descriptor: consuming Descriptor, on loop: EventLoop, limits: Limits = .init()
    ) throws(SystemError) {
        try self.init(descriptor, on: loop, limits: limits, isConnecting: false)
    }

    /// A stream that is being connected; `streamConnected` or `streamClosed` follows. With `source` it comes
    /// from that address of this machine (port 0: any).
    package convenience init(
        connectingTo address: SocketAddress, from source: SocketAddress? = nil, on loop: EventLoop,
        limits: Limits = .init()
    ) throws(SystemError) {
        let descriptor = try Socket.connect(to: address, from: source)
        try self.init(descriptor, on: loop, limits: limits, isConnecting: true)
    }

    // MARK: Writing

    /// Bytes that wait in memory to be sent.
    package var pendingBytes: Int { output.pendingBytes }

    /// Bytes that have left since the beginning: whoever takes some in, however slowly, makes this grow.
    package var sentBytes: UInt64 { output.sentBytes }

    /// Whether anything, parts of files included, waits to be sent.
    package var isDrained: Bool { output.isEmpty }

    /// Whether so much waits to be sent that a producer had better wait for `streamDrained`.
    package var isCongested: Bool { output.pendingBytes > limits.outputBytesHigh }

    package func write(_ bytes: Span<UInt8>) {
        guard mayWrite else { return }
        output.append(bytes)
        wasWritten()
    }

    package func write(_ bytes: consuming [UInt8]) {
        guard mayWrite else { return }
        output.append(bytes)
        wasWritten()
    }

    package func write(_ bytes: SharedBytes) {
        guard mayWrite else { return }
        output.append(bytes)
        wasWritten()
    }

    package func write(_ file: OpenFile, offset: UInt64, count: UInt64) {
        guard mayWrite else { return }
        output.append(file, offset: offset, count: count)
        wasWritten()
    }

    private func wasWritten() {
        guard !output.isEmpty else { return }
        owesDrained = true
        askForTurnEnd()
    }

    /// Forgets what waits to be sent and has not begun to leave.
    package func dropUnbegunOutput() {
        output.dropUnbegun()
        askForTurnEnd()
    }

    private var mayWrite: Bool { !isClosed && !closesWhenDrained && !endsWhenDrained }

    // MARK: Reading

    /// Shows the owner again what it left over, at the end of this turn.
    package func redeliver() {
        guard !isClosed else { return }
        mustRedeliver = true
        askForTurnEnd()
    }

    /// Stops reading until `resumeReading`; what has arrived by then waits in the kernel, and what the owner
    /// leaves over is not shown to it unless it asks for that.
    package func pauseReading() {
        isPausedByOwner = true
        mustRedeliver = false
        updateInterest()
    }

    /// Whether more would be read if it came: nobody has paused the stream and it is not congested.
    package var isReading: Bool { interest.contains(.readable) }

    /// Whether it reads on however much waits to be sent. For an owner whose output is not an answer to its
    /// input and has a bound of its own: two of these that each waited for the other to read would wait for ever.
    package var readsWhenCongested = false {
        didSet { updateInterest() }
    }

    package func resumeReading() {
        guard isPausedByOwner else { return }
        isPausedByOwner = false
        updateInterest()
        redeliver()
    }

    /// Sends a few bytes to a connection that is not worth a stream, and closes it.
    package static func sendOnce(_ descriptor: consuming Descriptor, _ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { Socket.send(descriptor, $0) }
    }

    // MARK: Ending

    /// Sets, moves or (with `.never`) lifts the owner's deadline.
    package func setDeadline(_ deadline: MonotonicTime) {
        loop.setDeadline(place, deadline)
    }

    /// Closes once everything written has left.
    package func closeWhenDrained() {
        guard !isClosed else { return }
        closesWhenDrained = true
        askForTurnEnd()
    }

    /// Sends no more once everything written has left, and goes on reading: a stream that is closed with
    /// unread input is reset, and the other side might lose our last words to that.
    package func endSendingWhenDrained() {
        guard !isClosed else { return }
        endsWhenDrained = true
        askForTurnEnd()
    }

    /// Closes now. The owner is told, and let go.
    package func close() {
        close(nil)
    }

    /// Closes now, and so that the other side reads an error, not an end: where the end of the connection
    /// would be taken for the end of what was sent. A Unix socket can't tell the two apart.
    package func reset() {
        close(nil, isReset: true)
    }

    private func close(_ error: SystemError?, isReset: Bool = false) {
        guard !isClosed else { return }
        isClosed = true
        closeError = error
        loop.leave(place)
        // The descriptor itself is closed with this object; the other side should not wait for that.
        if isReset {
            Socket.reset(descriptor)
        } else {
            shutdown(descriptor.number, Int32(SHUT_RDWR))
        }
        let last = owner
        owner = nil
        input = []
        output = OutputQueue()
        last?.streamClosed(error)
        whenClosed?()
        whenClosed = nil
    }

    // MARK: The loop's side

    package func ready(_ readiness: Readiness) {
        if isConnecting {
            finishConnecting()
            return
        }
        let isBroken = !readiness.isDisjoint(with: .broken)
        if readiness.contains(.writable) { flush() }
        // Looked at again: somebody may have paused the stream since the kernel was asked.
        if !isClosed, isReading, isBroken || readiness.contains(.readable) { _ = read() }
        guard !isClosed else { return }
        // What is large does not wait for the end of the turn: the answers of many streams would take memory that is cold again
        // when they leave, and have it all at once.
        if isBroken { handleBreak() } else if output.pendingBytes >= Self.promptBytes { flush() }
    }

    /// Both directions are gone, but much may have arrived before. As long as somebody reads, that goes on,
    /// a turn's worth at a time, until the end or the error shows there.
    private func handleBreak() {
        guard !isReading else { return }
        if let error = Socket.connectionError(descriptor, "use a connection") {
            fail(error)
        } else if !output.isEmpty {
            fail(SystemError("send", code: EPIPE))
        } else if hasEnded, !isPausedByOwner {
            close(nil)
        } else {
            isHungUp = true
            updateInterest()
        }
    }

    package func deadlinePassed() {
        owner?.streamDeadlinePassed()
    }

    package func turnEnded() {
        if mustRedeliver, !isClosed {
            mustRedeliver = false
            if !input.isEmpty { deliverHeld() }
            if !isClosed, hasEnded { owner?.streamEnded() }
        }
        // Not sooner: what was written just now leaves below, and needs no end of another turn.
        isTurnEndAsked = false
        guard !isClosed else {
            tellLateOwner()
            return
        }
        if mustRedeliver { askForTurnEnd() }
        flush()
    }

    private func tellLateOwner() {
        let late = owner
        owner = nil
        late?.streamClosed(closeError)
    }

    private func askForTurnEnd() {
        guard !isTurnEndAsked else { return }
        isTurnEndAsked = true
        loop.callAtEndOfTurn(self)
    }

    private func finishConnecting() {
        if let error = Socket.connectionError(descriptor, "connect") {
            close(error)
            return
        }
        isConnecting = false
        updateInterest()
        // Somebody may have asked for an end while there was no connection to end.
        askForTurnEnd()
        owner?.streamConnected()
    }

    /// Reads a turn's worth: other streams want their turn too, and the loop will come back. False where
    /// nothing was there.
    private func read() -> Bool {
        switch Socket.receive(descriptor, into: loop.scratch) {
        case .bytes(let count):
            let arrived = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]))
            if input.isEmpty {
                let done = deliver(arrived)
                keep(arrived.extracting(droppingFirst: done))
            } else {
                arrived.withUnsafeBufferPointer { input.append(contentsOf: $0) }
                deliverHeld()
            }
            return true
        case .wouldBlock:
            return false
        case .end:
            hasEnded = true
            updateInterest()
            owner?.streamEnded()
        case .failed(let error):
            close(error)
        }
        return false
    }

    private func deliverHeld() {
        let held = input
        input = []
        let done = deliver(held.span)
        if done == 0, !isClosed {
            // As it was, and not copied: a peer that sends a byte at a time while nobody looks would have
            // everything copied for each.
            input = held
            updateInterest()
        } else {
            keep(held.span.extracting(droppingFirst: done))
        }
    }

    /// Shows `unread` to the owner (to a new one too, if it gives the stream away meanwhile). Answers how
    /// much of it is done with.
    private func deliver(_ unread: Span<UInt8>) -> Int {
        var at = 0
        while let current = owner, !isClosed {
            at += current.streamReceived(unread.extracting(droppingFirst: at))
            if owner === current || at == unread.count { break }
        }
        return at
    }

    private func keep(_ leftOver: Span<UInt8>) {
        // Where nothing is kept, nothing has changed. What was written meanwhile leaves at the end of this turn: to
        // ask the kernel for room before that, and take it back after, would be two calls for each answer.
        guard !isClosed, !leftOver.isEmpty else { return }
        leftOver.withUnsafeBufferPointer { input.append(contentsOf: $0) }
        updateInterest()
    }

    private func flush() {
        guard !isConnecting else { return }
        switch output.flush(to: descriptor) {
        case .drained:
            if closesWhenDrained {
                close()
                return
            }
            if endsWhenDrained, !hasEndedSending {
                hasEndedSending = true
                Socket.endSending(descriptor)
            }
            updateInterest()
            if owesDrained, !isClosed {
                owesDrained = false
                owner?.streamDrained()
            }
        case .blocked:
            updateInterest()
        case .failed(let error):
            fail(error)
        }
    }

    /// Nothing can be sent any more. What the other side said before is still to be had, and may tell why: a
    /// server that refuses an upload answers, and closes.
    private func fail(_ error: SystemError) {
        for _ in 0..<Self.lastReadsMax {
            guard !isClosed, !hasEnded, !isPausedByOwner, !isFull, read() else { break }
        }
        close(error)
    }

    private static let promptBytes = 16_384
    private static let lastReadsMax = 64

    private var isFull: Bool { input.count >= limits.inputBytesMax }

    private func updateInterest() {
        guard !isClosed, !isConnecting else { return }
        var wanted: Readiness = []
        // Once congested, reading stays off until half of the queue is gone, or it would flap.
        let bound = interest.contains(.readable) ? limits.outputBytesHigh : limits.outputBytesHigh / 2
        let isHeldUp = output.pendingBytes > bound && !readsWhenCongested
        if !hasEnded, !isPausedByOwner, !isFull, !isHeldUp { wanted.insert(.readable) }
        if !output.isEmpty { wanted.insert(.writable) }
        // Told once that both directions are gone; epoll would say so again and again, unasked.
        if isHungUp, wanted.isEmpty { wanted = .once }
        guard wanted != interest else { return }
        do {
            try loop.watch(place, for: wanted)
            interest = wanted
        } catch {
            close(error)
        }
    }
}
