import Chat
import EventLoop
import Mail

/// One connection to a relay: the socket that `SMTPClient` lacks, and its clock.
final class Conversation: ByteStreamOwner {
    private var client: SMTPClient
    private let stream: ByteStream
    private let loop: EventLoop
    private let idleMilliseconds: UInt64
    private var mail: OutgoingMail?
    private var completion: ((MailOutcome) -> Void)?

    init(
        connectingTo address: SocketAddress, _ client: SMTPClient, on loop: EventLoop, idleMilliseconds: UInt64
    ) throws(SystemError) {
        self.client = client
        self.loop = loop
        self.idleMilliseconds = idleMilliseconds
        stream = try ByteStream(connectingTo: address, on: loop)
        stream.owner = self
        beginWaiting()
    }

    /// Whether another mail may go.
    var isReady: Bool { client.isReady && mail == nil && !stream.isClosed && !stream.hasEnded }

    /// Goes as soon as the relay knows us. `completion` comes once, perhaps at once.
    func send(_ mail: OutgoingMail, _ completion: @escaping (MailOutcome) -> Void) {
        self.mail = mail
        self.completion = completion
        if client.isReady { begin() }
    }

    func close() {
        completion = nil
        stream.close()
    }

    // MARK: What the relay says

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        var at = 0
        var output: [UInt8] = []
        while !client.hasEnded {
            let step = client.step(unread.extracting(droppingFirst: at), into: &output)
            at += step.consumed
            if case .needBytes = step { break }
            take(step, into: &output)
        }
        say(output)
        if client.hasEnded { stream.closeWhenDrained() }
        return unread.count
    }

    private func take(_ step: SMTPStep, into output: inout [UInt8]) {
        switch step {
        case .needBytes:
            break
        case .ready:
            begin()
        case .wantsContent:
            guard let mail else { preconditionFailure("a relay is only asked for a mail that is there") }
            client.sendContent(mail.content.span, into: &output)
            client.endContent(into: &output)
        case .finished(let outcomes, _):
            end(MailOutcome(outcomes[0]))
        case .ended(let end, let outcomes, _):
            // What a relay says in place of a greeting, or in parting, is about us; about the mail only what is
            // said of it.
            if let first = outcomes.first {
                self.end(MailOutcome(first, isRelayFailing: true))
            } else if case .refused(let reason) = end {
                self.end(MailOutcome(.temporary(reason), isRelayFailing: true))
            }
        }
    }

    private func begin() {
        guard let mail else { return }
        var output: [UInt8] = []
        guard let envelope = SMTPEnvelope(sender: mail.from, recipients: [mail.to], content: mail.content) else {
            preconditionFailure("one recipient is neither none nor too many")
        }
        if let outcomes = client.send(envelope, into: &output) {
            end(MailOutcome(outcomes[0]))
        } else {
            say(output)
        }
    }

    private func say(_ output: [UInt8]) {
        if !output.isEmpty { stream.write(output) }
        beginWaiting()
    }

    private func beginWaiting() {
        let patience = client.patienceMilliseconds.map { UInt64($0) } ?? idleMilliseconds
        stream.setDeadline(loop.now + patience)
    }

    private func end(_ outcome: MailOutcome) {
        mail = nil
        let last = completion
        completion = nil
        last?(outcome)
    }

    // MARK: What befalls the connection

    func streamEnded() { stream.close() }
    func streamDrained() {}

    func streamDeadlinePassed() {
        if client.isReady {
            var output: [UInt8] = []
            client.quit(into: &output)
            say(output)
        } else {
            stream.close()
        }
    }

    func streamClosed(_ error: SystemError?) {
        guard completion != nil else { return }
        if let first = client.connectionLost().first {
            end(MailOutcome(first, isRelayFailing: true))
        } else {
            let reason = error.map { " (\($0))" } ?? ""
            end(
                MailOutcome(
                    result: .again(error: "There is no conversation with the relay\(reason)"), isRelayFailing: true))
        }
    }
}

extension MailOutcome {
    init(_ outcome: SMTPOutcome, isRelayFailing: Bool = false) {
        self.isRelayFailing = isRelayFailing
        switch outcome {
        case .delivered: result = .sent
        case .temporary(let reason): result = .again(error: "\(reason)")
        case .permanent(let reason): result = .refused(error: "\(reason)")
        }
    }
}

extension SMTPStep {
    fileprivate var consumed: Int {
        switch self {
        case .needBytes(let consumed), .ready(let consumed), .wantsContent(let consumed), .finished(_, let consumed),
            .ended(_, _, let consumed):
            consumed
        }
    }
}
