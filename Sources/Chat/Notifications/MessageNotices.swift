package import Bytes
package import SQLite
package import Store

/// What the rooms say of messages that somebody hasn't read. In each answer count only messages that others have
/// written, that are shown and are no `system` messages, and of which the person is not told by a notification of its
/// own: `apart` says which of `mention` and `reply` make one.
package protocol UnreadMessages {
    /// The newest message on this node, in any room.
    func newest(on connection: Connection) throws -> MessageNumber
    /// Of a room, what lies behind both the person's read position and `message`; nil for nothing.
    func unread(
        of person: PersonNumber, in room: RoomNumber, after message: MessageNumber, apart: Set<NotificationType>,
        on connection: Connection
    ) throws -> UnreadRun?
    /// The groups of a person that aren't muted and in which there is something unread.
    func unreadRooms(of person: PersonNumber, on connection: Connection) throws -> [RoomNumber]
    func isMuted(_ room: RoomNumber, of person: PersonNumber, on connection: Connection) throws -> Bool
}

package struct UnreadRun: Hashable, Sendable {
    package let count: Int
    package let newest: MessageNumber
    /// When the first of them was written.
    package let since: Timestamp

    package init(count: Int, newest: MessageNumber, since: Timestamp) {
        self.count = count
        self.newest = newest
        self.since = since
    }
}

/// The `message` notifications: one for a person and a room while it is unread.
///
/// The obvious way writes a row, or a counter, for each member with each message: ten thousand for one post. Here a
/// message writes nothing. A row is made when its person first hears of it: when a connection of theirs is told, when
/// a push is to go out, or when they look at their notifications (`look`). It says where its messages begin; how many
/// they are, and which is the newest, is counted from the read position whenever it is shown, as a room's unread
/// count is. When it is read or deleted, what it stood for is written down, once (`covered`), and the next message
/// begins another.
///
/// So a person and a room cost a row each time that somebody hears of messages after having read what was there, and
/// a look costs as much as a list of one's unread rooms.
package enum MessageNotices {
    // MARK: Looking

    /// Whether `look` would make something: then it is handed to the writer before a list or a count is read.
    package static func isLookDue(
        for person: PersonNumber, _ unread: some UnreadMessages, on connection: Connection
    ) throws -> Bool {
        guard let facts = try Facts(person, on: connection) else { return false }
        let notices = try MessageNoticeTable.notices(of: person, on: connection)
        return try unread.unreadRooms(of: person, on: connection).contains { room in
            try facts.due(room, notices[room] ?? MessageNotice(), unread, on: connection) != nil
        }
    }

    /// Makes what is due in all rooms; the oldest first.
    package static func look(
        for person: PersonNumber, _ unread: some UnreadMessages, _ random: inout some RandomNumberGenerator,
        in transaction: borrowing Transaction
    ) throws -> [Notification] {
        let connection = transaction.connection
        guard let facts = try Facts(person, on: connection) else { return [] }
        let notices = try MessageNoticeTable.notices(of: person, on: connection)
        var due: [(room: RoomNumber, run: UnreadRun)] = []
        for room in try unread.unreadRooms(of: person, on: connection) {
            let notice = notices[room] ?? MessageNotice()
            if let run = try facts.due(room, notice, unread, on: connection) {
                due.append((room, run))
            }
        }
        due.sort { ($0.run.since, $0.room) < ($1.run.since, $1.room) }
        var made: [Notification] = []
        for (room, run) in due { made.append(try facts.make(room, run, &random, in: transaction)) }
        return made
    }

    /// A message has come and they hear of it, because they are connected or are pushed to. Nil where they have an
    /// unread notification of that room already, or want none.
    package static func hear(
        of room: RoomNumber, for person: PersonNumber, _ unread: some UnreadMessages,
        _ random: inout some RandomNumberGenerator, in transaction: borrowing Transaction
    ) throws -> Notification? {
        let connection = transaction.connection
        guard let facts = try Facts(person, on: connection),
            try !unread.isMuted(room, of: person, on: connection)
        else { return nil }
        let notice = try MessageNoticeTable.notice(of: person, in: room, on: connection)
        guard let run = try facts.due(room, notice, unread, on: connection) else { return nil }
        return try facts.make(room, run, &random, in: transaction)
    }

    // MARK: Showing

    /// What an unread `message` notification stands for now; nil for every other, and where nothing is left of it.
    package static func run(
        of notification: Notification, _ unread: some UnreadMessages, on connection: Connection
    ) throws -> UnreadRun? {
        guard notification.type == .message, let room = notification.subject.room else { return nil }
        let person = notification.recipient
        let notice = try MessageNoticeTable.notice(of: person, in: room, on: connection)
        guard notice.open == notification.number, let facts = try Facts(person, on: connection) else { return nil }
        return try facts.rest(room, notice, unread, on: connection)
    }

    // MARK: Reading

    /// Runs what moves somebody's read position in a room. If nothing is left unread then, the notification is read.
    package static func reading<Result>(
        _ room: RoomNumber, by person: PersonNumber, _ unread: some UnreadMessages, at now: Timestamp,
        in transaction: borrowing Transaction, _ body: () throws -> Result
    ) throws -> Result {
        let connection = transaction.connection
        guard let facts = try Facts(person, on: connection) else { return try body() }
        let notice = try MessageNoticeTable.notice(of: person, in: room, on: connection)
        let before = try facts.rest(room, notice, unread, on: connection)
        let result = try body()
        guard try facts.rest(room, notice, unread, on: connection) == nil else { return result }
        if let open = notice.open { try freeze(open, of: person, in: room, before, in: transaction) }
        if try NotificationTable.markMessagesRead(in: room, of: person, at: now, in: transaction) > 0 {
            try OutboxTable.cancelSettled(of: person, at: now, in: transaction)
        }
        return result
    }

    /// Those that are unread grow no more, in one room or (nil) in all: they are about to be read or deleted, or
    /// their person wants no more of them: the room is muted, the switch turned off.
    package static func settle(
        for person: PersonNumber, only: RoomNumber? = nil, _ unread: some UnreadMessages,
        in transaction: borrowing Transaction
    ) throws {
        let connection = transaction.connection
        guard let facts = try Facts(person, on: connection) else { return }
        let notices = try MessageNoticeTable.notices(of: person, on: connection)
        for (room, notice) in notices.sorted(by: { $0.key < $1.key }) where only == nil || room == only {
            guard let open = notice.open else { continue }
            let rest = try facts.rest(room, notice, unread, on: connection)
            try freeze(open, of: person, in: room, rest, in: transaction)
        }
    }

    /// Messages that are here already make none: somebody wants to be told again, from now on.
    static func beginNow(
        for person: PersonNumber, _ unread: some UnreadMessages, in transaction: borrowing Transaction
    ) throws {
        guard var account = try AccountTable.account(of: person, on: transaction.connection) else { return }
        account.noticesFrom = try unread.newest(on: transaction.connection)
        try AccountTable.update(account, in: transaction)
    }

    /// The same for one room: it is muted no longer.
    package static func beginNow(
        in room: RoomNumber, for person: PersonNumber, _ unread: some UnreadMessages,
        in transaction: borrowing Transaction
    ) throws {
        let newest = try unread.newest(on: transaction.connection)
        try MessageNoticeTable.close(of: person, in: room, upTo: newest, in: transaction)
    }

    /// One that was read is unread again, and so the only one of its room: it stands for all that is unread there, also for what
    /// another one told of meanwhile.
    static func reopen(_ notification: Notification, in transaction: borrowing Transaction) throws {
        guard notification.type == .message, let room = notification.subject.room else { return }
        let person = notification.recipient
        let notice = try MessageNoticeTable.notice(of: person, in: room, on: transaction.connection)
        if let newer = notice.open, newer != notification.number {
            try NotificationTable.delete(newer, in: transaction)
        }
        try MessageNoticeTable.reopen(notification.number, of: person, in: room, in: transaction)
    }

    private static func freeze(
        _ notification: NotificationNumber, of person: PersonNumber, in room: RoomNumber, _ run: UnreadRun?,
        in transaction: borrowing Transaction
    ) throws {
        let isFrozen = try NotificationTable.notification(notification, on: transaction.connection)?.count != nil
        // What was unread again, with nothing behind it any more, stands for what it stood for.
        if run != nil || !isFrozen {
            try NotificationTable.freeze(
                notification, count: run?.count ?? 0, newest: run?.newest, in: transaction)
        }
        let covered = run?.newest ?? MessageNumber(0)
        try MessageNoticeTable.close(of: person, in: room, upTo: covered, in: transaction)
    }
}

