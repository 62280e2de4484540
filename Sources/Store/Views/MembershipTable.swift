package import Bytes
package import Operations
package import SQLite

/// Somebody's being in a room.
package struct Membership: Hashable, Sendable {
    package let number: MembershipNumber
    package let room: RoomNumber
    package let person: PersonNumber
    package let isLocal: Bool
    package let role: Role
    package let joined: Timestamp
    package let isMuted: Bool
    /// Of people of this node, when they read something in it last.
    package let lastRead: Timestamp?
    package let unread: Int
}

/// Who is in which room. A deleted room's people are here too; `RoomTable.isOpen` tells.
package enum MembershipTable {
    package static func membership(
        of person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Membership? {
        var row = try connection.statement(
            """
            SELECT m.id, m.room, m.person, m.is_local, m.role, m.joined, m.is_muted, m.last_read, v.countable - m.read
            FROM membership m JOIN room_view v ON v.room = m.room WHERE m.room = ?1 AND m.person = ?2
            """)
        row.bind(1, room)
        row.bind(2, person)
        return try row.step() ? Membership(row) : nil
    }

    static func number(
        of person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> MembershipNumber? {
        var row = try connection.statement("SELECT id FROM membership WHERE room = ?1 AND person = ?2")
        row.bind(1, room)
        row.bind(2, person)
        return try row.step() ? MembershipNumber(row.int64(0)) : nil
    }

    package static func membership(
        _ number: MembershipNumber, on connection: Connection
    ) throws(SQLiteError) -> Membership? {
        var row = try connection.statement(
            """
            SELECT m.id, m.room, m.person, m.is_local, m.role, m.joined, m.is_muted, m.last_read, v.countable - m.read
            FROM membership m JOIN room_view v ON v.room = m.room WHERE m.id = ?1
            """)
        row.bind(1, number)
        return try row.step() ? Membership(row) : nil
    }

    /// What somebody is in a room that isn't deleted.
    package enum Standing: Hashable, Sendable {
        case member(Role)
        /// One of the two of a direct room.
        case direct
    }

    package static func standing(
        of person: PersonNumber, in room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Standing? {
        var row = try connection.statement(
            """
            SELECT r.nature, m.role FROM membership m JOIN room r ON r.number = m.room
            WHERE m.room = ?1 AND m.person = ?2 AND NOT r.is_deleted
            """)
        row.bind(1, room)
        row.bind(2, person)
        guard try row.step() else { return nil }
        return row.int64(0) == 1 ? .direct : .member(Role(code: row.int64(1)))
    }

    package static func isMember(
        _ person: PersonNumber, of room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement("SELECT 1 FROM membership WHERE room = ?1 AND person = ?2")
        row.bind(1, room)
        row.bind(2, person)
        return try row.step()
    }

    /// Those of this node, in the order of their joining.
    package static func localMembers(
        of room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> [PersonNumber] {
        var rows = try connection.statement(
            "SELECT person FROM membership WHERE room = ?1 AND node = 1 ORDER BY joined, id")
        rows.bind(1, room)
        var people: [PersonNumber] = []
        while try rows.step() { people.append(PersonNumber(rows.int64(0))) }
        return people
    }

    /// Of this node, and for whom notifications of a type leave the node because they have set it so.
    package static func localMembers(
        of room: RoomNumber, sending type: NotificationType, on connection: Connection
    ) throws(SQLiteError) -> [PersonNumber] {
        var rows = try connection.statement(
            """
            SELECT p.person FROM preference p JOIN membership m ON m.person = p.person AND m.room = ?1
            WHERE p.type = ?2 AND p.switches & 6 <> 0 AND m.is_local ORDER BY p.person
            """)
        rows.bind(1, room)
        rows.bind(2, type.rawValue)
        var people: [PersonNumber] = []
        while try rows.step() { people.append(PersonNumber(rows.int64(0))) }
        return people
    }

    /// All rooms of somebody, deleted ones too.
    package static func rooms(
        of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> [RoomNumber] {
        var rows = try connection.statement("SELECT room FROM membership WHERE person = ?1 ORDER BY room")
        rows.bind(1, person)
        var rooms: [RoomNumber] = []
        while try rows.step() { rooms.append(RoomNumber(rows.int64(0))) }
        return rooms
    }

    /// The rooms of somebody that aren't deleted.
    package static func openRooms(
        of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> [RoomNumber] {
        var rows = try connection.statement(
            """
            SELECT m.room FROM membership m JOIN room r ON r.number = m.room
            WHERE m.person = ?1 AND NOT r.is_deleted ORDER BY m.room
            """)
        rows.bind(1, person)
        var rooms: [RoomNumber] = []
        while try rows.step() { rooms.append(RoomNumber(rows.int64(0))) }
        return rooms
    }

    package static func haveRoomInCommon(
        _ one: PersonNumber, _ other: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT 1 FROM membership m JOIN membership n ON n.room = m.room AND n.person = ?2
            JOIN room r ON r.number = m.room WHERE m.person = ?1 AND NOT r.is_deleted LIMIT 1
            """)
        row.bind(1, one)
        row.bind(2, other)
        return try row.step()
    }

    /// False where they aren't in.
    package static func setMuted(
        _ isMuted: Bool, for person: PersonNumber, in room: RoomNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Bool {
        var row = try transaction.statement("UPDATE membership SET is_muted = ?3 WHERE room = ?1 AND person = ?2")
        row.bind(1, room)
        row.bind(2, person)
        row.bind(3, isMuted)
        try row.run()
        return transaction.connection.changedRows > 0
    }

    // MARK: In derivation

    /// Of this node's people, all that is there is read when they come.
    static func insert(
        _ person: PersonNumber, in room: RoomNumber, isLocal: Bool, role: Role, joined: Int64, _ view: RoomView,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            """
            INSERT INTO membership (room, person, node, role, joined, position, read)
            VALUES (?1, ?2, (SELECT node FROM person WHERE number = ?2), ?3, ?4, ?5, ?6)
            """)
        row.bind(1, room)
        row.bind(2, person)
        row.bind(3, role.code)
        row.bind(4, joined)
        if isLocal { row.bind(5, view.newest) }
        row.bind(6, isLocal ? view.countable : 0)
        try row.run()
    }

    static func update(
        _ person: PersonNumber, in room: RoomNumber, role: Role, joined: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            "UPDATE membership SET role = ?3, joined = ?4 WHERE room = ?1 AND person = ?2")
        row.bind(1, room)
        row.bind(2, person)
        row.bind(3, role.code)
        row.bind(4, joined)
        try row.run()
    }

    /// With all that they have read in it.
    static func remove(
        _ person: PersonNumber, from room: RoomNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var membership = try transaction.statement("DELETE FROM membership WHERE room = ?1 AND person = ?2")
        membership.bind(1, room)
        membership.bind(2, person)
        try membership.run()
        var readings = try transaction.statement("DELETE FROM reading WHERE room = ?1 AND person = ?2")
        readings.bind(1, room)
        readings.bind(2, person)
        try readings.run()
        var apart = try transaction.statement("DELETE FROM reading_apart WHERE room = ?1 AND person = ?2")
        apart.bind(1, room)
        apart.bind(2, person)
        try apart.run()
        var exceptions = try transaction.statement("DELETE FROM reading_exception WHERE room = ?1 AND person = ?2")
        exceptions.bind(1, room)
        exceptions.bind(2, person)
        try exceptions.run()
    }
}

extension Membership {
    init(_ row: borrowing Statement) {
        number = MembershipNumber(row.int64(0))
        room = RoomNumber(row.int64(1))
        person = PersonNumber(row.int64(2))
        isLocal = row.bool(3)
        role = Role(code: row.int64(4))
        joined = Timestamp(milliseconds: row.int64(5) >> 16)
        isMuted = row.bool(6)
        lastRead = row.optionalMoment(7)
        unread = isLocal ? row.int(8) : 0
    }
}
