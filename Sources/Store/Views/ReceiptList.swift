package import Bytes
package import SQLite

/// Which receipts a list holds: of messages that the viewer can see.
package struct ReceiptFilter: Hashable, Sendable {
    package var rooms: MessageFilter.Rooms
    package var message: MessageNumber?
    package var person: PersonNumber?

    package init(in rooms: MessageFilter.Rooms, message: MessageNumber? = nil, person: PersonNumber? = nil) {
        self.rooms = rooms
        self.message = message
        self.person = person
    }
}

package struct ReceiptRow: Hashable, Sendable {
    package let message: MessageNumber
    package let room: RoomNumber
    package let person: PersonNumber
    /// Of people elsewhere when this node heard of it.
    package let read: Timestamp

    package init(message: MessageNumber, room: RoomNumber, person: PersonNumber, read: Timestamp) {
        self.message = message
        self.room = room
        self.person = person
        self.read = read
    }
}

package protocol ReceiptVisitor: PeopleVisitor, ~Copyable {
    mutating func receipt(_ row: ReceiptRow)
}

/// Who has read which messages: no rows, but what positions come to. Nobody has a receipt for what they wrote.
package enum ReceiptList {
    /// The newest message first; of one message by the numbers of its readers.
    package static func page(
        _ filter: ReceiptFilter, _ window: ListWindow, on connection: Connection,
        _ visitor: inout some ReceiptVisitor & ~Copyable
    ) throws {
        try connection.snapshot {
            var skip = window.offset
            var left = window.limit
            try messages(of: filter, on: connection) { spot, room, page in
                let readers = try PageReaders(of: room, page, viewer: filter.person ?? PersonNumber(0), on: connection)
                let sender = try sender(of: spot, on: connection)
                let count = try count(spot, sender, in: room, by: filter.person, readers, on: connection)
                defer { skip = max(0, skip - count) }
                guard skip < count else { return true }
                let rows = try receipts(
                    spot, sender, in: room, by: filter.person, ListWindow(limit: left, offset: skip), on: connection)
                for row in rows {
                    _ = try People.introduce(row.person, on: connection, to: &visitor)
                    visitor.receipt(row)
                }
                left -= rows.count
                return left > 0
            }
        }
    }

    package static func count(_ filter: ReceiptFilter, on connection: Connection) throws -> Int {
        try connection.snapshot {
            if filter.message != nil {
                var count = 0
                try messages(of: filter, on: connection) { spot, room, page in
                    let readers = try PageReaders(
                        of: room, page, viewer: filter.person ?? PersonNumber(0), on: connection)
                    let sender = try sender(of: spot, on: connection)
                    count += try self.count(spot, sender, in: room, by: filter.person, readers, on: connection)
                    return true
                }
                return count
            }
            return try rooms(of: filter, on: connection).reduce(0) { sum, room in
                try sum + ReceiptCount(of: room, by: filter.person).total(on: connection)
            }
        }
    }

    /// Of one message and person; nil where there is none.
    package static func receipt(
        of message: MessageNumber, by person: PersonNumber, on connection: Connection
    ) throws -> ReceiptRow? {
        guard let stored = try MessageTable.message(message, on: connection), stored.sender != person,
            let spot = try MessageSpot.of(message, on: connection),
            try hasReached(spot, person, in: stored.room, on: connection)
        else { return nil }
        return try receipts(
            spot, stored.sender, in: stored.room, by: person, ListWindow(limit: 1), on: connection
        ).first
    }

    /// By its number; nil where there is none.
    package static func receipt(numbered number: Int64, on connection: Connection) throws -> ReceiptRow? {
        guard let message = MessageReader.message(of: number),
            let stored = try MessageTable.message(message, on: connection)
        else { return nil }
        for person in try MessageReader.people(of: number, in: stored.room, on: connection) {
            if let receipt = try receipt(of: message, by: person, on: connection) { return receipt }
        }
        return nil
    }

    // MARK: Messages

    private static let stepMessages = 64

    private static func rooms(
        of filter: ReceiptFilter, on connection: Connection
    ) throws(SQLiteError) -> [RoomNumber] {
        switch filter.rooms {
        case .room(let room): return [room]
        case .all(let person):
            var rows = try connection.statement(
                """
                SELECT m.room FROM membership m JOIN room r ON r.number = m.room
                WHERE m.person = ?1 AND NOT r.is_deleted
                """)
            rows.bind(1, person)
            var rooms: [RoomNumber] = []
            while try rows.step() { rooms.append(RoomNumber(rows.int64(0))) }
            return rooms
        }
    }

    /// As long as `body` wants more.
    private static func messages(
        of filter: ReceiptFilter, on connection: Connection,
        _ body: (MessageSpot, RoomNumber, PageSpan) throws -> Bool
    ) throws {
        if let message = filter.message {
            guard let stored = try MessageTable.message(message, on: connection),
                try rooms(of: filter, on: connection).contains(stored.room),
                let spot = try MessageSpot.of(message, on: connection)
            else { return }
            var page = PageSpan()
            page.add(spot)
            _ = try body(spot, stored.room, page)
            return
        }
        let source = try MessageSource(MessageFilter(in: filter.rooms), on: connection)
        var bounds = try MessageBounds(TimeWindow(), MessageCursors(), on: connection)
        while true {
            let spots = try source.spots(bounds, backwards: true, limit: stepMessages, offset: 0)
            for spot in spots {
                var page = PageSpan()
                page.add(spot)
                guard let room = try MessageTable.message(spot.number, on: connection)?.room else { continue }
                guard try body(spot, room, page) else { return }
            }
            guard let last = spots.last, spots.count == stepMessages else { return }
            bounds.upper = last
        }
    }

    private static func sender(
        of spot: MessageSpot, on connection: Connection
    ) throws(SQLiteError) -> PersonNumber {
        var row = try connection.statement("SELECT sender FROM message WHERE serial = ?1")
        row.bind(1, spot.serial)
        return try row.step() ? PersonNumber(row.int64(0)) : PersonNumber(0)
    }

    private static func count(
        _ spot: MessageSpot, _ sender: PersonNumber, in room: RoomNumber, by person: PersonNumber?,
        _ readers: PageReaders, on connection: Connection
    ) throws(SQLiteError) -> Int {
        guard let person else { return try readers.count(spot, sender, on: connection) }
        guard person != sender else { return 0 }
        return try hasReached(spot, person, in: room, on: connection) ? 1 : 0
    }

    // MARK: Readers

    private static func receipts(
        _ spot: MessageSpot, _ sender: PersonNumber, in room: RoomNumber, by person: PersonNumber?,
        _ window: ListWindow, on connection: Connection
    ) throws(SQLiteError) -> [ReceiptRow] {
        var rows = try connection.statement(
            """
            SELECT m.person, a.time, (SELECT time FROM reading r
                WHERE r.person = m.person AND r.room = ?1 AND r.up_to >= ?2 ORDER BY r.up_to LIMIT 1), m.last_read, m.heard
            FROM membership m
            LEFT JOIN reading_apart a ON a.room = ?1 AND a.message = ?2 AND a.person = m.person
            LEFT JOIN reading_exception e ON e.room = ?1 AND e.message = ?2 AND e.person = m.person
            WHERE m.room = ?1 AND m.person <> ?5 AND (?6 IS NULL OR m.person = ?6)
                AND CASE WHEN m.is_local THEN coalesce(m.seen, 0) >= ?2 OR a.time IS NOT NULL
                    ELSE coalesce(e.is_read, (m.place_time, m.place_tie) >= (?3, ?4), 0) END
            ORDER BY m.person LIMIT ?7 OFFSET ?8
            """)
        rows.bind(1, room)
        rows.bind(2, spot.serial)
        rows.bind(3, spot.time)
        rows.bind(4, spot.tie)
        rows.bind(5, sender)
        rows.bind(6, person)
        rows.bind(7, window)
        var found: [ReceiptRow] = []
        while try rows.step() {
            let read = [1, 2, 3, 4].lazy.compactMap { rows.optionalMoment($0) }.first ?? Timestamp(milliseconds: 0)
            found.append(
                ReceiptRow(message: spot.number, room: room, person: PersonNumber(rows.int64(0)), read: read))
        }
        return found
    }

    /// Whether what somebody has read, as rows say it, holds this message; of one's own it may, and counts for nothing.
    static func hasReached(
        _ spot: MessageSpot, _ person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT is_local, seen, place_time, place_tie,
                EXISTS (SELECT 1 FROM reading_apart WHERE room = ?1 AND message = ?3 AND person = ?2),
                (SELECT is_read FROM reading_exception WHERE room = ?1 AND message = ?3 AND person = ?2)
            FROM membership WHERE room = ?1 AND person = ?2
            """)
        row.bind(1, room)
        row.bind(2, person)
        row.bind(3, spot.serial)
        guard try row.step() else { return false }
        if row.bool(0) { return row.optionalInt64(1) ?? 0 >= spot.serial || row.bool(4) }
        if !row.isNull(5) { return row.bool(5) }
        return !row.isNull(2) && (row.int64(2), row.int64(3)) >= (spot.time, spot.tie)
    }
}
