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

    /// Writes down what came of an attempt. False where the entry had ended meanwhile.
    package static func note(
        _ result: Result, of entry: OutboxEntry, _ random: inout some RandomNumberGenerator, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws -> Bool {
        switch result {
        case .sent:
            try note(nil, on: entry.device, at: now, in: transaction)
            return try OutboxTable.end(entry.number, .sent, at: now, in: transaction)
        case .cancelled:
            return try OutboxTable.end(entry.number, .cancelled, at: now, in: transaction)
        case .refused(let error):
            try note(error, on: entry.device, at: now, in: transaction)
            return try OutboxTable.end(entry.number, .failed, error: error, at: now, in: transaction)
        case .gone(let error):
            let hasEnded = try OutboxTable.end(entry.number, .failed, error: error, at: now, in: transaction)
            if let device = entry.device {
                try DeviceTable.remove(device, in: transaction)
                try OutboxTable.cancel(to: device, of: entry.person, at: now, in: transaction)
            }
            return hasEnded
        case .again(let error, let retryAfter):
            try note(error, on: entry.device, at: now, in: transaction)
            guard let due = entry.nextAttempt(at: now, retryAfterMilliseconds: retryAfter, &random) else {
                return try OutboxTable.end(entry.number, .failed, error: error, at: now, in: transaction)
            }
            return try OutboxTable.postpone(entry.number, to: due, because: error, in: transaction)
        }
    }

    private static func note(
        _ error: String?, on device: DeviceNumber?, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        if let device { try DeviceTable.note(error, on: device, at: now, in: transaction) }
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
