package import Bytes
package import SQLite

/// What a notification is about. Its words are made of this when it is shown.
package struct NotificationSubject: Hashable, Sendable {
    package var room: RoomNumber?
    package var message: MessageNumber?
    package var actor: PersonNumber?

    package init(room: RoomNumber? = nil, message: MessageNumber? = nil, actor: PersonNumber? = nil) {
        self.room = room
        self.message = message
        self.actor = actor
    }
}

/// Words of its maker's, each in place of ours; nil where ours stand. So no words of a message are kept here.
package struct NotificationText: Hashable, Sendable {
    package var title: String?
    package var body: String?
    /// Deterministic CBOR of a map.
    package var data: [UInt8]?

    package init(title: String?, body: String? = "", data: [UInt8]? = []) {
        self.title = title
        self.body = body
        self.data = data
    }
}

package struct Notification: Hashable, Sendable {
    package let number: NotificationNumber
    package let uuid: UUID
    package let recipient: PersonNumber
    package let type: NotificationType
    package let created: Timestamp
    package let read: Timestamp?
    package let ways: Ways
    package let subject: NotificationSubject
    /// Of a `message` notification that was read: how many messages it stood for then.
    package let count: Int?
    package let text: NotificationText?

    package var isRead: Bool { read != nil }
}

