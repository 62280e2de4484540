import Bytes
import Operations
import Replica
import SQLite
import Store

// Who is told of what happens, by the rules of `NotificationVerdict`.
extension ChatState {
    /// In rooms with more people of this node nobody is told of each one who comes.
    static let toldOfNewcomersMax = 100

    /// A node that acts for itself.
    private static let nobody = PersonNumber(0)

    func notify(
        of event: RoomEvent, newcomers: Set<PersonNumber>, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        let room = event.room
        switch event.kind {
        case .appeared(let message, let sender, let people):
            var facts = MessageFacts(sender: sender)
            facts.isDirect = try isDirect(room)
            facts.isSystem = people.isSystem
            facts.mentions = Set(people.mentions)
            facts.answers = people.answers
            let subject = NotificationSubject(room: room, message: message, actor: sender)
            try tell(.message(facts), subject, at: now, in: transaction)
        case .edited(let message, let sender, let mentions):
            guard !mentions.isEmpty else { return }
            var facts = MessageFacts(sender: sender)
            facts.isEdit = true
            facts.mentions = Set(mentions)
            let subject = NotificationSubject(room: room, message: message, actor: sender)
            try tell(.message(facts), subject, at: now, in: transaction)
        case .deleted(let message, _), .vanished(let message, _):
            let people = try Notifications.forget(message: message, at: now, in: transaction)
            news.notices.formUnion(people)
        case .reacted(let message, let author, let person, let value):
            guard value != nil,
                try !NotificationTable.isUnread(
                    .reaction, about: message, by: person, of: author, on: connection)
            else { return }
            let subject = NotificationSubject(room: room, message: message, actor: person)
            try tell(.reaction(author: author, by: person), subject, at: now, in: transaction)
        case .member(let person, let change, let actor):
            try notify(of: person, change, by: actor, in: room, newcomers, at: now, in: transaction)
        case .room(.deleted):
            for person in try MembershipTable.localMembers(of: room, on: connection) {
                try forget(room, of: person, at: now, in: transaction)
            }
        case .pinned, .room, .read, .profile, .released: return
        }
    }

    private func notify(
        of person: PersonNumber, _ change: RoomEvent.MemberChange, by actor: PersonNumber?, in room: RoomNumber,
        _ newcomers: Set<PersonNumber>, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        let subject = NotificationSubject(room: room, actor: actor)
        switch change {
        case .joined:
            guard let actor else { return }
            try tell(.roomInvite(person, by: actor), subject, at: now, in: transaction)
            let others = try MembershipTable.localMembers(of: room, on: connection)
            guard others.count <= Self.toldOfNewcomersMax else { return }
            let about = NotificationSubject(room: room, actor: person)
            let event = NotificationEvent.memberJoined(person, by: actor)
            for other in others where !newcomers.contains(other) {
                try tell(event, about, to: other, at: now, in: transaction)
            }
        case .role:
            try tell(.roleChanged(person, by: actor ?? Self.nobody), subject, at: now, in: transaction)
        case .left, .removed:
            try forget(room, of: person, at: now, in: transaction)
        }
    }

    private func forget(
        _ room: RoomNumber, of person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        try Notifications.leave(room, of: person, at: now, in: transaction)
        news.notices.insert(person)
    }

    private func isDirect(_ room: RoomNumber) throws -> Bool {
        if case .direct? = try logState.look(at: room)?.nature { true } else { false }
    }

    // MARK: Telling

    private func tell(
        _ event: NotificationEvent, _ subject: NotificationSubject, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws {
        guard let room = subject.room else { return }
        var people = try event.concerned ?? MembershipTable.localMembers(of: room, on: connection)
        // All others hear of a message when they look; some want it sent.
        if case .message(let message) = event, !message.isDirect, !message.isEdit {
            people += try MembershipTable.localMembers(of: room, sending: .message, on: connection)
                .filter { !people.contains($0) }
        }
        for person in people { try tell(event, subject, to: person, at: now, in: transaction) }
    }

    private func tell(
        _ event: NotificationEvent, _ subject: NotificationSubject, to person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws {
        guard person != event.actor, let room = subject.room,
            let membership = try MembershipTable.membership(of: person, in: room, on: connection),
            membership.isLocal
        else { return }
        var recipient = NotificationRecipient(person)
        recipient.isMuted = membership.isMuted
        recipient.switches = try NotificationPreferences.switches(of: person, on: connection)
        let verdict = NotificationVerdict(on: event, for: recipient)
        let told = try Notifications.tell(
            verdict, to: person, about: subject, RoomUnread(), sending, &random, at: now, in: transaction)
        guard let told else { return }
        if let notification = told.notification {
            try journal(notification.number, of: person, at: now, in: transaction)
        }
        news.isSending = news.isSending || told.isSending
    }
}
