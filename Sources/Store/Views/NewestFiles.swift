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
        var heads: [Head] = []
        for source in try rooms().map({ Source.room($0) }) + [.uploads] {
            insert(try head(of: source, before: .max, limit: 1), into: &heads)
        }
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
        var count = try connection.count(
            """
            SELECT count(*) FROM attachment
            WHERE person = ?1 AND message IS NULL AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR room = ?3)
            """
        ) { row in
            row.bind(1, filter.viewer)
            row.bind(2, filter.kind?.rawValue)
            row.bind(3, filter.room)
        }
        for room in try rooms() {
            count += try connection.count(
                """
                SELECT coalesce(sum(count), 0) FROM attachment_tally WHERE room = ?1 AND (?2 IS NULL OR kind = ?2)
                """
            ) { row in
                row.bind(1, room)
                row.bind(2, filter.kind?.rawValue)
            }
        }
        return count
    }

    /// Of the viewer's rooms those that have such files.
    private func rooms() throws(SQLiteError) -> [Int64] {
        var rows =
            if filter.room == nil {
                try connection.statement(
                    """
                    SELECT m.room FROM membership m JOIN room r ON r.number = m.room
                    WHERE m.person = ?1 AND NOT r.is_deleted AND ?3 IS NULL AND EXISTS (
                        SELECT 1 FROM attachment_tally t
                        WHERE t.room = m.room AND t.count > 0 AND (?2 IS NULL OR t.kind = ?2))
                    """)
            } else {
                try connection.statement(
                    """
                    SELECT m.room FROM membership m JOIN room r ON r.number = m.room
                    WHERE m.person = ?1 AND m.room = ?3 AND NOT r.is_deleted AND EXISTS (
                        SELECT 1 FROM attachment_tally t
                        WHERE t.room = m.room AND t.count > 0 AND (?2 IS NULL OR t.kind = ?2))
                    """)
            }
        rows.bind(1, filter.viewer)
        rows.bind(2, filter.kind?.rawValue)
        rows.bind(3, filter.room)
        var rooms: [Int64] = []
        while try rows.step() { rooms.append(rows.int64(0)) }
        return rooms
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
