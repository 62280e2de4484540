package import Bytes
package import SQLite

/// Where what a notification is about can be found, by what requests call it. Nothing here says who may see it.
package enum SubjectPlaces {
    package static func room(_ uuid: UUID, on connection: Connection) throws(SQLiteError) -> RoomNumber? {
        var row = try connection.statement("SELECT number FROM room WHERE uuid = ?1 AND nature < 2")
        row.bind(1, uuid)
        return try row.step() ? RoomNumber(row.int64(0)) : nil
    }

    /// The room of a message that is shown, or of a grave.
    package static func room(of message: MessageNumber, on connection: Connection) throws(SQLiteError) -> RoomNumber? {
        var row = try connection.statement(
            "SELECT room FROM message WHERE serial = ?1 AND flags & 1 AND flags & 10")
        row.bind(1, message)
        return try row.step() ? RoomNumber(row.int64(0)) : nil
    }

    /// An id gives its uuid all bits but six, four of them among the first eight bytes, which is what ids are looked up by.
    package static func message(_ uuid: UUID, on connection: Connection) throws(SQLiteError) -> MessageNumber? {
        for nibble in UInt64(0)..<16 {
            var rows = try connection.statement(
                "SELECT m.serial, o.id FROM operation o JOIN message m ON m.serial = o.serial WHERE o.id_prefix = ?1")
            rows.bind(1, Int64(bitPattern: uuid.high & ~0xF000 | nibble << 12))
            while try rows.step() {
                if UUID(version8: rows.bytes(1)) == uuid { return MessageNumber(rows.int64(0)) }
            }
        }
        return nil
    }
}
