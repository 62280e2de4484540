package import Bytes
package import SQLite
import Store

/// How long what belongs to one node's people is kept when nobody removes it.
package enum Retention {
    package static let auditDays: Int64 = 366
    package static let outboxDays: Int64 = 30
    package static let readNotificationDays: Int64 = 90
    package static let notificationDays: Int64 = 365

    /// Removes some of what is over, at most so many rows of each sort, so that the writer is never held up. Called
    /// again until it says that nothing is left; then in an hour.
    package static func clear(
        at now: Timestamp, atMost limit: Int = 500, in transaction: borrowing Transaction
    ) throws -> Bool {
        func days(_ count: Int64) -> Timestamp { now.later(byMilliseconds: -count * 86_400_000) }
        try InviteTable.removeExpired(at: now, atMost: limit, in: transaction)
        let counts = [
            try SessionTable.removeExpired(at: now, atMost: limit, in: transaction),
            try IdempotencyTable.remove(
                upTo: now.later(byMilliseconds: -Idempotency.milliseconds), atMost: limit, in: transaction),
            try NotificationTable.remove(
                before: days(notificationDays), readBefore: days(readNotificationDays), atMost: limit,
                in: transaction),
            try OutboxTable.removeEnded(before: days(outboxDays), atMost: limit, in: transaction),
            try AuditTable.remove(before: days(auditDays), atMost: limit, in: transaction),
        ]
        return counts.allSatisfy { $0 < limit }
    }
}
