package import Bytes
package import SQLite
package import Store

/// What this node can send.
package struct Sending: Hashable, Sendable {
    /// Whether there is a relay.
    package var hasMail: Bool
    /// A mail goes when something has stayed unread for so long.
    package var mailDelayMilliseconds: Int64

    package init(hasMail: Bool, mailDelayMilliseconds: Int64 = 900_000) {
        self.hasMail = hasMail
        self.mailDelayMilliseconds = mailDelayMilliseconds
    }
}

/// What waits to be sent, from its making to its end.
package enum Outbox {
    /// Whether anything is to be sent: one push to each device, one mail if there is a relay and an address. Nothing
    /// leaves for somebody who is shut out.
    static func put(
        _ type: NotificationType, for person: PersonNumber, by ways: Ways, notification: NotificationNumber?,
        about subject: NotificationSubject, _ sending: Sending, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws -> Bool {
        let connection = transaction.connection
        guard let account = try AccountTable.account(of: person, on: connection), account.isActive else {
            return false
        }
        var isSending = false
        if ways.contains(.push) {
            for device in try DeviceTable.devices(of: person, on: connection) {
                _ = try OutboxTable.insert(
                    .push, for: person, device: device.number, notification: notification, type: type, about: subject,
                    at: now, due: now, in: transaction)
                isSending = true
            }
        }
        if ways.contains(.email), sending.hasMail, account.email != nil {
            _ = try OutboxTable.insert(
                .email, for: person, notification: notification, type: type, about: subject, at: now,
                due: now.later(byMilliseconds: sending.mailDelayMilliseconds), in: transaction)
            isSending = true
        }
        return isSending
    }

    /// What an attempt came to.
    package enum Result: Hashable, Sendable {
        case sent
        /// There is no reason for it any more.
        case cancelled
        case again(error: String, retryAfterMilliseconds: Int64? = nil)
        case refused(error: String)
        /// The endpoint says that there is nobody any more.
        case gone(error: String)
    }

    /// What writing that down came to.
    package struct Noted: Sendable {
        /// False where the entry had ended before.
        package let isNews: Bool
        /// What its person had to be told of it.
        package let told: Notifications.Told?
    }

    /// Writes down what came of an attempt, and tells its person where they should know.
    package static func note(
        _ result: Result, of entry: OutboxEntry, _ sending: Sending, _ random: inout some RandomNumberGenerator,
        at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> Noted {
        let isNews: Bool
        switch result {
        case .sent:
            try note(nil, on: entry.device, at: now, in: transaction)
            return Noted(isNews: try OutboxTable.end(entry.number, .sent, at: now, in: transaction), told: nil)
        case .cancelled:
            return Noted(isNews: try OutboxTable.end(entry.number, .cancelled, at: now, in: transaction), told: nil)
        case .refused(let error):
            try note(error, on: entry.device, at: now, in: transaction)
            isNews = try OutboxTable.end(entry.number, .failed, error: error, at: now, in: transaction)
        case .gone(let error):
            isNews = try OutboxTable.end(entry.number, .failed, error: error, at: now, in: transaction)
            let told = try entry.device.flatMap {
                try drop($0, because: error, sending, &random, at: now, in: transaction)
            }
            return Noted(isNews: isNews, told: told)
        case .again(let error, let retryAfter):
            try note(error, on: entry.device, at: now, in: transaction)
            if let due = entry.nextAttempt(at: now, retryAfterMilliseconds: retryAfter, &random) {
                return Noted(
                    isNews: try OutboxTable.postpone(entry.number, to: due, because: error, in: transaction), told: nil)
            }
            isNews = try OutboxTable.end(entry.number, .failed, error: error, at: now, in: transaction)
        }
        let told = isNews ? try warnIfFutile(entry, sending, &random, at: now, in: transaction) : nil
        return Noted(isNews: isNews, told: told)
    }

    /// The same of a trial, which is no entry.
    package static func note(
        _ result: Result, ofTrialOf device: DeviceNumber, _ sending: Sending,
        _ random: inout some RandomNumberGenerator, at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> Notifications.Told? {
        switch result {
        case .sent: try note(nil, on: device, at: now, in: transaction)
        case .cancelled: break
        case .again(let error, _), .refused(let error): try note(error, on: device, at: now, in: transaction)
        case .gone(let error): return try drop(device, because: error, sending, &random, at: now, in: transaction)
        }
        return nil
    }

    private static func note(
        _ error: String?, on device: DeviceNumber?, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        if let device { try DeviceTable.note(error, on: device, at: now, in: transaction) }
    }

    private static func drop(
        _ number: DeviceNumber, because error: String, _ sending: Sending, _ random: inout some RandomNumberGenerator,
        at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> Notifications.Told? {
        guard let device = try DeviceTable.device(number, on: transaction.connection) else { return nil }
        try DeviceTable.remove(number, in: transaction)
        try OutboxTable.cancel(to: number, of: device.person, at: now, in: transaction)
        let name = device.name.isEmpty ? "A device" : "The device \(device.name)"
        let text = NotificationText(
            title: "A device was removed",
            body: "\(name) gets no pushes any more: \(error). Register it anew to get them.")
        return try Notifications.announce(text, to: device.person, sending, &random, at: now, in: transaction)
    }

    private static let day: Int64 = 86_400_000

    /// Nothing of that kind has got through for a day: told once a week.
    private static func warnIfFutile(
        _ entry: OutboxEntry, _ sending: Sending, _ random: inout some RandomNumberGenerator, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws -> Notifications.Told? {
        let connection = transaction.connection
        let title =
            switch entry.way {
            case .push: "Pushes do not arrive"
            case .email: "Mails do not arrive"
            }
        guard
            try OutboxTable.isFutile(
                entry.way, for: entry.person, since: now.later(byMilliseconds: -day), on: connection),
            try !NotificationTable.wasTold(
                title, to: entry.person, since: now.later(byMilliseconds: -7 * day), on: connection)
        else { return nil }
        let reason = try OutboxTable.entry(entry.number, on: connection)?.lastError ?? ""
        let text = NotificationText(title: title, body: "Nothing got through for a day. The last reason: \(reason).")
        return try Notifications.announce(text, to: entry.person, sending, &random, at: now, in: transaction)
    }
}

extension OutboxEntry {
    private static let delays: [Int64] = [10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000]
    private static let retryAfterMax: Int64 = 3_600_000

    /// So long after it was made, it has failed.
    package var patienceMilliseconds: Int64 {
        switch way {
        case .push: 86_400_000
        case .email: 5 * 86_400_000
        }
    }

    package func isOver(at now: Timestamp) -> Bool {
        now.milliseconds > created.milliseconds + patienceMilliseconds
    }

    /// When to try again after another attempt that came to nothing; nil when that would be too late.
    package func nextAttempt(
        at now: Timestamp, retryAfterMilliseconds: Int64? = nil, _ random: inout some RandomNumberGenerator
    ) -> Timestamp? {
        let delay = Self.delays[min(attempts, Self.delays.count - 1)]
        // A fifth more or less, so that those who failed together don't come back together.
        let jittered = delay + Int64.random(in: -delay / 5...delay / 5, using: &random)
        let asked = min(max(retryAfterMilliseconds ?? 0, 0), Self.retryAfterMax)
        let due = now.later(byMilliseconds: max(jittered, asked))
        return due.milliseconds <= created.milliseconds + patienceMilliseconds ? due : nil
    }
}
