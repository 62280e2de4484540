import Bytes
import SQLite

/// Which messages a list holds; all that is given must fit.
package struct MessageFilter: Hashable, Sendable {
    package enum Rooms: Hashable, Sendable {
        case room(RoomNumber)
        /// All that somebody is in and that aren't deleted.
        case all(of: PersonNumber)
    }

    package var rooms: Rooms
    package var sender: PersonNumber?
    /// `text`, `image`, `file`, `code`, `system`. Graves have none.
    package var type: String?
    package var answering: MessageNumber?
    /// Words; no grave has any.
    package var search: String?
    package var times: TimeWindow

    /// Whether what lies between two messages of the list is all of the list's.
    var isWholeRoom: Bool { sender == nil && type == nil && answering == nil && search == nil }

    package init(
        in rooms: Rooms, sender: PersonNumber? = nil, type: String? = nil, answering: MessageNumber? = nil,
        search: String? = nil, times: TimeWindow = TimeWindow()
    ) {
        self.rooms = rooms
        self.sender = sender
        self.type = type
        self.answering = answering
        self.search = search
        self.times = times
    }
}

/// Where a page of messages lies: the newest before one, the nearest after one, those between.
package struct MessageCursors: Hashable, Sendable {
    package var before: MessageNumber?
    package var after: MessageNumber?

    package init(before: MessageNumber? = nil, after: MessageNumber? = nil) {
        self.before = before
        self.after = after
    }
}

package enum MessageOrder: Sendable {
    case newestFirst, oldestFirst
}

/// The bounds of a list in canonical order, themselves not in it.
struct MessageBounds {
    var lower = MessageSpot.beginning
    var upper = MessageSpot.end

    init(_ times: TimeWindow, _ cursors: MessageCursors, on connection: Connection) throws(SQLiteError) {
        if let since = times.since {
            lower = MessageSpot(time: Self.hybrid(since.milliseconds) - 1, tie: .max, serial: .max)
        }
        if let until = times.until {
            upper = MessageSpot(time: Self.hybrid(until.milliseconds), tie: .min, serial: .min)
        }
        if let after = cursors.after, let spot = try MessageSpot.of(after, on: connection) { lower = max(lower, spot) }
        if let before = cursors.before, let spot = try MessageSpot.of(before, on: connection) {
            upper = min(upper, spot)
        }
    }

    private static func hybrid(_ milliseconds: Int64) -> Int64 {
        min(max(milliseconds, 0), 1 << 47 - 1) << 16
    }
}

extension MessageSpot {
    static func of(_ message: MessageNumber, on connection: Connection) throws(SQLiteError) -> MessageSpot? {
        var row = try connection.statement("SELECT time, tie FROM message WHERE serial = ?1")
        row.bind(1, message)
        guard try row.step() else { return nil }
        return MessageSpot(time: row.int64(0), tie: row.int64(1), serial: message.value)
    }
}
