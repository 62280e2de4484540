import Bytes
package import SQLite

/// How far somebody was told of the messages of a room. The `message` notification of a person and a room is one row
/// for as long as it is unread, however many messages it comes to stand for: it holds where they begin, by `covered`,
/// and they are counted when somebody looks.
package struct MessageNotice: Hashable, Sendable {
    /// Up to here by notifications that were read or deleted.
    package var covered: MessageNumber
    /// The one that is unread.
    package var open: NotificationNumber?

    package init(covered: MessageNumber = MessageNumber(0), open: NotificationNumber? = nil) {
        self.covered = covered
        self.open = open
    }
}

package enum MessageNoticeTable {
    package static func notice(
        of person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> MessageNotice {
        var row = try connection.statement(
            "SELECT covered, notification FROM message_notice WHERE person = ?1 AND room = ?2")
        row.bind(1, person)
        row.bind(2, room)
        guard try row.step() else { return MessageNotice() }
        return MessageNotice(covered: MessageNumber(row.int64(0)), open: row.optionalNumber(1))
    }

    /// All rooms of which somebody was ever told.
    package static func notices(
        of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> [RoomNumber: MessageNotice] {
        var rows = try connection.statement("SELECT room, covered, notification FROM message_notice WHERE person = ?1")
        rows.bind(1, person)
        var notices: [RoomNumber: MessageNotice] = [:]
        while try rows.step() {
            notices[RoomNumber(rows.int64(0))] = MessageNotice(
                covered: MessageNumber(rows.int64(1)), open: rows.optionalNumber(2))
        }
        return notices
    }

    /// There is an unread notification now.
    package static func open(
        _ notification: NotificationNumber, of person: PersonNumber, in room: RoomNumber,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var set = try transaction.statement(
            """
            INSERT INTO message_notice (person, room, covered, notification) VALUES (?1, ?2, 0, ?3)
            ON CONFLICT DO UPDATE SET notification = excluded.notification
            """)
        set.bind(1, person)
        set.bind(2, room)
        set.bind(3, notification)
        try set.run()
    }

    /// One that was read is unread again, and stands for all that is unread in the room.
    package static func reopen(
        _ notification: NotificationNumber, of person: PersonNumber, in room: RoomNumber,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var set = try transaction.statement(
            """
            INSERT INTO message_notice (person, room, covered, notification) VALUES (?1, ?2, 0, ?3)
            ON CONFLICT DO UPDATE SET covered = 0, notification = excluded.notification
            """)
        set.bind(1, person)
        set.bind(2, room)
        set.bind(3, notification)
        try set.run()
    }

    /// Messages up to this one are dealt with: none of them makes a notification any more, and the one that was
    /// unread grows no more.
    package static func close(
        of person: PersonNumber, in room: RoomNumber, upTo message: MessageNumber,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var set = try transaction.statement(
            """
            INSERT INTO message_notice (person, room, covered) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET covered = max(covered, excluded.covered), notification = NULL
            """)
        set.bind(1, person)
        set.bind(2, room)
        set.bind(3, message)
        try set.run()
    }

    /// The same for all rooms in which there is an unread one.
    package static func closeAll(
        of person: PersonNumber, upTo message: MessageNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            """
            UPDATE message_notice SET covered = max(covered, ?2), notification = NULL
            WHERE person = ?1 AND notification IS NOT NULL
            """)
        update.bind(1, person)
        update.bind(2, message)
        try update.run()
    }

    /// They have left the room, or (nil) the node.
    package static func remove(
        of person: PersonNumber, from room: RoomNumber? = nil, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var delete = try transaction.statement(
            "DELETE FROM message_notice WHERE person = ?1 AND (?2 IS NULL OR room = ?2)")
        delete.bind(1, person)
        delete.bind(2, room)
        try delete.run()
    }
}