package enum NotificationTable {
    // MARK: Making and changing

    package static func insert(
        _ type: NotificationType, for recipient: PersonNumber, about subject: NotificationSubject, by ways: Ways,
        text: NotificationText? = nil, uuid: UUID, at now: Timestamp, read: Timestamp? = nil,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Notification {
        var insert = try transaction.statement(
            """
            INSERT INTO notification (uuid, recipient, type, created, read, ways, room, message, actor, title, body, data)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """)
        insert.bind(1, uuid)
        insert.bind(2, recipient)
        insert.bind(3, type.rawValue)
        insert.bind(4, now)
        insert.bind(5, read)
        insert.bind(6, ways.rawValue)
        insert.bind(7, subject.room)
        insert.bind(8, subject.message)
        insert.bind(9, subject.actor)
        if let text {
            insert.bind(10, text.title)
            insert.bind(11, text.body)
            if let data = text.data { insert.bind(12, copying: data.span) }
        }
        try insert.run()
        return Notification(
            number: NotificationNumber(transaction.connection.lastInsertedRowID), uuid: uuid, recipient: recipient,
            type: type, created: now, read: read, ways: ways, subject: subject, count: nil, text: text)
    }

    /// When it was read, or nil. What is marked as read again keeps the first moment.
    package static func setRead(
        _ number: NotificationNumber, at moment: Timestamp?, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            "UPDATE notification SET read = CASE WHEN ?2 IS NULL THEN NULL ELSE coalesce(read, ?2) END WHERE id = ?1")
        update.bind(1, number)
        update.bind(2, moment)
        try update.run()
    }

    package static func setText(
        _ number: NotificationNumber, to text: NotificationText, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            "UPDATE notification SET title = ?2, body = ?3, data = ?4 WHERE id = ?1")
        update.bind(1, number)
        update.bind(2, text.title)
        update.bind(3, text.body)
        if let data = text.data { update.bind(4, copying: data.span) }
        try update.run()
    }

    /// What a `message` notification stands for, once it is read and no longer grows.
    package static func freeze(
        _ number: NotificationNumber, count: Int, newest: MessageNumber?, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement("UPDATE notification SET count = ?2, message = ?3 WHERE id = ?1")
        update.bind(1, number)
        update.bind(2, count)
        update.bind(3, newest)
        try update.run()
    }

    /// How many were unread.
    package static func markAllRead(
        of recipient: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var update = try transaction.statement(
            "UPDATE notification SET read = ?2 WHERE recipient = ?1 AND (read IS NULL) = 1")
        update.bind(1, recipient)
        update.bind(2, now)
        try update.run()
        return transaction.connection.changedRows
    }

    /// Whether somebody was told of that by that person, and hasn't read it.
    package static func isUnread(
        _ type: NotificationType, about message: MessageNumber, by actor: PersonNumber, of recipient: PersonNumber,
        on connection: Connection
    ) throws(SQLiteError) -> Bool {
        try connection.count(
            """
            SELECT EXISTS (SELECT 1 FROM notification
                WHERE message = ?1 AND recipient = ?2 AND type = ?3 AND actor = ?4 AND read IS NULL)
            """
        ) {
            $0.bind(1, message)
            $0.bind(2, recipient)
            $0.bind(3, type.rawValue)
            $0.bind(4, actor)
        } > 0
    }

    /// They have read that message; how many were unread.
    package static func markRead(
        about message: MessageNumber, of recipient: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var update = try transaction.statement(
            "UPDATE notification SET read = ?3 WHERE message = ?1 AND recipient = ?2 AND read IS NULL")
        update.bind(1, message)
        update.bind(2, recipient)
        update.bind(3, now)
        try update.run()
        return transaction.connection.changedRows
    }

    /// They have read that room up to that message; how many were unread. Those that are about no message, too.
    package static func markRead(
        in room: RoomNumber, upTo message: MessageNumber, of recipient: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var update = try transaction.statement(
            """
            UPDATE notification SET read = ?4
            WHERE recipient = ?2 AND room = ?1 AND read IS NULL AND type <> 1 AND (message IS NULL OR message <= ?3)
            """)
        update.bind(1, room)
        update.bind(2, recipient)
        update.bind(3, message)
        update.bind(4, now)
        try update.run()
        return transaction.connection.changedRows
    }

    /// All of a room's `message` notifications; how many were unread.
    package static func markMessagesRead(
        in room: RoomNumber, of recipient: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var update = try transaction.statement(
            "UPDATE notification SET read = ?3 WHERE recipient = ?2 AND room = ?1 AND read IS NULL AND type = 1")
        update.bind(1, room)
        update.bind(2, recipient)
        update.bind(3, now)
        try update.run()
        return transaction.connection.changedRows
    }

    /// Whether the node itself has told somebody so since a moment.
    package static func wasTold(
        _ title: String, to recipient: PersonNumber, since moment: Timestamp, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        try connection.count(
            """
            SELECT EXISTS (SELECT 1 FROM notification
                WHERE recipient = ?1 AND type = 9 AND created >= ?3 AND title = ?2 AND actor IS NULL)
            """
        ) {
            $0.bind(1, recipient)
            $0.bind(2, title)
            $0.bind(3, moment)
        } > 0
    }

    // MARK: Removing

    package static func delete(
        _ number: NotificationNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM notification WHERE id = ?1")
        delete.bind(1, number)
        try delete.run()
    }

    package static func deleteRead(
        of recipient: PersonNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var delete = try transaction.statement(
            "DELETE FROM notification WHERE recipient = ?1 AND (read IS NULL) = 0")
        delete.bind(1, recipient)
        try delete.run()
        return transaction.connection.changedRows
    }

    /// The message is gone: so is what is about it alone. What has words of its maker's, or stands for several
    /// messages, stays without it. Says whose lists have changed.
    package static func forget(
        message: MessageNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> [PersonNumber] {
        var changed: Set<PersonNumber> = []
        var delete = try transaction.statement(
            """
            DELETE FROM notification
            WHERE message = ?1 AND title IS NULL AND body IS NULL AND data IS NULL AND type <> 1 RETURNING recipient
            """)
        delete.bind(1, message)
        while try delete.step() { changed.insert(PersonNumber(delete.int64(0))) }
        var clear = try transaction.statement(
            "UPDATE notification SET message = NULL WHERE message = ?1 RETURNING recipient")
        clear.bind(1, message)
        while try clear.step() { changed.insert(PersonNumber(clear.int64(0))) }
        return changed.sorted()
    }

    /// They have left the room.
    package static func delete(
        in room: RoomNumber, of recipient: PersonNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM notification WHERE recipient = ?1 AND room = ?2")
        delete.bind(1, recipient)
        delete.bind(2, room)
        try delete.run()
    }

    package static func deleteAll(
        of recipient: PersonNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM notification WHERE recipient = ?1")
        delete.bind(1, recipient)
        try delete.run()
    }

    /// Removes what was made before one moment, and what was made before another and is read, at most so many. What stands for a
    /// room's unread messages stays as long as they are unread: another would be made in its place at once.
    package static func remove(
        before moment: Timestamp, readBefore readMoment: Timestamp, atMost limit: Int,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var delete = try transaction.statement(
            """
            DELETE FROM notification WHERE id IN (
                SELECT id FROM notification
                WHERE created < max(?1, ?2) AND (created < ?1 OR (created < ?2 AND read IS NOT NULL))
                    AND NOT EXISTS (SELECT 1 FROM message_notice n WHERE n.notification = notification.id)
                ORDER BY created LIMIT ?3)
            """)
        delete.bind(1, moment)
        delete.bind(2, readMoment)
        delete.bind(3, limit)
        try delete.run()
        return transaction.connection.changedRows
    }
}
