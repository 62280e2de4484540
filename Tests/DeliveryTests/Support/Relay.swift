import Configuration
import Synchronization

/// A mail relay in this process, which does as it should, or as a test says.
final class Relay: Sendable {
    struct Mail: Sendable {
        let sender: String
        let recipient: String
        /// Without the dots of SMTP; lines end in a line feed.
        let content: String

        var head: String { String(content.prefix(upTo: content.firstRange(of: "\n\n")!.lowerBound)) }
        func field(_ name: String) -> String? {
            head.replacing("\n ", with: " ").split(separator: "\n").first { $0.hasPrefix("\(name): ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    private let seen = Seen<Mail>()
    private let spoken = Seen<String>()
    private let rules: Rules
    private let listener: Listener

    private final class Rules: Sendable {
        private let replies = Mutex<[String: String]>([:])
        func set(_ all: [String: String]) { replies.withLock { $0 = all } }
        subscript(command: String) -> String? { replies.withLock { $0[command] } }
    }

    /// `replies` holds, by command, what is said in place of yes; an empty text hangs up.
    init(_ replies: [String: String] = [:]) {
        let (seen, spoken, rules) = (seen, spoken, Rules())
        rules.set(replies)
        self.rules = rules
        listener = Listener { Self.serve($0, rules, seen, spoken) }
    }

    var mails: [Mail] { seen.all }
    var commands: [String] { spoken.all }
    var endpoint: Endpoint { .host("127.0.0.1", port: listener.port) }
    func reply(_ replies: [String: String]) { rules.set(replies) }

    private static func serve(_ line: Line, _ rules: Rules, _ seen: Seen<Mail>, _ spoken: Seen<String>) {
        /// False where the conversation is over.
        func say(_ command: String, _ otherwise: String) -> Bool {
            let reply = rules[command] ?? otherwise
            guard !reply.isEmpty else { return false }
            line.say(reply + "\r\n")
            return !reply.hasPrefix("421")
        }
        guard say("greeting", "220 relay.example ESMTP") else { return }
        var (sender, recipient) = ("", "")
        while let text = line.line() {
            spoken.append(text)
            let command = String(text.prefix(4))
            switch command {
            case "EHLO": guard say(command, "250-relay.example\r\n250 SIZE 1000000") else { return }
            case "MAIL":
                sender = text
                guard say(command, "250 ok") else { return }
            case "RCPT":
                recipient = text
                guard say(command, "250 ok") else { return }
            case "DATA":
                guard say(command, "354 go on") else { return }
                guard rules[command] == nil else { continue }
                var content: [String] = []
                while let next = line.line(), next != "." {
                    content.append(next.hasPrefix(".") ? String(next.dropFirst()) : next)
                }
                if rules["content"] == nil {
                    seen.append(Mail(sender: sender, recipient: recipient, content: content.joined(separator: "\n")))
                }
                guard say("content", "250 taken") else { return }
            case "QUIT":
                _ = say(command, "221 bye")
                return
            default: guard say(command, "250 ok") else { return }
            }
        }
    }
}
