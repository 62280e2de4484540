import SQLite

/// The numbers of a list of files, newest first: those of each room in their order, and somebody's own uploads, put together as far
/// as they are asked for.
struct NewestFiles {
    private let filter: AttachmentFilter
    private let connection: Connection

    init(_ filter: AttachmentFilter, on connection: Connection) {
        self.filter = filter
        self.connection = connection
    }

    private enum Source {
        case room(Int64)
        case uploads
    }

    private struct Head {
        let source: Source
        var numbers: ArraySlice<Int64>
    }

    private static let stepFiles = 16

    func numbers(_ window: ListWindow) throws(SQLiteError) -> [Int64] {
        if let message = filter.message { return try numbers(of: message, window) }
        // By their first numbers, ascending.
        var heads = try rooms(atMost: window.offset + window.limit)
        insert(try head(of: .uploads, before: .max, limit: 1), into: &heads)
        var skip = window.offset
        var found: [Int64] = []
        while found.count < window.limit, var head = heads.popLast(), let next = head.numbers.popFirst() {
            if skip > 0 { skip -= 1 } else { found.append(next) }
            if head.numbers.isEmpty { head = try self.head(of: head.source, before: next, limit: Self.stepFiles) }
            insert(head, into: &heads)
        }
        return found
    }

    private func insert(_ head: Head, into heads: inout [Head]) {
        guard let number = head.numbers.first else { return }
        var (low, high) = (0, heads.count)
        while low < high {
            let middle = (low + high) / 2
            if heads[middle].numbers.first ?? .min < number { low = middle + 1 } else { high = middle }
        }
        heads.insert(head, at: low)
    }

    func count() throws(SQLiteError) -> Int {
        if let message = filter.message { return try numbers(of: message, ListWindow(limit: .max)).count }
        let count = try connection.count(
            """
            SELECT count(*) FROM attachment
            WHERE person = ?1 AND message IS NULL AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR room = ?3)
            """
        ) { row in
            row.bind(1, filter.viewer)
            row.bind(2, filter.kind?.rawValue)
            row.bind(3, filter.room)
        }
        if let room = filter.room {
            guard try isVisible(room) else { return count }
            return try count
                + connection.count(
                    """
                    SELECT coalesce(sum(count), 0) FROM attachment_tally WHERE room = ?1 AND (?2 IS NULL OR kind = ?2)
                    """
                ) { row in
                    row.bind(1, room)
                    row.bind(2, filter.kind?.rawValue)
                }
        }
        return try count
            + connection.count(
                """
                SELECT coalesce(sum(t.count), 0) FROM membership m JOIN room r ON r.number = m.room
                JOIN attachment_tally t ON t.room = m.room
                WHERE m.person = ?1 AND NOT r.is_deleted AND (?2 IS NULL OR t.kind = ?2)
                """
            ) { row in
                row.bind(1, filter.viewer)
                row.bind(2, filter.kind?.rawValue)
            }
    }

    private func isVisible(_ room: RoomNumber) throws(SQLiteError) -> Bool {
        try MembershipTable.standing(of: filter.viewer, in: room, on: connection) != nil
    }

    /// Of the viewer's rooms those that have the newest such files, with the newest of each: no others can be on the page.
    private func rooms(atMost count: Int) throws(SQLiteError) -> [Head] {
        if let room = filter.room {
            guard try isVisible(room) else { return [] }
            let head = try head(of: .room(room.value), before: .max, limit: 1)
            return head.numbers.isEmpty ? [] : [head]
        }
        var rows =
            if filter.kind == nil {
                try connection.statement(
                    """
                    SELECT m.room, (
                        SELECT max(a.id) FROM attachment a
                        WHERE a.room = m.room AND a.message IS NOT NULL AND ?2 IS NULL) AS newest
                    FROM membership m JOIN room r ON r.number = m.room
                    WHERE m.person = ?1 AND NOT r.is_deleted ORDER BY newest DESC LIMIT ?3
                    """)
            } else {
                try connection.statement(
                    """
                    SELECT m.room, (
                        SELECT max(a.id) FROM attachment a
                        WHERE a.room = m.room AND a.message IS NOT NULL AND a.kind = ?2) AS newest
                    FROM membership m JOIN room r ON r.number = m.room
                    WHERE m.person = ?1 AND NOT r.is_deleted ORDER BY newest DESC LIMIT ?3
                    """)
            }
        rows.bind(1, filter.viewer)
        rows.bind(2, filter.kind?.rawValue)
        rows.bind(3, count)
        var heads: [Head] = []
        while try rows.step(), !rows.isNull(1) {
            heads.append(Head(source: .room(rows.int64(0)), numbers: [rows.int64(1)]))
        }
        heads.reverse()
        return heads
    }

    private func head(of source: Source, before number: Int64, limit: Int) throws(SQLiteError) -> Head {
        var rows =
            switch (source, filter.kind) {
            case (.room, nil):
                try connection.statement(
                    """
                    SELECT id FROM attachment WHERE room = ?1 AND message IS NOT NULL AND id < ?2 AND ?4 IS NULL
                        AND (?5 IS NULL OR room = ?5)
                    ORDER BY id DESC LIMIT ?3
                    """)
            case (.room, _):
                try connection.statement(
                    """
                    SELECT id FROM attachment WHERE room = ?1 AND message IS NOT NULL AND id < ?2 AND kind = ?4
                        AND (?5 IS NULL OR room = ?5)
                    ORDER BY id DESC LIMIT ?3
                    """)
            case (.uploads, _):
                try connection.statement(
                    """
                    SELECT id FROM attachment WHERE person = ?1 AND message IS NULL AND id < ?2
                        AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR room = ?5)
                    ORDER BY id DESC LIMIT ?3
                    """)
            }
        switch source {
        case .room(let room): rows.bind(1, room)
        case .uploads: rows.bind(1, filter.viewer)
        }
        rows.bind(2, number)
        rows.bind(3, limit)
        rows.bind(4, filter.kind?.rawValue)
        rows.bind(5, filter.room)
        var numbers: [Int64] = []
        while try rows.step() { numbers.append(rows.int64(0)) }
        return Head(source: source, numbers: numbers[...])
    }

    /// Of one message: few.
    private func numbers(of message: MessageNumber, _ window: ListWindow) throws(SQLiteError) -> [Int64] {
        var rows = try connection.statement(
            """
            SELECT a.id FROM attachment a WHERE a.message = ?1 AND (?2 IS NULL OR a.room = ?2)
                AND (?3 IS NULL OR a.kind = ?3) AND EXISTS (SELECT 1 FROM membership m JOIN room r ON r.number = m.room
                    WHERE m.person = ?4 AND m.room = a.room AND NOT r.is_deleted)
            ORDER BY a.id DESC LIMIT ?5 OFFSET ?6
            """)
        rows.bind(1, message)
        rows.bind(2, filter.room)
        rows.bind(3, filter.kind?.rawValue)
        rows.bind(4, filter.viewer)
        rows.bind(5, window.limit)
        rows.bind(6, window.offset)
        var numbers: [Int64] = []
        while try rows.step() { numbers.append(rows.int64(0)) }
        return numbers
    }
}
