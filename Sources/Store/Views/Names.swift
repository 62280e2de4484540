package import Bytes
package import Operations
package import SQLite

/// From what things are called everywhere to their numbers here. Nothing here says who may see them.
package enum Names {
    package static func room(_ uuid: UUID, on connection: Connection) throws(SQLiteError) -> RoomNumber? {
        var row = try connection.statement("SELECT number FROM room WHERE uuid = ?1 AND nature < 2")
        row.bind(1, uuid)
        return try row.step() ? RoomNumber(row.int64(0)) : nil
    }

    /// Whether there is a group or direct room of this number.
    package static func isRoom(_ number: RoomNumber, on connection: Connection) throws(SQLiteError) -> Bool {
        var row = try connection.statement("SELECT 1 FROM room_view WHERE room = ?1")
        row.bind(1, number)
        return try row.step()
    }

    package static func person(_ uuid: UUID, on connection: Connection) throws(SQLiteError) -> PersonNumber? {
        var row = try connection.statement("SELECT number FROM person WHERE uuid = ?1 AND number > 0")
        row.bind(1, uuid)
        return try row.step() ? PersonNumber(row.int64(0)) : nil
    }

    package static func attachment(
        _ uuid: UUID, on connection: Connection
    ) throws(SQLiteError) -> AttachmentNumber? {
        var row = try connection.statement("SELECT id FROM attachment WHERE uuid = ?1")
        row.bind(1, uuid)
        return try row.step() ? AttachmentNumber(row.int64(0)) : nil
    }

    /// An id gives its uuid all bits but six, four of them among the first eight bytes, which is what ids are looked up by.
    package static func message(_ uuid: UUID, on connection: Connection) throws(SQLiteError) -> MessageNumber? {
        for nibble in UInt64(0)..<16 {
            var rows = try connection.statement(
                """
                SELECT m.serial, o.id FROM
                    (SELECT serial FROM operation_new WHERE prefix = ?1
                    UNION ALL SELECT serial FROM operation_id WHERE prefix = ?1) n
                    JOIN operation o ON o.serial = n.serial JOIN message m ON m.serial = o.serial
                """)
            rows.bind(1, bits: uuid.high & ~0xF000 | nibble << 12)
            while try rows.step() {
                if UUID(version8: rows.bytes(1)) == uuid { return MessageNumber(rows.int64(0)) }
            }
        }
        return nil
    }

    /// The rooms of somebody that bear a name, exactly.
    package static func rooms(
        named name: String, of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> [RoomNumber] {
        var rows = try connection.statement(
            """
            SELECT r.number FROM membership m JOIN room r ON r.number = m.room
            WHERE m.person = ?1 AND r.name = ?2 AND NOT r.is_deleted ORDER BY r.number
            """)
        rows.bind(1, person)
        rows.bind(2, name)
        var rooms: [RoomNumber] = []
        while try rows.step() { rooms.append(RoomNumber(rows.int64(0))) }
        return rooms
    }

    package static func room(_ id: RoomID, on connection: Connection) throws(SQLiteError) -> RoomNumber? {
        var row = try connection.statement("SELECT number FROM room WHERE id = ?1")
        row.bind(1, id.bytes)
        return try row.step() ? RoomNumber(row.int64(0)) : nil
    }

    /// Of a room that is known to be there.
    package static func id(of number: RoomNumber, on connection: Connection) throws -> RoomID {
        var row = try connection.statement("SELECT id FROM room WHERE number = ?1")
        row.bind(1, number)
        guard try row.step() else { throw StoreFault.damaged("room \(number)") }
        return RoomID(try row.bytes32(0))
    }

    /// Where somebody's profile stands.
    package static func directory(of person: PersonNumber, on connection: Connection) throws -> RoomID {
        var row = try connection.statement(
            "SELECT n.id FROM person p JOIN node n ON n.number = p.node WHERE p.number = ?1")
        row.bind(1, person)
        guard try row.step() else { throw StoreFault.damaged("person \(person)") }
        return RoomID(directoryOf: NodeID(try row.bytes32(0)))
    }
}
