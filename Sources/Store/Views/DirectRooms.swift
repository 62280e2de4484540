package import SQLite

package enum DirectRooms {
    /// The one of two people, or that for notes to oneself; nil where nobody has opened it. Costs as much as the rooms of `person`.
    package static func room(
        of person: PersonNumber, and other: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> RoomNumber? {
        var row = try connection.statement(
            """
            SELECT r.number FROM membership m JOIN room r ON r.number = m.room
            WHERE m.person = ?1 AND r.nature = 1 AND (r.first = ?1 AND r.second = ?2 OR r.first = ?2 AND r.second = ?1)
            """)
        row.bind(1, person)
        row.bind(2, other)
        return try row.step() ? RoomNumber(row.int64(0)) : nil
    }
}
