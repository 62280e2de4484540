import Bytes
package import SQLite
package import Store

/// What a notification says to people, in the lists of the API and in mails alike: put together whenever it is shown,
/// of names and texts as they are then.
package struct NotificationWords: Hashable, Sendable {
    package static let bodyBytesMax = 200

    package let title: String
    /// The beginning of the message; empty where there is none to be shown.
    package let body: String

    /// `run` is what `MessageNotices.run` says of it.
    package init(of notification: Notification, _ run: UnreadRun?, on connection: Connection) throws {
        var subject = notification.subject
        if let run { subject.message = run.newest }
        let ours = try NotificationWords(
            notification.type, about: subject, count: run?.count ?? notification.count ?? 1, on: connection)
        self.init(title: notification.text?.title ?? ours.title, body: notification.text?.body ?? ours.body)
    }

    /// Of something of which no notification was made.
    package init(
        _ type: NotificationType, about subject: NotificationSubject, count: Int = 1, on connection: Connection
    ) throws {
        let actor = try subject.actor.flatMap { try SubjectNames.person($0, on: connection) } ?? "Somebody"
        let room = try subject.room.flatMap { try SubjectNames.room($0, on: connection) }
        let place = room.map { " in \($0)" } ?? ""
        let title =
            switch type {
            case .message: count == 1 ? "New message\(place)" : "\(count) new messages\(place)"
            case .directMessage: "Message from \(actor)"
            case .mention: "\(actor) mentioned you\(place)"
            case .reply: "\(actor) replied to you\(place)"
            case .reaction: "\(actor) reacted to your message\(place)"
            case .roomInvite: "\(actor) added you to \(room ?? "a room")"
            case .memberJoined: "\(actor) joined \(room ?? "a room")"
            case .roleChanged: "\(actor) changed your role\(place)"
            case .system: "Notification"
            }
        let text = try subject.message.flatMap { try SubjectNames.text(of: $0, on: connection) } ?? ""
        self.init(title: title, body: String(text[...].prefix(utf8Bytes: Self.bodyBytesMax)))
    }

    private init(title: String, body: String) {
        self.title = title
        self.body = body
    }
}
