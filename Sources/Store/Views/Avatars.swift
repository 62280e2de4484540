package import Operations
package import SQLite

/// Pictures, as the log has them.
package enum Avatars {
    package static func room(_ room: RoomNumber, on connection: Connection) throws -> Attachment? {
        var row = try connection.statement("SELECT avatar FROM room WHERE number = ?1")
        row.bind(1, room)
        return try row.step() ? try Attachment(encoded: row.bytes(0)) : nil
    }

    package static func person(_ person: PersonNumber, on connection: Connection) throws -> Attachment? {
        var row = try connection.statement("SELECT avatar FROM profile WHERE person = ?1 AND NOT is_closed")
        row.bind(1, person)
        return try row.step() ? try Attachment(encoded: row.bytes(0)) : nil
    }
}
