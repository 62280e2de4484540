package import Store

/// Something of which people may be told.
package enum NotificationEvent: Hashable, Sendable {
    case message(MessageFacts)
    /// Somebody reacts to a message of `author`.
    case reaction(author: PersonNumber, by: PersonNumber)
    case memberJoined(PersonNumber, by: PersonNumber)
    /// Somebody is added: told to the one who is.
    case roomInvite(PersonNumber, by: PersonNumber)
    case roleChanged(PersonNumber, by: PersonNumber)
}

/// Of a message, or of an edit of one, what decides who is told.
package struct MessageFacts: Hashable, Sendable {
    package var sender: PersonNumber
    package var isDirect = false
    package var isSystem = false
    /// It is here only because this node takes part in the room since now.
    package var isHistory = false
    package var isDeleted = false
    /// An edit tells only those whom it mentions newly.
    package var isEdit = false
    /// Whom it mentions; of an edit those whom the message didn't before.
    package var mentions: Set<PersonNumber> = []
    /// The sender of the message that it answers.
    package var answers: PersonNumber?

    package init(sender: PersonNumber) {
        self.sender = sender
    }
}

/// Somebody in the room, as things were for them when it happened.
package struct NotificationRecipient: Hashable, Sendable {
    package var person: PersonNumber
    /// They were in the room.
    package var wasMember = true
    package var isMuted = false
    /// They have read the message before they could be told.
    package var hasRead = false
    package var switches = NotificationSwitches()

    package init(_ person: PersonNumber) {
        self.person = person
    }
}

/// Who is told of what, how, and why not.
///
/// One function for all of it: the same is asked when something happens and when somebody wants to know, later, why
/// they were told or weren't.
package struct NotificationVerdict: Hashable, Sendable {
    package enum Reason: String, Hashable, Sendable {
        case notified
        case own = "own_message"
        case systemMessage = "system_message"
        case muted
        case switchedOff = "switched_off"
        case alreadyRead = "already_read"
        case deleted
        case notMemberThen = "not_member_then"
        case history
        /// It is others who are told of such a thing.
        case notConcerned = "not_concerned"
    }

    package let reason: Reason
    /// As what it is told, or would have been; nil where nothing could have made it so.
    package let type: NotificationType?
    /// Empty unless notified.
    package let ways: Ways

    package init(on event: NotificationEvent, for recipient: NotificationRecipient) {
        let types = event.types(for: recipient.person)
        if let reason = event.exclusion(of: recipient) {
            let isAboutNobody = reason != .alreadyRead && reason != .deleted
            self.init(reason, isAboutNobody ? nil : types.first)
            return
        }
        guard let first = types.first else {
            self.init(.notConcerned, nil)
            return
        }
        let heard = recipient.isMuted ? types.filter { $0 == .mention || $0 == .reply } : types
        guard let firstHeard = heard.first else {
            self.init(.muted, first)
            return
        }
        guard let type = heard.first(where: { !recipient.switches[$0].isEmpty }) else {
            self.init(.switchedOff, firstHeard)
            return
        }
        self.init(.notified, type, recipient.switches[type])
    }

    private init(_ reason: Reason, _ type: NotificationType?, _ ways: Ways = []) {
        self.init(reason: reason, type: type, ways: ways)
    }

    init(reason: Reason, type: NotificationType?, ways: Ways) {
        self.reason = reason
        self.type = type
        self.ways = ways
    }
}

extension NotificationEvent {
    /// Why it could be told to nobody like them, whatever they have set.
    fileprivate func exclusion(of recipient: NotificationRecipient) -> NotificationVerdict.Reason? {
        if actor == recipient.person { return .own }
        switch self {
        case .message(let message):
            if message.isSystem { return .systemMessage }
            if message.isHistory { return .history }
            if !recipient.wasMember { return .notMemberThen }
            if message.isDeleted { return .deleted }
            return recipient.hasRead ? .alreadyRead : nil
        case .reaction, .memberJoined, .roleChanged:
            return recipient.wasMember ? nil : .notMemberThen
        case .roomInvite:
            return nil
        }
    }

    /// As what it could be told to somebody: at most one of these, the first that they want.
    fileprivate func types(for person: PersonNumber) -> [NotificationType] {
        switch self {
        case .message(let message):
            var types: [NotificationType] = []
            if message.answers == person, !message.isEdit { types.append(.reply) }
            if message.mentions.contains(person) { types.append(.mention) }
            if !message.isEdit { types.append(message.isDirect ? .directMessage : .message) }
            return types
        case .reaction(let author, _): return author == person ? [.reaction] : []
        case .memberJoined(let joined, _): return joined == person ? [] : [.memberJoined]
        case .roomInvite(let added, _): return added == person ? [.roomInvite] : []
        case .roleChanged(let changed, _): return changed == person ? [.roleChanged] : []
        }
    }

    package var actor: PersonNumber {
        switch self {
        case .message(let message): message.sender
        case .reaction(_, let actor), .memberJoined(_, let actor), .roomInvite(_, let actor),
            .roleChanged(_, let actor):
            actor
        }
    }

    /// Those to whom it may be told by a notification of its own, which is written down at once; nil: everybody in
    /// the room. Of a message in a group all others are told in one notification for all its messages
    /// (`MessageNotices`), and for them nothing is written when it comes.
    package var concerned: [PersonNumber]? {
        switch self {
        case .message(let message):
            if message.isDirect { return nil }
            return message.mentions.union(message.isEdit ? [] : [message.answers].compactMap(\.self)).sorted()
        case .memberJoined: return nil
        case .reaction(let person, _), .roomInvite(let person, _), .roleChanged(let person, _): return [person]
        }
    }
}
