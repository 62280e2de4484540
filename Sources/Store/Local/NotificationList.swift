package import Bytes
package import SQLite

package struct NotificationFilter: Hashable, Sendable {
    /// Nil: everybody's.
    package var recipient: PersonNumber?
    package var type: NotificationType?
    package var isRead: Bool?
    package var room: RoomNumber?
    package var time = TimeWindow()

    package init(
        recipient: PersonNumber?, type: NotificationType? = nil, isRead: Bool? = nil, room: RoomNumber? = nil,
        time: TimeWindow = TimeWindow()
    ) {
        self.recipient = recipient
        self.type = type
        self.isRead = isRead
        self.room = room
        self.time = time
    }

    /// Which index leads: the filter that usually leaves the least.
    fileprivate enum Lead {
        case time, person, room, type, reading
    }

    fileprivate var lead: Lead {
        if recipient == nil { return .time }
        if room != nil { return .room }
        if type != nil { return .type }
        return isRead != nil ? .reading : .person
    }

    fileprivate func bind(to statement: inout Statement) {
        statement.bind(3, time)
        statement.bind(5, recipient)
        statement.bind(6, type.map { Int64($0.rawValue) })
        statement.bind(7, isRead.map { $0 ? 0 as Int64 : 1 })
        statement.bind(8, room)
    }
}

extension NotificationTable {
    package static func notification(
        _ number: NotificationNumber, on connection: Connection
    ) throws(SQLiteError) -> Notification? {
        var row = try connection.statement(
            """
            SELECT id, uuid, recipient, type, created, read, ways, room, message, actor, count, title, body, data
            FROM notification WHERE id = ?1
            """)
        row.bind(1, number)
        return try row.step() ? notification(row) : nil
    }

    package static func number(
        of uuid: UUID, on connection: Connection
    ) throws(SQLiteError) -> NotificationNumber? {
        var row = try connection.statement("SELECT id FROM notification WHERE uuid = ?1")
        row.bind(1, uuid)
        return try row.step() ? NotificationNumber(row.int64(0)) : nil
    }

    /// The newest first.
    package static func notifications(
        _ filter: NotificationFilter, _ window: ListWindow, on connection: Connection
    ) throws(SQLiteError) -> [Notification] {
        var rows =
            switch filter.lead {
            case .time:
                try connection.statement(
                    """
                    SELECT id, uuid, recipient, type, created, read, ways, room, message, actor, count, title, body, data
                    FROM notification WHERE created BETWEEN ?3 AND ?4 AND ?5 IS NULL
                        AND (?6 IS NULL OR type = ?6) AND (?7 IS NULL OR (read IS NULL) = ?7)
                        AND (?8 IS NULL OR room = ?8)
                    ORDER BY created DESC, id DESC LIMIT ?1 OFFSET ?2
                    """)
            case .person:
                try connection.statement(
                    """
                    SELECT id, uuid, recipient, type, created, read, ways, room, message, actor, count, title, body, data
                    FROM notification WHERE recipient = ?5 AND created BETWEEN ?3 AND ?4
                        AND ?6 IS NULL AND ?7 IS NULL AND ?8 IS NULL
                    ORDER BY created DESC, id DESC LIMIT ?1 OFFSET ?2
                    """)
            case .room:
                try connection.statement(
                    """
                    SELECT id, uuid, recipient, type, created, read, ways, room, message, actor, count, title, body, data
                    FROM notification WHERE recipient = ?5 AND room = ?8 AND created BETWEEN ?3 AND ?4
                        AND (?6 IS NULL OR type = ?6) AND (?7 IS NULL OR (read IS NULL) = ?7)
                    ORDER BY created DESC, id DESC LIMIT ?1 OFFSET ?2
                    """)
            case .type:
                try connection.statement(
                    """
                    SELECT id, uuid, recipient, type, created, read, ways, room, message, actor, count, title, body, data
                    FROM notification WHERE recipient = ?5 AND type = ?6 AND created BETWEEN ?3 AND ?4
                        AND (?7 IS NULL OR (read IS NULL) = ?7) AND ?8 IS NULL
                    ORDER BY created DESC, id DESC LIMIT ?1 OFFSET ?2
                    """)
            case .reading:
                try connection.statement(
                    """
                    SELECT id, uuid, recipient, type, created, read, ways, room, message, actor, count, title, body, data
                    FROM notification WHERE recipient = ?5 AND (read IS NULL) = ?7 AND created BETWEEN ?3 AND ?4
                        AND ?6 IS NULL AND ?8 IS NULL
                    ORDER BY created DESC, id DESC LIMIT ?1 OFFSET ?2
                    """)
            }
        rows.bind(1, window)
        filter.bind(to: &rows)
        var notifications: [Notification] = []
        while try rows.step() { if let notification = notification(rows) { notifications.append(notification) } }
        return notifications
    }

