package import SQLite
package import Store

/// Why somebody was told of a message, or wasn't (Spec/api/delivery.md, section 4): by the function that decided when it came, over
/// what is known now.
package struct Why: Hashable, Sendable {
    package let verdict: NotificationVerdict
    /// That which tells of it, if it is still there.
    package let notification: NotificationNumber?
    package let switches: NotificationSwitches

    /// Of a message that they can see.
    package init(
        _ number: MessageNumber, for person: PersonNumber, on connection: Connection
    ) throws {
        guard let message = try ToldMessage.message(number, on: connection),
            let membership = try MembershipTable.membership(of: person, in: message.room, on: connection)
        else { throw ChatFault.notFound }
        var recipient = NotificationRecipient(person)
        recipient.switches = try NotificationPreferences.switches(of: person, on: connection)
        recipient.isMuted = membership.isMuted
        recipient.wasMember = message.time >= membership.joined
        switches = recipient.switches
        var facts = MessageFacts(sender: message.sender)
        facts.isDirect = message.isDirect
        facts.isSystem = message.isSystem
        facts.isDeleted = message.isDeleted
        facts.mentions = Set(message.mentions)
        facts.answers = message.answers
        if let first = try ToldMessage.firstJoining(in: message.room, on: connection) {
            facts.isHistory = message.time < first
        }
        let told = try Self.told(of: message, person, on: connection)
        // It was read in time if nothing was made of it, and it is read now.
        recipient.hasRead = try !told.isTold && Self.hasRead(message, membership, on: connection)
        let verdict = NotificationVerdict(on: .message(facts), for: recipient)
        let wasTold = told.isTold && !message.isDeleted && message.sender != person
        self.verdict = wasTold ? NotificationVerdict(told: told.type, as: verdict) : verdict
        notification = told.notification
    }

    private struct Told {
        var isTold = false
        var type = NotificationType.message
        var notification: NotificationNumber?
    }

    private static func told(
        of message: ToldMessage, _ person: PersonNumber, on connection: Connection
    ) throws -> Told {
        if let own = try NotificationTable.notification(about: message.number, of: person, on: connection) {
            return Told(isTold: true, type: own.type, notification: own.number)
        }
        guard !message.isDirect else { return Told() }
        // One for all of a room's messages, which is open, or was and covers this one.
        let notice = try MessageNoticeTable.notice(of: person, in: message.room, on: connection)
        if message.number <= notice.covered { return Told(isTold: true) }
        guard let open = notice.open, let notification = try NotificationTable.notification(open, on: connection),
            let run = try MessageNotices.run(of: notification, RoomUnread(), on: connection),
            message.number <= run.newest, message.time >= run.since
        else { return Told() }
        return Told(isTold: true, notification: open)
    }

    private static func hasRead(
        _ message: ToldMessage, _ membership: Membership, on connection: Connection
    ) throws -> Bool {
        try !UnreadRuns.isUnread(message.number, in: message.room, by: membership.person, on: connection)
    }
}

extension NotificationVerdict {
    /// What was made of it says so, whatever the switches are now.
    fileprivate init(told type: NotificationType, as verdict: NotificationVerdict) {
        self.init(reason: .notified, type: type, ways: verdict.type == type ? verdict.ways : [])
    }
}
