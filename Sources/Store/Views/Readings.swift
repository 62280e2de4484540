package import Bytes
package import SQLite

/// What people of this node have read, in order of arrival: all up to a message, and single ones.
package enum Readings {
    /// What marking has done.
    package struct Marked: Hashable, Sendable {
        /// Messages that had been unread.
        package let count: Int
        /// The last message there is; nil for none.
        package let newest: MessageNumber?
        /// Whether others see anything else than before.
        package let isNews: Bool
    }

    /// All that the room has. Nil for somebody of another node or who isn't in.
    package static func markAll(
        in room: RoomNumber, by person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Marked? {
        guard let state = try state(of: person, in: room, on: transaction.connection) else { return nil }
        let isNews = state.seen ?? 0 < state.newest
        if isNews {
            var row = try transaction.statement(
                "INSERT OR IGNORE INTO reading (person, room, up_to, time) VALUES (?1, ?2, ?3, ?4)")
            row.bind(1, person)
            row.bind(2, room)
            row.bind(3, state.newest)
            row.bind(4, now)
            try row.run()
            try noteNews(of: room, in: transaction)
        }
        if isNews || state.unread > 0 {
            var row = try transaction.statement(
                """
                UPDATE membership SET position = ?3, seen = ?3, read = ?4, last_read = ?5 WHERE room = ?1 AND person = ?2
                """)
            row.bind(1, room)
            row.bind(2, person)
            row.bind(3, state.newest)
            row.bind(4, state.countable)
            row.bind(5, now)
            try row.run()
        }
        return Marked(
            count: state.unread, newest: state.newest == 0 ? nil : MessageNumber(state.newest), isNews: isNews)
    }

    /// One that the room has, and nothing before it. Whether it had not been read; nil as above.
    package static func mark(
        _ message: MessageNumber, in room: RoomNumber, by person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Bool? {
        guard let state = try state(of: person, in: room, on: transaction.connection) else { return nil }
        guard state.seen ?? 0 < message.value else { return false }
        var facts = try transaction.statement(
            "SELECT sender, flags & 1 AND flags & 2 AND NOT flags & 24 FROM message WHERE serial = ?1 AND room = ?2")
        facts.bind(1, message)
        facts.bind(2, room)
        guard try facts.step(), facts.int64(0) != person.value else { return false }
        let isCountable = facts.bool(1)
        var insert = try transaction.statement(
            "INSERT OR IGNORE INTO reading_apart (message, person, room, time) VALUES (?1, ?2, ?3, ?4)")
        insert.bind(1, message)
        insert.bind(2, person)
        insert.bind(3, room)
        insert.bind(4, now)
        try insert.run()
        guard transaction.connection.changedRows > 0 else { return false }
        try noteNews(of: room, in: transaction)
        var row = try transaction.statement(
            "UPDATE membership SET read = read + ?3, last_read = ?4 WHERE room = ?1 AND person = ?2")
        row.bind(1, room)
        row.bind(2, person)
        row.bind(3, isCountable && message.value > state.position)
        row.bind(4, now)
        try row.run()
        return true
    }

    private static func noteNews(of room: RoomNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var row = try transaction.statement("INSERT OR IGNORE INTO reading_news (room) VALUES (?1)")
        row.bind(1, room)
        try row.run()
    }

    /// Up to which message all is read.
    package static func position(
        of person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> MessageNumber? {
        try state(of: person, in: room, on: connection).map { MessageNumber($0.position) }
    }

    /// Whether somebody of this node has read a message of another, or need not.
    package static func isRead(
        _ message: MessageNumber, in room: RoomNumber, by person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        guard let state = try state(of: person, in: room, on: connection) else { return false }
        if state.position >= message.value { return true }
        var row = try connection.statement(
            "SELECT 1 FROM reading_apart WHERE room = ?1 AND message = ?2 AND person = ?3")
        row.bind(1, room)
        row.bind(2, message)
        row.bind(3, person)
        return try row.step()
    }

    package static func unreadCount(
        of person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try state(of: person, in: room, on: connection)?.unread ?? 0
    }

    /// In all rooms that are open.
    package static func unreadTotal(of person: PersonNumber, on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT coalesce(sum(v.countable - m.read), 0) FROM membership m JOIN room_view v ON v.room = m.room
            JOIN room r ON r.number = m.room WHERE m.person = ?1 AND m.is_local AND NOT r.is_deleted
            """
        ) { $0.bind(1, person) }
    }

    private struct State {
        let position: Int64
        let seen: Int64?
        let newest: Int64
        let countable: Int
        let unread: Int
    }

    private static func state(
        of person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> State? {
        var row = try connection.statement(
            """
            SELECT m.position, m.seen, v.newest, v.countable, v.countable - m.read
            FROM membership m JOIN room_view v ON v.room = m.room WHERE m.room = ?1 AND m.person = ?2 AND m.is_local
            """)
        row.bind(1, room)
        row.bind(2, person)
        guard try row.step() else { return nil }
        return State(
            position: row.int64(0), seen: row.optionalInt64(1), newest: row.int64(2), countable: row.int(3),
            unread: row.int(4))
    }
}
