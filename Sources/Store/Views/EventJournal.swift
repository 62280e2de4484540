package import Bytes
package import SQLite

/// Where an event stands among all of this node's.
package struct EventNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// A frame that was or will be sent, without what can be looked up.
package struct JournalEntry: Hashable, Sendable {
    package enum Kind: Int64, Sendable {
        case message = 1
        case messageEdited, messageDeleted, reaction, readReceipt
        case joined, left, removed, role
        case roomCreated, roomUpdated, roomAvatar, roomArchived, roomUnarchived, roomDeleted
        /// `person` is the recipient, `detail` the notification.
        case notification
    }

    package var kind: Kind
    package var time: Timestamp
    package var room: RoomNumber?
    package var message: MessageNumber?
    package var person: PersonNumber?
    /// Of `joined` and `role` the role: 1 member, 2 admin.
    package var detail: Int64?

    package init(
        _ kind: Kind, at time: Timestamp, room: RoomNumber? = nil, message: MessageNumber? = nil,
        person: PersonNumber? = nil, detail: Int64? = nil
    ) {
        self.kind = kind
        self.time = time
        self.room = room
        self.message = message
        self.person = person
        self.detail = detail
    }

    /// Nil for what no frame tells.
    package init?(_ event: RoomEvent, at time: Timestamp) {
        let room = event.room
        switch event.kind {
        case .appeared(let message, let sender, _):
            self.init(.message, at: time, room: room, message: message, person: sender)
        case .edited(let message, let sender, _), .pinned(let message, let sender, _):
            self.init(.messageEdited, at: time, room: room, message: message, person: sender)
        case .deleted(let message, let sender), .vanished(let message, let sender):
            self.init(.messageDeleted, at: time, room: room, message: message, person: sender)
        case .reacted(let message, _, let person, _):
            self.init(.reaction, at: time, room: room, message: message, person: person)
        case .read(let message, let person):
            self.init(.readReceipt, at: time, room: room, message: message, person: person)
        case .member(let person, let change, _):
            switch change {
            case .joined(let role):
                self.init(.joined, at: time, room: room, person: person, detail: role.code)
            case .left: self.init(.left, at: time, room: room, person: person)
            case .removed: self.init(.removed, at: time, room: room, person: person)
            case .role(let role): self.init(.role, at: time, room: room, person: person, detail: role.code)
            }
        case .room(let change):
            let kind: Kind =
                switch change {
                case .created, .restored: .roomCreated
                case .updated: .roomUpdated
                case .avatar: .roomAvatar
                case .archived: .roomArchived
                case .unarchived: .roomUnarchived
                case .deleted: .roomDeleted
                }
            self.init(kind, at: time, room: room)
        case .profile, .released: return nil
        }
    }
}

package enum EventJournal {
    package static func append(
        _ entry: JournalEntry, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> EventNumber {
        var insert = try transaction.statement(
            "INSERT INTO event (time, kind, room, message, person, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        insert.bind(1, entry.time)
        insert.bind(2, entry.kind.rawValue)
        insert.bind(3, entry.room)
        insert.bind(4, entry.message)
        insert.bind(5, entry.person)
        insert.bind(6, entry.detail)
        try insert.run()
        return EventNumber(transaction.connection.lastInsertedRowID)
    }

    /// The last event; 0 before the first.
    package static func last(on connection: Connection) throws(SQLiteError) -> EventNumber {
        EventNumber(Int64(try connection.count("SELECT coalesce(max(seq), 0) FROM event")))
    }

    /// Whether all that came after `seq` is still here.
    package static func reaches(back seq: EventNumber, on connection: Connection) throws(SQLiteError) -> Bool {
        let first = try connection.count("SELECT coalesce(min(seq), 1) FROM event")
        let last = try last(on: connection)
        return seq.value >= Int64(first) - 1 && seq <= last
    }

    /// In order.
    package static func entries(
        after seq: EventNumber, limit: Int, on connection: Connection
    ) throws(SQLiteError) -> [(seq: EventNumber, entry: JournalEntry)] {
        var rows = try connection.statement(
            """
            SELECT seq, time, kind, room, message, person, detail FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2
            """)
        rows.bind(1, seq)
        rows.bind(2, limit)
        var entries: [(EventNumber, JournalEntry)] = []
        while try rows.step() {
            // What a later version of this program has written is passed over.
            guard let kind = JournalEntry.Kind(rawValue: rows.int64(2)) else { continue }
            let entry = JournalEntry(
                kind, at: rows.moment(1), room: rows.optionalNumber(3), message: rows.optionalNumber(4),
                person: rows.optionalNumber(5), detail: rows.optionalInt64(6))
            entries.append((EventNumber(rows.int64(0)), entry))
        }
        return entries
    }

    /// The rooms that somebody came into after `seq`, each with its last such event.
    package static func joined(
        by person: PersonNumber, after seq: EventNumber, on connection: Connection
    ) throws(SQLiteError) -> [RoomNumber: EventNumber] {
        var rows = try connection.statement(
            "SELECT room, max(seq) FROM event WHERE seq > ?1 AND person = ?2 AND kind = ?3 GROUP BY room")
        rows.bind(1, seq)
        rows.bind(2, person)
        rows.bind(3, JournalEntry.Kind.joined.rawValue)
        var joined: [RoomNumber: EventNumber] = [:]
        while try rows.step() { joined[RoomNumber(rows.int64(0))] = EventNumber(rows.int64(1)) }
        return joined
    }

    /// Removes those before a moment with all before them, some thousands at once, save the very last. How many. What is of
    /// another day to come was written while the clock was wrong, and holds up nothing.
    package static func prune(
        before time: Timestamp, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var delete = try transaction.statement(
            """
            DELETE FROM event WHERE seq < (SELECT max(seq) FROM event) AND seq <= (
                SELECT max(seq) FROM (SELECT seq, time FROM event ORDER BY seq LIMIT 4096)
                WHERE time < ?1 OR time > ?2)
            """)
        delete.bind(1, time)
        delete.bind(2, now.milliseconds + 86_400_000)
        try delete.run()
        return transaction.connection.changedRows
    }
}