/// What decides about somebody's `message` notifications in all rooms.
private struct Facts {
    let person: PersonNumber
    let ways: Ways
    let noticesFrom: MessageNumber
    let apart: Set<NotificationType>

    /// Nil for somebody who has no open account.
    init?(_ person: PersonNumber, on connection: Connection) throws {
        guard let account = try AccountTable.account(of: person, on: connection), account.closed == nil else {
            return nil
        }
        let switches = try NotificationPreferences.switches(of: person, on: connection)
        self.person = person
        ways = switches[.message]
        noticesFrom = account.noticesFrom
        apart = Set([.mention, .reply].filter { !switches[$0].isEmpty })
    }

    /// What a notification stands for, or would.
    func rest(
        _ room: RoomNumber, _ notice: MessageNotice, _ unread: some UnreadMessages, on connection: Connection
    ) throws -> UnreadRun? {
        let start = max(notice.covered, noticesFrom)
        return try unread.unread(of: person, in: room, after: start, apart: apart, on: connection)
    }

    /// The same where one is to be made.
    func due(
        _ room: RoomNumber, _ notice: MessageNotice, _ unread: some UnreadMessages, on connection: Connection
    ) throws -> UnreadRun? {
        guard notice.open == nil, ways.contains(.inApp) else { return nil }
        return try rest(room, notice, unread, on: connection)
    }

    func make(
        _ room: RoomNumber, _ run: UnreadRun, _ random: inout some RandomNumberGenerator,
        in transaction: borrowing Transaction
    ) throws -> Notification {
        let notification = try NotificationTable.insert(
            .message, for: person, about: NotificationSubject(room: room), by: ways, uuid: .random(&random),
            at: run.since, in: transaction)
        try MessageNoticeTable.open(notification.number, of: person, in: room, in: transaction)
        return notification
    }
}
