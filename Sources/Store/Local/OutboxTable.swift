package import Bytes
package import SQLite

/// Something to be sent. What it says is looked up when it goes: this is only whom to tell, and of what.
package struct OutboxEntry: Hashable, Sendable {
    /// The raw values are in the database and never change.
    package enum State: Int, Hashable, Sendable {
        case waiting = 0
        case sent
        /// Before it went, there was no reason for it any more.
        case cancelled
        case failed
    }

    /// The raw values are in the database and never change.
    package enum Way: Int, Hashable, Sendable, CaseIterable {
        case push = 2
        case email = 4

        package var ways: Ways { Ways(rawValue: rawValue) }
    }

    package let number: OutboxNumber
    package let way: Way
    package let person: PersonNumber
    /// Of a push. It may be gone.
    package let device: DeviceNumber?
    /// Nil where none was made. It may be gone.
    package let notification: NotificationNumber?
    package let type: NotificationType
    package let room: RoomNumber?
    package let message: MessageNumber?
    package let state: State
    package let created: Timestamp
    package let due: Timestamp
    package let attempts: Int
    package let ended: Timestamp?
    package let lastError: String?
}

package enum OutboxTable {
    // MARK: Reading

    package static func entry(_ number: OutboxNumber, on connection: Connection) throws(SQLiteError) -> OutboxEntry? {
        var row = try connection.statement(
            """
            SELECT id, way, person, device, notification, type, room, message, state, created, due, attempts, ended,
                   last_error
            FROM outbox WHERE id = ?1
            """)
        row.bind(1, number)
        return try row.step() ? entry(row) : nil
    }

    /// What waits and is due, the longest first.
    package static func due(
        at now: Timestamp, atMost limit: Int, on connection: Connection
    ) throws(SQLiteError) -> [OutboxEntry] {
        var rows = try connection.statement(
            """
            SELECT id, way, person, device, notification, type, room, message, state, created, due, attempts, ended,
                   last_error
            FROM outbox WHERE state = 0 AND due <= ?1 ORDER BY due, id LIMIT ?2
            """)
        rows.bind(1, now)
        rows.bind(2, limit)
        return try entries(&rows)
    }

    /// When something is due next, after a moment; nil where nothing waits that long.
    package static func nextDue(after now: Timestamp, on connection: Connection) throws(SQLiteError) -> Timestamp? {
        var row = try connection.statement("SELECT min(due) FROM outbox WHERE state = 0 AND due > ?1")
        row.bind(1, now)
        return try row.step() ? row.optionalMoment(0) : nil
    }

    /// A person's that wait, in the order in which they were made: those of one mail, for instance.
    package static func waiting(
        for person: PersonNumber, by way: OutboxEntry.Way, on connection: Connection
    ) throws(SQLiteError) -> [OutboxEntry] {
        var rows = try connection.statement(
            """
            SELECT id, way, person, device, notification, type, room, message, state, created, due, attempts, ended,
                   last_error
            FROM outbox WHERE state = 0 AND person = ?1 AND way = ?2 ORDER BY id
            """)
        rows.bind(1, person)
        rows.bind(2, way.rawValue)
        return try entries(&rows)
    }

    /// All that was to be sent to somebody about a message, for whoever asks why.
    package static func entries(
        about message: MessageNumber, for person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> [OutboxEntry] {
        var rows = try connection.statement(
            """
            SELECT id, way, person, device, notification, type, room, message, state, created, due, attempts, ended,
                   last_error
            FROM outbox WHERE message = ?1 AND person = ?2 ORDER BY id
            """)
        rows.bind(1, message)
        rows.bind(2, person)
        return try entries(&rows)
    }

    /// Whether something of that type and room waits for them already.
    package static func isWaiting(
        _ type: NotificationType, for person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        try connection.count(
            "SELECT count(*) FROM outbox WHERE state = 0 AND person = ?1 AND type = ?2 AND room = ?3"
        ) {
            $0.bind(1, person)
            $0.bind(2, type.rawValue)
            $0.bind(3, room)
        } > 0
    }

    package static func waitingCount(
        _ way: OutboxEntry.Way, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count("SELECT count(*) FROM outbox WHERE state = 0 AND way = ?1") { $0.bind(1, way.rawValue) }
    }

    /// Of those that are still remembered.
    package static func failedCount(
        _ way: OutboxEntry.Way, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count("SELECT count(*) FROM outbox WHERE state = 3 AND way = ?1") {
            $0.bind(1, way.rawValue)
        }
    }

    /// Whether nothing has got through to somebody since a moment, though something was to, before it.
    package static func isFutile(
        _ way: OutboxEntry.Way, for person: PersonNumber, since moment: Timestamp, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT EXISTS (SELECT 1 FROM outbox WHERE person = ?1 AND way = ?2 AND state = 3 AND created <= ?3)
                AND NOT EXISTS (SELECT 1 FROM outbox WHERE person = ?1 AND way = ?2 AND state = 1 AND ended >= ?3)
            """)
        row.bind(1, person)
        row.bind(2, way.rawValue)
        row.bind(3, moment)
        return try row.step() && row.bool(0)
    }

    // MARK: Writing

    package static func insert(
        _ way: OutboxEntry.Way, for person: PersonNumber, device: DeviceNumber? = nil,
        notification: NotificationNumber?, type: NotificationType, about subject: NotificationSubject,
        at now: Timestamp, due: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> OutboxNumber {
        var insert = try transaction.statement(
            """
            INSERT INTO outbox (way, person, device, notification, type, room, message, state, created, due)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9)
            """)
        insert.bind(1, way.rawValue)
        insert.bind(2, person)
        insert.bind(3, device)
        insert.bind(4, notification)
        insert.bind(5, type.rawValue)
        insert.bind(6, subject.room)
        insert.bind(7, subject.message)
        insert.bind(8, now)
        insert.bind(9, due)
        try insert.run()
        return OutboxNumber(transaction.connection.lastInsertedRowID)
    }

    /// An attempt came to nothing, and another is to follow. False where it waits no more.
    package static func postpone(
        _ number: OutboxNumber, to due: Timestamp, because error: String, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Bool {
        var update = try transaction.statement(
            """
            UPDATE outbox SET due = ?2, attempts = attempts + 1, last_error = ?3 WHERE id = ?1 AND state = 0
            """)
        update.bind(1, number)
        update.bind(2, due)
        update.bind(3, error)
        try update.run()
        return transaction.connection.changedRows > 0
    }

    /// Left for later without an attempt.
    package static func putOff(
        _ number: OutboxNumber, to due: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement("UPDATE outbox SET due = ?2 WHERE id = ?1 AND state = 0 AND due < ?2")
        update.bind(1, number)
        update.bind(2, due)
        try update.run()
    }

    /// It is sent, cancelled or has failed for good. False where it had ended already: the first end stays.
    package static func end(
        _ number: OutboxNumber, _ state: OutboxEntry.State, error: String? = nil, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Bool {
        precondition(state != .waiting, "that is no end")
        var update = try transaction.statement(
            """
            UPDATE outbox SET state = ?2, ended = ?3, attempts = attempts + (?2 <> 2), last_error = coalesce(?4, last_error)
            WHERE id = ?1 AND state = 0
            """)
        update.bind(1, number)
        update.bind(2, state.rawValue)
        update.bind(3, now)
        update.bind(4, error)
        try update.run()
        return transaction.connection.changedRows > 0
    }

    package static func removeEnded(
        before moment: Timestamp, atMost limit: Int, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var delete = try transaction.statement(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ended < ?1 ORDER BY ended LIMIT ?2)")
        delete.bind(1, moment)
        delete.bind(2, limit)
        try delete.run()
        return transaction.connection.changedRows
    }

    // MARK: Rows

    private static func entries(_ rows: inout Statement) throws(SQLiteError) -> [OutboxEntry] {
        var entries: [OutboxEntry] = []
        while try rows.step() { if let entry = entry(rows) { entries.append(entry) } }
        return entries
    }

    /// Nil for a sort that a later program has.
    private static func entry(_ row: borrowing Statement) -> OutboxEntry? {
        guard let way = OutboxEntry.Way(rawValue: row.int(1)), let type = NotificationType(rawValue: row.int(5)),
            let state = OutboxEntry.State(rawValue: row.int(8))
        else { return nil }
        return OutboxEntry(
            number: OutboxNumber(row.int64(0)), way: way, person: PersonNumber(row.int64(2)),
            device: row.optionalNumber(3), notification: row.optionalNumber(4), type: type,
            room: row.optionalNumber(6), message: row.optionalNumber(7), state: state, created: row.moment(9),
            due: row.moment(10), attempts: row.int(11), ended: row.optionalMoment(12),
            lastError: row.optionalString(13))
    }
}
