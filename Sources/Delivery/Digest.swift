import Bytes
import Chat
import Mail
import SQLite
import Store

/// One mail with all that somebody hasn't read.
///
/// Names and texts are other people's. Each is made one line, and stands where nobody else's words begin: a line is
/// a `*` and a title, or a `>` and a text, and everything else is ours.
struct Digest {
    static let listedMax = 50

    let entries: [OutboxEntry]
    let to: MailAddress
    private let recipient: String
    private var items: [Item] = []

    private struct Item {
        let words: NotificationWords
        let time: Timestamp
    }

    /// Nil where nothing is left to be told, or nobody to tell it to. `wanted` are the person's entries for which there
    /// is a reason still.
    init?(of wanted: [OutboxEntry], for person: PersonNumber, on connection: Connection) throws {
        guard !wanted.isEmpty, let account = try AccountTable.account(of: person, on: connection),
            let email = account.email, let address = MailAddress(email)
        else { return nil }
        entries = wanted
        to = address
        recipient = try SubjectNames.person(person, on: connection) ?? account.handle
        for entry in wanted.prefix(Self.listedMax) {
            if let number = entry.notification,
                let notification = try NotificationTable.notification(number, on: connection)
            {
                let run = try MessageNotices.run(of: notification, RoomUnread(), on: connection)
                let words = try NotificationWords(of: notification, run, on: connection)
                items.append(Item(words: words, time: notification.created))
            } else {
                var subject = NotificationSubject(room: entry.room, message: entry.message)
                // Of what else nothing is known but that it happened.
                if [.directMessage, .mention, .reply].contains(entry.type), let message = entry.message {
                    subject.actor = try SubjectNames.sender(of: message, on: connection)
                }
                let words = try NotificationWords(entry.type, about: subject, on: connection)
                items.append(Item(words: words, time: entry.created))
            }
        }
    }

    func message(
        from organisation: String, at sender: MailAddress, publicURL: String?, now: Timestamp
    ) throws(MailFault) -> [UInt8] {
        let organisation = organisation.inOneLine(bytesMax: 200)
        let count = entries.count
        let message = MailMessage(
            from: Mailbox(sender, name: organisation),
            to: [Mailbox(to, name: recipient.inOneLine(bytesMax: 200))],
            subject: "\(organisation): \(count) unread notification\(count == 1 ? "" : "s")",
            // The same for each attempt at the same entries.
            date: now, idLeft: "d.\(entries[0].number).\(entries[count - 1].number)", unsubscribe: publicURL,
            text: text(organisation, publicURL))
        return try message.encoded()
    }

    private func text(_ organisation: String, _ publicURL: String?) -> String {
        var text = "Hello \(recipient.inOneLine(bytesMax: 200)),\n\nthis is unread at \(organisation):\n\n"
        for item in items {
            text += "* \(item.words.title.inOneLine(bytesMax: 500)) (\(item.time.inWords))\n"
            let body = item.words.body.inOneLine(bytesMax: NotificationWords.bodyBytesMax)
            if !body.isEmpty { text += "  > \(body)\n" }
        }
        if entries.count > items.count { text += "* and \(entries.count - items.count) more\n" }
        text += "\n"
        if let publicURL { text += "Read them at \(publicURL)\n" }
        return text + "Which mail you get is set under notifications.\n"
    }
}

extension String {
    /// Line ends, other control characters, and what turns the reading direction, made into spaces.
    func inOneLine(bytesMax: Int) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: kept.append(" ")
            case .format where Self.turns.contains(scalar.value): kept.append(" ")
            default: kept.append(scalar)
            }
        }
        return String(String(kept)[...].prefix(utf8Bytes: bytesMax))
    }

    /// Embeddings, overrides and isolates of Unicode's bidirectional algorithm, and their ends.
    private static let turns: [UInt32] = Array(0x202A...0x202E) + Array(0x2066...0x2069)
}

extension Timestamp {
    /// `20 Nov 2026, 09:30 UTC`
    fileprivate var inWords: String {
        let time = CivilTime(self)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = [time.hour, time.minute].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(time.day) \(months[time.month - 1]) \(time.year), \(clock) UTC"
    }
}
