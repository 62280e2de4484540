package import Bytes
package import SQLite
package import Store

/// What people are told, and what they do with it. (Lists and counts are read from `NotificationTable`, after
/// `MessageNotices.look` where it is due.)
package enum Notifications {
    // MARK: Telling

    /// What came of telling somebody.
    package struct Told: Sendable {
        /// To be shown at once; nil where they want no list of such things.
        package let notification: Notification?
        package let isSending: Bool
    }

    /// Tells somebody what the rules say they are to be told: writes the notification, and what is to be sent.
    /// Nil where they are told nothing, or by a notification that is there already.
    package static func tell(
        _ verdict: NotificationVerdict, to person: PersonNumber, about subject: NotificationSubject,
        _ unread: some UnreadMessages, _ sending: Sending, _ random: inout some RandomNumberGenerator,
        at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> Told? {
        guard verdict.reason == .notified, let type = verdict.type,
            let account = try AccountTable.account(of: person, on: transaction.connection), account.closed == nil
        else { return nil }
        var notification: Notification?
        if verdict.ways.contains(.inApp) {
            if type == .message, let room = subject.room {
                notification = try MessageNotices.hear(of: room, for: person, unread, &random, in: transaction)
                guard notification != nil else { return nil }
            } else {
                notification = try NotificationTable.insert(
                    type, for: person, about: subject, by: verdict.ways, uuid: .random(&random), at: now,
                    in: transaction)
            }
        }
        // One push for a room's messages here as well, until it has gone.
        if notification == nil, type == .message, let room = subject.room,
            try OutboxTable.isWaiting(type, for: person, in: room, on: transaction.connection)
        {
            return nil
        }
        let isSending = try Outbox.put(
            type, for: person, by: verdict.ways, notification: notification?.number, about: subject, sending, at: now,
            in: transaction)
        return Told(notification: notification, isSending: isSending)
    }

    /// Somebody makes one, for themselves or, as an administrator, for others; its connections are told. What it is about both
    /// of them see at this moment.
    package static func make(
        _ text: NotificationText, type: NotificationType, for recipient: PersonNumber,
        about subject: NotificationSubject,
        on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Notification {
        for person in [try occasion.person, recipient] { try state.see(subject, as: person) }
        let made = try make(
            text, type: type, for: recipient, about: subject, state.sending, &state.random, on: occasion,
            in: transaction)
        try state.journal(made.number, of: recipient, at: occasion.now, in: transaction)
        return made
    }

    /// Their switches hold, but it is made in any case: with `in_app` off it is read at once.
    package static func make(
        _ text: NotificationText, type: NotificationType = .system, for recipient: PersonNumber,
        about subject: NotificationSubject, _ sending: Sending, _ random: inout some RandomNumberGenerator,
        on occasion: Occasion, in transaction: borrowing Transaction
    ) throws -> Notification {
        if recipient != occasion.actor { try Accounts.requireAdmin(occasion, in: transaction) }
        guard try Accounts.existing(recipient, in: transaction).closed == nil else { throw ChatFault.notFound }
        try check(text)
        let ways = try NotificationPreferences.switches(of: recipient, on: transaction.connection)[type]
        var subject = subject
        subject.actor = occasion.actor
        let notification = try NotificationTable.insert(
            type, for: recipient, about: subject, by: ways, text: text, uuid: .random(&random), at: occasion.now,
            read: ways.contains(.inApp) ? nil : occasion.now, in: transaction)
        _ = try Outbox.put(
            type, for: recipient, by: ways, notification: ways.contains(.inApp) ? notification.number : nil,
            about: subject, sending, at: occasion.now, in: transaction)
        return notification
    }

    /// The node itself tells somebody something, by the ways that they have for `system`.
    static func announce(
        _ text: NotificationText, to person: PersonNumber, _ sending: Sending,
        _ random: inout some RandomNumberGenerator, at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> Told {
        let ways = try NotificationPreferences.switches(of: person, on: transaction.connection)[.system]
        var notification: Notification?
        if ways.contains(.inApp) {
            notification = try NotificationTable.insert(
                .system, for: person, about: NotificationSubject(), by: ways, text: text, uuid: .random(&random),
                at: now, in: transaction)
        }
        let isSending = try Outbox.put(
            .system, for: person, by: ways, notification: notification?.number, about: NotificationSubject(), sending,
            at: now, in: transaction)
        return Told(notification: notification, isSending: isSending)
    }

    // MARK: By its recipient

    /// One's own; for an administrator everybody's.
    package static func notification(
        _ number: NotificationNumber, for person: PersonNumber, isAdmin: Bool, on connection: Connection
    ) throws -> Notification {
        let notification = try NotificationTable.notification(number, on: connection)
        guard let notification, notification.recipient == person || isAdmin else { throw ChatFault.notFound }
        return notification
    }

    /// Other words, or read, or unread; nil stays as it is.
    package static func change(
        _ number: NotificationNumber, text: NotificationText? = nil, isRead: Bool? = nil,
        _ unread: some UnreadMessages, by access: Access, at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> Notification {
        let notification = try own(number, access, in: transaction)
        if let text {
            try check(text)
            try NotificationTable.setText(number, to: text, in: transaction)
        }
        if let isRead, isRead != notification.isRead {
            if isRead {
                try settleIfOpen(notification, unread, in: transaction)
            } else {
                try MessageNotices.reopen(notification, in: transaction)
            }
            try NotificationTable.setRead(number, at: isRead ? now : nil, in: transaction)
            try OutboxTable.cancelSettled(of: access.person, at: now, in: transaction)
        }
        return try self.notification(number, for: access.person, isAdmin: false, on: transaction.connection)
    }

    /// How many were unread.
    package static func markAllRead(
        _ unread: some UnreadMessages, _ random: inout some RandomNumberGenerator, by person: PersonNumber,
        at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> Int {
        _ = try MessageNotices.look(for: person, unread, &random, in: transaction)
        try MessageNotices.settle(for: person, unread, in: transaction)
        let marked = try NotificationTable.markAllRead(of: person, at: now, in: transaction)
        try OutboxTable.cancelSettled(of: person, at: now, in: transaction)
        return marked
    }

    package static func deleteAllRead(
        by person: PersonNumber, in transaction: borrowing Transaction
    ) throws -> Int {
        try NotificationTable.deleteRead(of: person, in: transaction)
    }

    /// By its recipient or by an administrator; says whose it was.
    package static func delete(
        _ number: NotificationNumber, _ unread: some UnreadMessages, by access: Access, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws -> PersonNumber {
        let notification = try notification(
            number, for: access.person, isAdmin: access.isAdmin, on: transaction.connection)
        try settleIfOpen(notification, unread, in: transaction)
        try NotificationTable.delete(number, in: transaction)
        try OutboxTable.cancelSettled(of: notification.recipient, at: now, in: transaction)
        return notification.recipient
    }

    // MARK: By what happens

    /// Somebody reads a room up to a message: `body` moves their position.
    package static func reading<Result>(
        _ room: RoomNumber, upTo message: MessageNumber, by person: PersonNumber, _ unread: some UnreadMessages,
        at now: Timestamp, in transaction: borrowing Transaction, _ body: () throws -> Result
    ) throws -> Result {
        let result = try MessageNotices.reading(room, by: person, unread, at: now, in: transaction, body)
        _ = try NotificationTable.markRead(in: room, upTo: message, of: person, at: now, in: transaction)
        try OutboxTable.cancelSettled(of: person, at: now, in: transaction)
        try OutboxTable.cancelUnlisted(of: person, in: room, upTo: message, at: now, in: transaction)
        return result
    }

    /// Somebody reads one message, and nothing before it: `body` marks it.
    package static func reading<Result>(
        _ message: MessageNumber, in room: RoomNumber, by person: PersonNumber, _ unread: some UnreadMessages,
        at now: Timestamp, in transaction: borrowing Transaction, _ body: () throws -> Result
    ) throws -> Result {
        let result = try MessageNotices.reading(room, by: person, unread, at: now, in: transaction, body)
        _ = try NotificationTable.markRead(about: message, of: person, at: now, in: transaction)
        try OutboxTable.cancelSettled(of: person, at: now, in: transaction)
        try OutboxTable.cancelUnlisted(of: person, about: message, at: now, in: transaction)
        return result
    }

    /// A message is deleted; says whose lists have changed.
    package static func forget(
        message: MessageNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> [PersonNumber] {
        try OutboxTable.cancel(about: message, at: now, in: transaction)
        return try NotificationTable.forget(message: message, in: transaction)
    }

    /// Somebody is in a room no longer.
    package static func leave(
        _ room: RoomNumber, of person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        try MessageNoticeTable.remove(of: person, from: room, in: transaction)
        try NotificationTable.delete(in: room, of: person, in: transaction)
        try OutboxTable.cancelAll(of: person, from: room, at: now, in: transaction)
    }

    // MARK: Inside

    private static func own(
        _ number: NotificationNumber, _ access: Access, in transaction: borrowing Transaction
    ) throws -> Notification {
        let notification = try notification(
            number, for: access.person, isAdmin: access.isAdmin, on: transaction.connection)
        guard notification.recipient == access.person else { throw ChatFault.notAllowed }
        return notification
    }

    private static func settleIfOpen(
        _ notification: Notification, _ unread: some UnreadMessages, in transaction: borrowing Transaction
    ) throws {
        guard notification.type == .message, !notification.isRead, let room = notification.subject.room else { return }
        try MessageNotices.settle(for: notification.recipient, only: room, unread, in: transaction)
    }

    private static func check(_ text: NotificationText) throws(ChatFault) {
        var faults: [FieldFault] = []
        faults.check(
            .title, text.title.map { !$0.isEmpty && Accounts.isName($0) } ?? true, "1 to 255 characters")
        faults.check(.body, (text.body?.utf8.count ?? 0) <= 4_096, "at most 4,096 bytes")
        faults.check(.data, (text.data?.count ?? 0) <= 16_384, "at most 16,384 bytes")
        try faults.throwIfAny()
    }
}

extension ChatState {
    /// Nothing of what somebody doesn't see, or is gone, is there for them.
    fileprivate func see(_ subject: NotificationSubject, as person: PersonNumber) throws {
        let user = try user(person)
        if let room = subject.room { try self.room(room).require(.read, of: user) }
        if let message = subject.message { _ = try visible(message, to: user) }
    }
}
