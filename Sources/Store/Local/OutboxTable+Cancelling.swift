package import Bytes
package import SQLite

/// What waits is cancelled in the transaction in which its reason goes. (Whoever sends looks once more: what was
/// read on another way, or in between.)
extension OutboxTable {
    /// The notifications of some of a person's entries were read or deleted.
    package static func cancelSettled(
        of person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            """
            UPDATE outbox SET state = 2, ended = ?2
            WHERE state = 0 AND person = ?1 AND notification IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM notification WHERE notification.id = outbox.notification AND read IS NULL)
            """)
        update.bind(1, person)
        update.bind(2, now)
        try update.run()
    }

    /// They have read a room up to a message, of which no notification was made.
    package static func cancelUnlisted(
        of person: PersonNumber, in room: RoomNumber, upTo message: MessageNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            """
            UPDATE outbox SET state = 2, ended = ?4
            WHERE state = 0 AND person = ?1 AND room = ?2 AND message <= ?3 AND notification IS NULL
            """)
        update.bind(1, person)
        update.bind(2, room)
        update.bind(3, message)
        update.bind(4, now)
        try update.run()
    }

    /// They have read this message, of which no notification was made.
    package static func cancelUnlisted(
        of person: PersonNumber, about message: MessageNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            """
            UPDATE outbox SET state = 2, ended = ?3
            WHERE message = ?2 AND person = ?1 AND state = 0 AND type <> 1 AND notification IS NULL
            """)
        update.bind(1, person)
        update.bind(2, message)
        update.bind(3, now)
        try update.run()
    }

    /// The message is gone. What stands for several messages stays.
    package static func cancel(
        about message: MessageNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            "UPDATE outbox SET state = 2, ended = ?2 WHERE message = ?1 AND state = 0 AND type <> 1")
        update.bind(1, message)
        update.bind(2, now)
        try update.run()
    }

    /// A switch was turned off.
    package static func cancel(
        _ type: NotificationType, by way: OutboxEntry.Way, of person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            "UPDATE outbox SET state = 2, ended = ?4 WHERE state = 0 AND person = ?1 AND type = ?2 AND way = ?3")
        update.bind(1, person)
        update.bind(2, type.rawValue)
        update.bind(3, way.rawValue)
        update.bind(4, now)
        try update.run()
    }

    /// The device is gone.
    package static func cancel(
        to device: DeviceNumber, of person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            "UPDATE outbox SET state = 2, ended = ?3 WHERE state = 0 AND person = ?1 AND device = ?2")
        update.bind(1, person)
        update.bind(2, device)
        update.bind(3, now)
        try update.run()
    }

    /// They have left the room, or (nil) closed their account.
    package static func cancelAll(
        of person: PersonNumber, from room: RoomNumber? = nil, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            "UPDATE outbox SET state = 2, ended = ?3 WHERE state = 0 AND person = ?1 AND (?2 IS NULL OR room = ?2)")
        update.bind(1, person)
        update.bind(2, room)
        update.bind(3, now)
        try update.run()
    }
}
