import Bytes
import SQLite
import Terms

/// The messages of a filter, from one room, from several, or from the search index.
struct MessageSource {
    private let filter: MessageFilter
    private let finder: MessageFinder
    private let connection: Connection
    private let rooms: [Room]

    private struct Room {
        let number: RoomNumber
        /// When its last message was written, in hybrid time.
        let activity: Int64
    }

    init(_ filter: MessageFilter, on connection: Connection) throws(SQLiteError) {
        self.filter = filter
        self.connection = connection
        finder = try MessageFinder(filter, on: connection)
        switch filter.rooms {
        case .room(let room): rooms = [Room(number: room, activity: .max)]
        case .all(let person): rooms = try Self.rooms(of: person, on: connection)
        }
    }

    /// The liveliest first.
    private static func rooms(of person: PersonNumber, on connection: Connection) throws(SQLiteError) -> [Room] {
        var rows = try connection.statement(
            """
            SELECT m.room, v.activity FROM membership m JOIN room_view v ON v.room = m.room
            JOIN room r ON r.number = m.room WHERE m.person = ?1 AND NOT r.is_deleted AND v.messages > 0
            ORDER BY v.activity DESC
            """)
        rows.bind(1, person)
        var rooms: [Room] = []
        while try rows.step() { rooms.append(Room(number: RoomNumber(rows.int64(0)), activity: rows.int64(1))) }
        return rooms
    }

    func spots(_ bounds: MessageBounds, backwards: Bool, limit: Int, offset: Int) throws -> [MessageSpot] {
        // A page behind the end must not cost the walk there.
        if offset > 0, filter.search != nil || rooms.count != 1, try count(bounds) <= offset { return [] }
        if let search = filter.search {
            return try found(search, bounds, backwards: backwards, limit: limit, offset: offset)
        }
        guard rooms.count != 1 else {
            return try finder.spots(
                in: rooms[0].number, bounds, backwards: backwards, limit: limit, offset: offset)
        }
        let spots = try merged(bounds, backwards: backwards, limit: limit + offset)
        return Array(spots.dropFirst(offset))
    }

    func count(_ bounds: MessageBounds) throws -> Int {
        if let search = filter.search {
            let question = question(search, bounds)
            if finder.fitsAll, bounds.isWholeMilliseconds {
                return try MessageSearch(texts: StoredTexts()).count(question, in: connection)
            }
            return try found(search, bounds, backwards: true, limit: .max, offset: 0).count
        }
        return try rooms.reduce(0) { try $0 + finder.count(in: $1.number, bounds) }
    }

    // MARK: Several rooms

    private struct Head {
        let room: RoomNumber
        var spots: ArraySlice<MessageSpot>
        var isExhausted: Bool
    }

    /// Room by room a few at a time, and of those rooms only whose last message can be among what is asked for.
    private func merged(_ bounds: MessageBounds, backwards: Bool, limit: Int) throws(SQLiteError) -> [MessageSpot] {
        var heads: [Head] = []
        var unopened = rooms[...]
        var merged: [MessageSpot] = []
        while merged.count < limit {
            var best = best(of: heads, backwards)
            while let room = unopened.first {
                if backwards, let best, heads[best].spots.first!.time > room.activity { break }  // `best` has one
                unopened.removeFirst()
                guard room.activity >= bounds.lower.time else { continue }
                let head = try fill(Head(room: room.number, spots: [], isExhausted: false), bounds, backwards)
                guard !head.spots.isEmpty else { continue }
                heads.append(head)
                best = self.best(of: heads, backwards)
            }
            guard let best, let next = heads[best].spots.popFirst() else { break }
            merged.append(next)
            guard heads[best].spots.isEmpty else { continue }
            var rest = bounds
            if backwards { rest.upper = next } else { rest.lower = next }
            heads[best] = try fill(heads[best], rest, backwards)
            if heads[best].spots.isEmpty { heads.remove(at: best) }
        }
        return merged
    }

    private static let stepMessages = 16

    private func fill(_ head: Head, _ bounds: MessageBounds, _ backwards: Bool) throws(SQLiteError) -> Head {
        guard !head.isExhausted else { return head }
        var head = head
        let spots = try finder.spots(in: head.room, bounds, backwards: backwards, limit: Self.stepMessages)
        head.spots = spots[...]
        head.isExhausted = spots.count < Self.stepMessages
        return head
    }

    private func best(of heads: [Head], _ backwards: Bool) -> Int? {
        heads.indices.max { left, right in
            let (one, other) = (heads[left].spots.first!, heads[right].spots.first!)  // those without are removed
            return backwards ? one < other : other < one
        }
    }

    // MARK: Search

    private func question(_ search: String, _ bounds: MessageBounds) -> SearchQuestion {
        SearchQuestion(
            TermQuery(search), rooms: rooms.map(\.number.value).sorted(), sender: filter.sender?.value,
            since: bounds.lower.time == .min ? nil : (bounds.lower.time + 1) >> 16,
            until: bounds.upper.time == .max ? nil : (bounds.upper.time + 0xFFFF) >> 16)
    }

    /// Search finds the newest first, in order of milliseconds and numbers; lists are in canonical order. So of the last millisecond
    /// that was found all is left out, unless it is the end.
    private func found(
        _ search: String, _ bounds: MessageBounds, backwards: Bool, limit: Int, offset: Int
    ) throws -> [MessageSpot] {
        let question = question(search, bounds)
        let most = limit == .max ? Int.max : limit + offset
        var request = backwards && most < .max / 8 ? most + 16 : Int.max
        while true {
            let hits = try MessageSearch(texts: StoredTexts()).hits(question, limit: request, in: connection)
            let isAll = hits.count < request
            let last = hits.last?.time
            var spots: [MessageSpot] = []
            for hit in hits where isAll || hit.time != last {
                let number = MessageNumber(hit.message)
                guard try finder.fitsAll || finder.fits(number), let spot = try MessageSpot.of(number, on: connection),
                    bounds.lower < spot, spot < bounds.upper
                else { continue }
                spots.append(spot)
            }
            guard isAll || spots.count >= most else {
                request = request < .max / 8 ? request * 4 : .max
                continue
            }
            spots.sort { backwards ? $0 > $1 : $0 < $1 }
            return Array(spots.dropFirst(offset).prefix(limit))
        }
    }
}

extension MessageBounds {
    /// Whether they fall together with what search can be asked for.
    fileprivate var isWholeMilliseconds: Bool {
        (upper.time == .max || upper.time & 0xFFFF == 0 && upper.serial == .min)
            && (lower.time == .min || lower.time & 0xFFFF == 0xFFFF && lower.serial == .max)
    }
}
