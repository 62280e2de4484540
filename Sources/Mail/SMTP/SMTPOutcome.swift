/// What became of a message for one of its recipients.
package enum SMTPOutcome: Equatable, Sendable {
    /// The relay has taken it over.
    case delivered
    /// May be tried again later. After a connection that was lost while the last answer was awaited, the
    /// message may arrive twice.
    case temporary(SMTPReason)
    /// Trying again would not help.
    case permanent(SMTPReason)
}

package enum SMTPReason: Equatable, Sendable, CustomStringConvertible {
    /// The relay said so.
    case reply(code: Int, EnhancedCode?, text: String)
    case connectionLost
    /// The relay does not speak SMTP.
    case fault(SMTPFault)
    /// The relay says that it takes no message of this size.
    case tooLarge(bytesMax: Int)
    /// An address or a text that this relay can't carry.
    case notOffered(String)

    init(_ reply: SMTPReply) {
        self = .reply(code: reply.code, reply.enhancedCode, text: reply.text)
    }

    package var description: String {
        switch self {
        case .reply(let code, _, let text): text.isEmpty ? "the relay said \(code)" : "the relay said \(code) \(text)"
        case .connectionLost: "the connection was lost before the relay had answered"
        case .fault(let fault): "what the relay sent is not SMTP (\(fault))"
        case .tooLarge(let max): "the relay takes messages of at most \(max) bytes"
        case .notOffered(let name): "the relay does not offer \(name), which the message needs"
        }
    }
}

/// Why a conversation is over.
package enum SMTPEnd: Equatable, Sendable {
    /// We said QUIT.
    case quit
    /// The relay won't talk to us, or stopped to: the connection is of no more use.
    case refused(SMTPReason)
}
