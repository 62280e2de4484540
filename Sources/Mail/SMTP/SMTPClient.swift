import Bytes

/// What the relay's bytes came to. `consumed` counts from the start of what was shown.
package enum SMTPStep: Equatable, Sendable {
    case needBytes(consumed: Int)
    /// The relay knows us: `send` or `quit` may follow.
    case ready(consumed: Int)
    /// The relay waits for the content: `sendContent` in as many pieces as is convenient, then `endContent`.
    case wantsContent(consumed: Int)
    /// What became of the message for each recipient, in their order. `send` or `quit` may follow.
    case finished([SMTPOutcome], consumed: Int)
    /// The conversation is over and the connection is to be closed. With a message under way, its outcomes.
    case ended(SMTPEnd, [SMTPOutcome], consumed: Int)
}

/// A conversation with a mail relay (RFC 5321), from the greeting to QUIT. One command at a time, no TLS and no
/// passwords: it is for a relay on the same machine or on a private link.
///
/// It owns no socket and no clock: the relay's bytes go in by `step`, ours come out through `output`, and how
/// long to wait for the next is `patienceMilliseconds`.
package struct SMTPClient: Sendable {
    private enum State: Equatable {
        case greeting
        case hello(isExtended: Bool)
        case ready
        case reset
        case mail
        case recipient(Int)
        case data
        case content
        case contentEnd
        case quitting
        case ended
    }

    private let name: String
    private var state = State.greeting
    private var reader = SMTPReplyReader()
    private var stuffing = DotStuffing()
    /// A relay that has had a message is asked to forget it before the next: of what was refused half-way,
    /// something may be left.
    private var needsReset = false
    private var envelope: SMTPEnvelope?
    /// Nil for recipients that wait for the end of the message.
    private var outcomes: [SMTPOutcome?] = []

    package private(set) var extensions = SMTPExtensions()

    /// `name` is this machine's, for EHLO.
    package init(introducedAs name: MailDomain) {
        // A name beyond ASCII may only be used once the relay has offered SMTPUTF8.
        self.name = name.isASCII ? name.text : "[127.0.0.1]"
    }

    package var isReady: Bool { state == .ready }
    package var hasEnded: Bool { state == .ended }

    /// How long the relay may take now; nil where nothing is awaited of it.
    package var patienceMilliseconds: Int64? {
        switch state {
        case .greeting: SMTPPatience.greeting
        case .hello, .reset, .mail, .recipient, .quitting: SMTPPatience.command
        case .data: SMTPPatience.dataBegins
        case .content: SMTPPatience.dataBlock
        case .contentEnd: SMTPPatience.dataEnds
        case .ready, .ended: nil
        }
    }

    // MARK: What we say

    /// Begins a message; the client must be ready. The outcomes come back at once where this relay can't have
    /// the message, and the client stays ready.
    package mutating func send(_ envelope: SMTPEnvelope, into output: inout [UInt8]) -> [SMTPOutcome]? {
        precondition(isReady, "A message begins when the one before has ended")
        if let reason = envelope.reasonAgainst(extensions) {
            return envelope.recipients.map { _ in .permanent(reason) }
        }
        self.envelope = envelope
        outcomes = envelope.recipients.map { _ in nil }
        if needsReset {
            state = .reset
            output.append(literal: "RSET\r\n")
        } else {
            beginMail(envelope, into: &output)
        }
        return nil
    }

    /// A piece of the content, of any length.
    package mutating func sendContent(_ part: Span<UInt8>, into output: inout [UInt8]) {
        precondition(state == .content, "The relay asks for the content first")
        stuffing.append(part, to: &output)
    }

    package mutating func endContent(into output: inout [UInt8]) {
        precondition(state == .content, "The relay asks for the content first")
        stuffing.finish(to: &output)
        state = .contentEnd
    }

    /// Says goodbye; the client must be ready.
    package mutating func quit(into output: inout [UInt8]) {
        precondition(isReady, "A conversation ends between two messages")
        output.append(literal: "QUIT\r\n")
        state = .quitting
    }

    // MARK: What the relay says

    /// The connection is gone, or patience is. What this means for the message under way; empty without one.
    package mutating func connectionLost() -> [SMTPOutcome] {
        end(with: .connectionLost)
    }

    /// `unread` is everything received and not consumed. To be called until it says `needBytes`. Once the
    /// conversation has ended, all bytes are ignored.
    package mutating func step(_ unread: Span<UInt8>, into output: inout [UInt8]) -> SMTPStep {
        var consumed = 0
        while state != .ended {
            do throws(SMTPFault) {
                switch try reader.step(unread.extracting(droppingFirst: consumed)) {
                case .needBytes(let count): return .needBytes(consumed: consumed + count)
                case .reply(let reply, let count):
                    consumed += count
                    if let step = try take(reply, consumed: consumed, into: &output) { return step }
                }
            } catch {
                return .ended(.refused(.fault(error)), end(with: .fault(error)), consumed: unread.count)
            }
        }
        return .needBytes(consumed: unread.count)
    }

    /// Nil where the next command went out and its reply is awaited.
    private mutating func take(
        _ reply: SMTPReply, consumed: Int, into output: inout [UInt8]
    ) throws(SMTPFault) -> SMTPStep? {
        // A relay may shut down at any time (section 3.8).
        if reply.code == 421, state != .quitting {
            return .ended(.refused(SMTPReason(reply)), end(with: SMTPReason(reply)), consumed: consumed)
        }
        switch state {
        case .greeting:
            guard reply.code == 220 else { return try refuse(reply, consumed: consumed) }
            say("EHLO \(name)", .hello(isExtended: true), into: &output)
        case .hello(let isExtended):
            if reply.code == 250 {
                if isExtended { extensions = SMTPExtensions(reply) }
                state = .ready
                return .ready(consumed: consumed)
            }
            guard isExtended, reply.isPermanent else { return try refuse(reply, consumed: consumed) }
            say("HELO \(name)", .hello(isExtended: false), into: &output)
        case .reset:
            guard reply.code == 250, let envelope else { return try refuse(reply, consumed: consumed) }
            beginMail(envelope, into: &output)
        case .mail:
            guard reply.isPositive else { return try finish(with: outcome(reply), consumed: consumed) }
            sayRecipient(0, into: &output)
        case .recipient(let index):
            if !reply.isPositive { outcomes[index] = try recipientOutcome(reply) }
            if index + 1 < outcomes.count {
                sayRecipient(index + 1, into: &output)
            } else if outcomes.contains(nil) {
                say("DATA", .data, into: &output)
            } else {
                return finish(consumed: consumed)
            }
        case .data:
            guard reply.code == 354 else {
                guard !reply.isPositive else { throw .unexpected(code: reply.code) }
                return try finish(with: outcome(reply), consumed: consumed)
            }
            state = .content
            return .wantsContent(consumed: consumed)
        case .content:
            // It does not want the rest, and where it stopped reading nobody knows: a command would be taken
            // for content.
            let outcome = try outcome(reply)
            for index in outcomes.indices where outcomes[index] == nil { outcomes[index] = outcome }
            return .ended(.refused(SMTPReason(reply)), end(with: SMTPReason(reply)), consumed: consumed)
        case .contentEnd:
            return try finish(with: reply.isPositive ? .delivered : outcome(reply), consumed: consumed)
        case .quitting:
            state = .ended
            return .ended(.quit, [], consumed: consumed)
        case .ready:
            throw .unexpected(code: reply.code)
        case .ended:
            preconditionFailure("Nothing is read after the end")
        }
        return nil
    }

    private mutating func say(_ command: String, _ next: State, into output: inout [UInt8]) {
        output.append(contentsOf: command.utf8)
        output.append(literal: "\r\n")
        state = next
    }

    private mutating func beginMail(_ envelope: SMTPEnvelope, into output: inout [UInt8]) {
        needsReset = true
        say(envelope.mailCommand(for: extensions), .mail, into: &output)
    }

    private mutating func sayRecipient(_ index: Int, into output: inout [UInt8]) {
        guard let envelope else { preconditionFailure("A message under way has an envelope") }
        say("RCPT TO:<\(envelope.recipients[index])>", .recipient(index), into: &output)
    }

    // MARK: What it means

    private func outcome(_ reply: SMTPReply) throws(SMTPFault) -> SMTPOutcome {
        if reply.isTransient { return .temporary(SMTPReason(reply)) }
        if reply.isPermanent { return .permanent(SMTPReason(reply)) }
        throw .unexpected(code: reply.code)
    }

    /// 552 is what old relays say when there are too many recipients, which is temporary (section 4.5.3.1.10);
    /// with an enhanced code it means what that says.
    private func recipientOutcome(_ reply: SMTPReply) throws(SMTPFault) -> SMTPOutcome {
        if reply.code == 552, reply.enhancedCode == nil { return .temporary(SMTPReason(reply)) }
        return try outcome(reply)
    }

    private mutating func finish(with outcome: SMTPOutcome, consumed: Int) -> SMTPStep {
        for index in outcomes.indices where outcomes[index] == nil { outcomes[index] = outcome }
        return finish(consumed: consumed)
    }

    private mutating func finish(consumed: Int) -> SMTPStep {
        let all = outcomes.compactMap { $0 }
        precondition(all.count == outcomes.count, "A message ends for all of its recipients")
        envelope = nil
        outcomes = []
        state = .ready
        return .finished(all, consumed: consumed)
    }

    /// The relay won't have us: that says nothing of a message, which may be tried again.
    private mutating func refuse(_ reply: SMTPReply, consumed: Int) throws(SMTPFault) -> SMTPStep {
        guard reply.isTransient || reply.isPermanent else { throw .unexpected(code: reply.code) }
        return .ended(.refused(SMTPReason(reply)), end(with: SMTPReason(reply)), consumed: consumed)
    }

    private mutating func end(with reason: SMTPReason) -> [SMTPOutcome] {
        let all = outcomes.map { $0 ?? .temporary(reason) }
        envelope = nil
        outcomes = []
        state = .ended
        return all
    }
}
