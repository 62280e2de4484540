import EventLoop

/// How long each phase may take.
///
/// A head has so long in all; a body, and a client that reads, must move by so much each time it is looked
/// at; a handler may take as long as it needs. As long as anything waits to be sent, what counts is whether
/// the client takes it in, whatever the phase.
extension HTTPConnection {
    func enter(_ next: Phase) {
        phase = next
        look()
    }

    /// To be called before anything is written: who had nothing to take in begins now.
    func willWrite() {
        if stream.isDrained { look() }
    }

    /// Gives the client its time, from now.
    func look() {
        sentAtLook = stream.sentBytes
        receivedSinceLook = 0
        stream.setDeadline(stream.loop.now + patience)
    }

    private var patience: UInt64 {
        let limits = server.limits
        // As long as an answer is on its way, all that counts is whether it moves.
        guard stream.isDrained else { return limits.paceMilliseconds }
        switch phase {
        // A client that connects and says nothing gets no longer than one that is slow to ask.
        case .idle: return exchangeNumber == 0 ? limits.headMilliseconds : limits.idleMilliseconds
        case .head: return limits.headMilliseconds
        case .body, .answering: return limits.paceMilliseconds
        case .lingering: return limits.lingerMilliseconds
        }
    }

    func streamDeadlinePassed() {
        let limits = server.limits
        guard stream.isDrained else {
            // Somebody reads an answer, or doesn't.
            if stream.sentBytes - sentAtLook >= limits.paceBytesMin { look() } else { cut() }
            return
        }
        switch phase {
        case .idle, .lingering:
            stream.close()
        case .head:
            refuse(408, "the request's head did not arrive in time")
        case .body:
            if receivedSinceLook >= limits.paceBytesMin || !stream.isReading {
                look()
            } else {
                refuse(408, "the request's body arrives too slowly")
            }
        case .answering:
            // Ours to do, however long it takes; the client's pace counts again once something is written.
            look()
        }
    }
}
