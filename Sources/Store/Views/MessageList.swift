package import SQLite
import Terms

/// Where a page of messages ends, and whether something lies beyond.
package struct MessagePageEnds: Hashable, Sendable {
    /// As the page shows them.
    package var first: MessageNumber?
    package var last: MessageNumber?
    package var hasOlder = false
    package var hasNewer = false
}

/// The messages of a page, found and not yet shown.
package struct MessagePage {
    package let ends: MessagePageEnds
    fileprivate let filter: MessageFilter
    fileprivate let spots: [MessageSpot]
}

/// Lists of messages, as they are shown to somebody who may see them: whoever calls has checked that.
package enum MessageList {
    package static func page(
        _ filter: MessageFilter, _ cursors: MessageCursors, _ window: ListWindow,
        _ order: MessageOrder = .newestFirst, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout some MessageVisitor & ~Copyable
    ) throws -> MessagePageEnds {
        try connection.snapshot {
            let page = try find(filter, cursors, window, order, on: connection)
            try show(page, to: viewer, on: connection, &visitor)
            return page.ends
        }
    }

    /// A cursor must name a message that there is. To be shown while the database is as it is now.
    package static func find(
        _ filter: MessageFilter, _ cursors: MessageCursors, _ window: ListWindow,
        _ order: MessageOrder = .newestFirst, on connection: Connection
    ) throws -> MessagePage {
        try connection.snapshot {
            let source = try MessageSource(filter, on: connection)
            let isWhole = cursors == MessageCursors() && filter.times == TimeWindow()
            let bounds = try MessageBounds(filter.times, cursors, on: connection)
            // Nearest to `after`, else to the end of the list that comes first.
            let isForward = cursors.after != nil || cursors.before == nil && order == .oldestFirst
            var spots = try source.spots(
                bounds, backwards: !isForward, limit: window.limit + 1, offset: window.offset)
            let hasMore = spots.count > window.limit
            if hasMore { spots.removeLast() }
            var ends = MessagePageEnds()
            ends.hasOlder = isForward ? false : hasMore
            ends.hasNewer = isForward ? hasMore : false
            if let first = spots.first, let last = spots.last {
                let (oldest, newest) = isForward ? (first, last) : (last, first)
                let whole = try MessageBounds(filter.times, MessageCursors(), on: connection)
                if isWhole, window.offset == 0 {
                    // It begins where the list does.
                } else if isForward {
                    var before = whole
                    before.upper = oldest
                    ends.hasOlder = try !source.spots(before, backwards: true, limit: 1, offset: 0).isEmpty
                } else {
                    var behind = whole
                    behind.lower = newest
                    ends.hasNewer = try !source.spots(behind, backwards: false, limit: 1, offset: 0).isEmpty
                }
            }
            if isForward == (order == .newestFirst) { spots.reverse() }
            ends.first = spots.first?.number
            ends.last = spots.last?.number
            return MessagePage(ends: ends, filter: filter, spots: spots)
        }
    }

    package static func show(
        _ page: MessagePage, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout some MessageVisitor & ~Copyable
    ) throws {
        try show(page.spots, of: page.filter, to: viewer, on: connection, &visitor)
    }

    /// How many there are where the cursors point.
    package static func count(
        _ filter: MessageFilter, _ cursors: MessageCursors = MessageCursors(), on connection: Connection
    ) throws -> Int {
        try connection.snapshot {
            let bounds = try MessageBounds(filter.times, cursors, on: connection)
            return try MessageSource(filter, on: connection).count(bounds)
        }
    }

    /// One; false where it can't be seen.
    package static func show(
        _ message: MessageNumber, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout some MessageVisitor & ~Copyable
    ) throws -> Bool {
        var show = MessageShow(to: viewer, on: connection)
        return try show.show(message, to: &visitor)
    }

    // MARK: Pins

    /// Newest first.
    package static func pins(
        of room: RoomNumber, _ window: ListWindow, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout some MessageVisitor & ~Copyable
    ) throws {
        try connection.snapshot {
            var rows = try connection.statement(
                """
                SELECT time, tie, serial FROM message WHERE room = ?1 AND flags & 4 AND flags & 1 AND flags & 10
                ORDER BY time DESC, tie DESC, serial DESC LIMIT ?2 OFFSET ?3
                """)
            rows.bind(1, room)
            rows.bind(2, window)
            var spots: [MessageSpot] = []
            while try rows.step() {
                spots.append(MessageSpot(rows))
            }
            try show(spots, to: viewer, on: connection, &visitor)
        }
    }

    package static func pinCount(of room: RoomNumber, on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count(
            "SELECT count(*) FROM message WHERE room = ?1 AND flags & 4 AND flags & 1 AND flags & 10"
        ) { $0.bind(1, room) }
    }

    private static func show(
        _ spots: [MessageSpot], of filter: MessageFilter? = nil, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout some MessageVisitor & ~Copyable
    ) throws {
        var page = PageSpan()
        for spot in spots { page.add(spot) }
        var show = MessageShow(to: viewer, on: connection)
        if let filter, case .room(let room) = filter.rooms, filter.isWholeRoom {
            return try show.show(spots, of: page, in: room, to: &visitor)
        }
        for spot in spots { _ = try show.show(spot.number, of: page, to: &visitor) }
    }
}
