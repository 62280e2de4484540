import Bytes
import EventLoop
import Wire

/// One connection of a pool: one call at a time, kept for the next where both sides agree.
final class ClientConnection: ByteStreamOwner, LoopMember {
    let stream: ByteStream
    private let pool: ConnectionPool
    private var parser = HTTPResponseParser()
    private var call: ClientCall?
    private var isConnected = false
    /// Whether it has brought an answer: then the server may be closing it just as we ask again.
    private var hasServed = false
    /// Whether anything of the call's answer has arrived.
    private var hasHeard = false
    private var keepsAlive = false
    /// Whether something has arrived that is to be shown again.
    private var leavesOver = false
    private var bodyBytes: UInt64 = 0
    /// What had left when the call began, and when it was last looked at.
    private var sentBefore: UInt64 = 0
    private var sentAtLook: UInt64 = 0
    /// When the last byte was seen to move, in either direction.
    private var movedAt: MonotonicTime

    init(to endpoint: Endpoint, pool: ConnectionPool) throws(SystemError) {
        self.pool = pool
        movedAt = pool.loop.now
        stream = try ByteStream(connectingTo: endpoint.address, on: pool.loop)
        stream.owner = self
        // An answer may come, and say no, while much of the request still waits to be sent.
        stream.readsWhenCongested = true
    }

    // MARK: Asking

    func begin(_ call: ClientCall) {
        self.call = call
        call.connection = self
        hasHeard = false
        bodyBytes = 0
        sentBefore = stream.sentBytes
        if call.isPaused { stream.pauseReading() }
        if isConnected { ask(call) }
        expectMove()
    }

    func streamConnected() {
        isConnected = true
        guard let call else { preconditionFailure("a connection is made for a call, and goes with it") }
        ask(call)
        expectMove()
    }

    private func ask(_ call: ClientCall) {
        parser.expect(call.request.method)
        stream.write(call.head, call.request.body)
    }

    // MARK: The answer

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        hasHeard = hasHeard || !unread.isEmpty
        movedAt = stream.loop.now
        let consumed = read(unread)
        leavesOver = consumed < unread.count
        return consumed
    }

    private func read(_ unread: Span<UInt8>) -> Int {
        var at = 0
        do throws(HTTPFault) {
            while let call {
                guard !call.isPaused else { return at }
                let rest = unread.extracting(at..<unread.count)
                switch try parser.step(rest) {
                case .needBytes(let consumed):
                    return at + consumed
                case .head(let head, let consumed):
                    at += consumed
                    take(head, of: call)
                case .body(let range, let consumed):
                    at += consumed
                    take(rest.extracting(range), of: call)
                case .end(let consumed):
                    at += consumed
                    finishCall(surplusBytes: unread.count - at)
                    return unread.count
                }
            }
        } catch {
            fail(.malformed(error))
            return unread.count
        }
        // Nobody has asked for this: the call is over, or the server is confused, or means us harm.
        if at < unread.count { stream.close() }
        return unread.count
    }

    private func take(_ head: ResponseHead, of call: ClientCall) {
        guard head.status != 101 else {
            fail(.switchedProtocols)
            return
        }
        // 100 and 103 come before the answer.
        guard head.status >= 200 else { return }
        keepsAlive = head.keepsAlive
        if case .length(let length) = head.body, length > call.limits.responseBytesMax {
            fail(.tooLarge)
        } else {
            call.receiver?.responseBegan(head)
        }
    }

    private func take(_ bytes: Span<UInt8>, of call: ClientCall) {
        bodyBytes += UInt64(bytes.count)
        if bodyBytes > call.limits.responseBytesMax {
            fail(.tooLarge)
        } else {
            call.receiver?.responseReceived(bytes)
        }
    }

    /// Bytes behind an answer could only be taken for the answer to a question not asked yet: they end the
    /// connection.
    private func finishCall(surplusBytes: Int) {
        let done = call
        call = nil
        hasServed = true
        // The connection goes to the next one first, so that a call sent from the end of this one finds it.
        if keepsAlive, surplusBytes == 0, stream.isDrained, !stream.hasEnded {
            stream.setDeadline(stream.loop.now + pool.limits.idleMilliseconds)
            pool.becameIdle(self)
        } else {
            stream.close()
        }
        done?.end()
    }

    private func fail(_ fault: ClientFault) {
        let failed = call
        call = nil
        stream.close()
        failed?.fail(fault)
    }

    /// The call was given up: what of its answer is still on its way can't be told from the next one's.
    func abandonCall() {
        call = nil
        stream.close()
    }

    func callPaused() {
        stream.pauseReading()
    }

    /// What was left over is shown again. Where nothing was, the answer may lack its end all the same.
    func callResumed() {
        stream.resumeReading()
        stream.loop.callAtEndOfTurn(self)
        // While nobody listened the server could not be silent.
        expectMove()
    }

    func turnEnded() {
        if call != nil, !leavesOver { _ = read(Span()) }
    }

    func ready(_ readiness: Readiness) {}

    // MARK: Time

    /// The silence begins now.
    private func expectMove() {
        movedAt = stream.loop.now
        sentAtLook = stream.sentBytes
        setDeadline()
    }

    private func setDeadline() {
        guard let call else { return }
        stream.setDeadline(mayBeSilent ? call.deadline : min(call.deadline, silenceEnd(call)))
    }

    private var mayBeSilent: Bool { !isConnected || call?.isPaused == true }

    private func silenceEnd(_ call: ClientCall) -> MonotonicTime {
        movedAt + call.limits.silenceMilliseconds
    }

    func streamDeadlinePassed() {
        guard let call else {
            stream.close()
            return
        }
        let now = stream.loop.now
        if stream.sentBytes != sentAtLook {
            sentAtLook = stream.sentBytes
            movedAt = now
        }
        if now >= call.deadline {
            fail(.deadlinePassed)
        } else if !mayBeSilent, now >= silenceEnd(call) {
            fail(.silence)
        } else {
            setDeadline()
        }
    }

    // MARK: The stream's side

    func streamEnded() {
        guard let call else {
            stream.close()
            return
        }
        // Called again when the call is resumed and what came before the end has been taken in.
        guard !call.isPaused else { return }
        do throws(HTTPFault) {
            // A body without a length ends like this.
            try parser.closed()
            keepsAlive = false
            finishCall(surplusBytes: 0)
        } catch {
            lose(.closedEarly)
        }
    }

    func streamDrained() {}

    func streamClosed(_ error: SystemError?) {
        lose(error.map { .connection($0) } ?? .closedEarly)
        pool.left(self)
    }

    /// The connection is gone with the call on it. Where the server may have closed it just as we asked, the
    /// question is asked again, once: if none of it had left, or nobody minds being asked twice.
    private func lose(_ fault: ClientFault) {
        guard let lost = call else { return }
        call = nil
        let hasAsked = stream.sentBytes != sentBefore
        if hasServed, !hasHeard, !lost.isRepeated, lost.request.isRepeatable || !hasAsked {
            // First in the queue, then the place is free.
            pool.askAgain(lost)
            stream.close()
        } else {
            stream.close()
            lost.fail(fault)
        }
    }
}
