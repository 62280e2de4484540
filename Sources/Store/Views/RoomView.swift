import Operations
import Replica
import SQLite

/// What a room comes to, as the writer keeps it in memory beside the fold.
struct RoomView: Equatable {
    var created: Int64
    var creator: Int64
    var updated: Int64
    /// In canonical order.
    var last: MessageSpot?
    var newest: Int64 = 0
    var messages = 0
    var countable = 0
    var members = 0
    var localMembers = 0
    var open = MessageBlocks.Open(border: nil, count: 0)

    /// Hybrid time.
    var activity: Int64 { max(created, last?.time ?? .min) }
}

/// A message, and its place in canonical order as far as rows say it: of one time and origin, which only a node that forks its feeds
/// gives to two messages, the one that came first here stands first.
struct MessageSpot: Comparable {
    let time: Int64
    let tie: Int64
    let serial: Int64

    static func < (left: MessageSpot, right: MessageSpot) -> Bool {
        (left.time, left.tie, left.serial) < (right.time, right.tie, right.serial)
    }
}

extension RoomView {
    static func load(_ room: Int64, on connection: Connection) throws(SQLiteError) -> RoomView? {
        var row = try connection.statement(
            """
            SELECT v.created, v.creator, v.updated, v.newest, v.messages, v.countable, v.members, v.local_members,
                m.serial, m.time, m.tie
            FROM room_view v LEFT JOIN message m ON m.serial = v.last_message WHERE v.room = ?1
            """)
        row.bind(1, room)
        guard try row.step() else { return nil }
        let messages = row.int(4)
        return RoomView(
            created: row.int64(0), creator: row.int64(1), updated: row.int64(2),
            last: row.isNull(8) ? nil : MessageSpot(time: row.int64(9), tie: row.int64(10), serial: row.int64(8)),
            newest: row.int64(3), messages: messages, countable: row.int(5), members: row.int(6),
            localMembers: row.int(7),
            open: try MessageBlocks.open(room, messages: messages, on: connection))
    }

    func insert(_ room: Int64, in transaction: borrowing Transaction) throws(SQLiteError) {
        var row = try transaction.statement(
            """
            INSERT INTO room_view (created, creator, updated, activity, last_message, newest, messages, countable, members,
                local_members, room) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """)
        bind(&row)
        row.bind(11, room)
        try row.run()
    }

    func update(_ room: Int64, in transaction: borrowing Transaction) throws(SQLiteError) {
        var row = try transaction.statement(
            """
            UPDATE room_view SET created = ?1, creator = ?2, updated = ?3, activity = ?4, last_message = ?5, newest = ?6,
                messages = ?7, countable = ?8, members = ?9, local_members = ?10 WHERE room = ?11
            """)
        bind(&row)
        row.bind(11, room)
        try row.run()
    }

    private func bind(_ row: inout Statement) {
        row.bind(1, created)
        row.bind(2, creator)
        row.bind(3, updated)
        row.bind(4, activity)
        row.bind(5, last?.serial)
        row.bind(6, newest)
        row.bind(7, messages)
        row.bind(8, countable)
        row.bind(9, members)
        row.bind(10, localMembers)
    }

    // MARK: Anew

    /// The last that is shown, or a grave.
    static func lastMessage(of room: Int64, on connection: Connection) throws(SQLiteError) -> MessageSpot? {
        var row = try connection.statement(
            """
            SELECT time, tie, serial FROM message WHERE room = ?1 AND flags & 1 AND flags & 10
            ORDER BY time DESC, tie DESC, serial DESC LIMIT 1
            """)
        row.bind(1, room)
        guard try row.step() else { return nil }
        return MessageSpot(row)
    }
}