    /// Exact. Without a room or a time it is a sum of a few counters; with one, the rows between are counted.
    package static func count(
        _ filter: NotificationFilter, on connection: Connection
    ) throws(SQLiteError) -> Int {
        guard filter.room != nil || filter.time != TimeWindow() else { return try tally(filter, on: connection) }
        var row =
            switch filter.lead {
            case .time:
                try connection.statement(
                    """
                    SELECT count(*) FROM notification WHERE created BETWEEN ?3 AND ?4 AND ?5 IS NULL
                        AND (?6 IS NULL OR type = ?6) AND (?7 IS NULL OR (read IS NULL) = ?7)
                        AND (?8 IS NULL OR room = ?8)
                    """)
            case .person:
                try connection.statement(
                    """
                    SELECT count(*) FROM notification WHERE recipient = ?5 AND created BETWEEN ?3 AND ?4
                        AND ?6 IS NULL AND ?7 IS NULL AND ?8 IS NULL
                    """)
            case .room:
                try connection.statement(
                    """
                    SELECT count(*) FROM notification WHERE recipient = ?5 AND room = ?8
                        AND created BETWEEN ?3 AND ?4
                        AND (?6 IS NULL OR type = ?6) AND (?7 IS NULL OR (read IS NULL) = ?7)
                    """)
            case .type:
                try connection.statement(
                    """
                    SELECT count(*) FROM notification WHERE recipient = ?5 AND type = ?6
                        AND created BETWEEN ?3 AND ?4 AND (?7 IS NULL OR (read IS NULL) = ?7) AND ?8 IS NULL
                    """)
            case .reading:
                try connection.statement(
                    """
                    SELECT count(*) FROM notification WHERE recipient = ?5 AND (read IS NULL) = ?7
                        AND created BETWEEN ?3 AND ?4 AND ?6 IS NULL AND ?8 IS NULL
                    """)
            }
        filter.bind(to: &row)
        return try row.step() ? row.int(0) : 0
    }

    package static func unreadCount(
        of recipient: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try tally(NotificationFilter(recipient: recipient, isRead: false), on: connection)
    }

    private static func tally(
        _ filter: NotificationFilter, on connection: Connection
    ) throws(SQLiteError) -> Int {
        var row =
            if filter.recipient != nil {
                try connection.statement(
                    """
                    SELECT sum(count) FROM notification_tally
                    WHERE recipient = ?1 AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR is_read = ?3)
                    """)
            } else {
                try connection.statement(
                    """
                    SELECT sum(count) FROM notification_tally
                    WHERE ?1 IS NULL AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR is_read = ?3)
                    """)
            }
        row.bind(1, filter.recipient)
        row.bind(2, filter.type.map { Int64($0.rawValue) })
        row.bind(3, filter.isRead.map { $0 ? 1 as Int64 : 0 })
        return try row.step() ? row.int(0) : 0
    }

    /// Nil for a type that a later program has.
    private static func notification(_ row: borrowing Statement) -> Notification? {
        guard let type = NotificationType(rawValue: row.int(3)), let uuid = row.uuid(1) else { return nil }
        let text = NotificationText(title: row.optionalString(11), body: row.optionalString(12), data: row.array(13))
        let isOurs = text.title == nil && text.body == nil && text.data == nil
        return Notification(
            number: NotificationNumber(row.int64(0)), uuid: uuid, recipient: PersonNumber(row.int64(2)), type: type,
            created: row.moment(4), read: row.optionalMoment(5), ways: Ways(rawValue: row.int(6)),
            subject: NotificationSubject(
                room: row.optionalNumber(7), message: row.optionalNumber(8), actor: row.optionalNumber(9)),
            count: row.optionalInt64(10).map { Int($0) }, text: isOurs ? nil : text)
    }
}
