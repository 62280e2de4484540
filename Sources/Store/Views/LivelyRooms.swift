import SQLite

/// Somebody's rooms, the liveliest first, deleted ones too.
///
/// There are two ways, and the cheaper is taken: to go through all rooms of the node in that order and leave out what is not theirs,
/// which is good for who is in most of them; or to put all of theirs in order. The first is given up where it goes on for longer than
/// the second would have.
enum LivelyRooms {
    /// `soon`: after so many the list will probably do. Until `body` says false.
    static func forEach(
        of person: PersonNumber, soon: Int, on connection: Connection,
        _ body: (RoomNumber, MembershipNumber) throws -> Bool
    ) throws {
        let own = try connection.count("SELECT count(*) FROM membership WHERE person = ?1") { $0.bind(1, person) }
        let all = try connection.count("SELECT coalesce(max(number), 0) FROM room")
        var passed = 0
        if own > 64, soon.multipliedReportingOverflow(by: all).overflow == false, soon * all <= own * own / 2 {
            var rows = try connection.statement(
                """
                SELECT v.room, (SELECT m.id FROM membership m WHERE m.room = v.room AND m.person = ?1)
                FROM room_view v ORDER BY v.activity DESC, v.room DESC LIMIT ?2
                """)
            rows.bind(1, person)
            rows.bind(2, own)
            while try rows.step() {
                guard let membership: MembershipNumber = rows.optionalNumber(1) else { continue }
                guard try body(RoomNumber(rows.int64(0)), membership) else { return }
                passed += 1
            }
        }
        var rows = try connection.statement(
            """
            SELECT m.room, m.id FROM membership m CROSS JOIN room_view v ON v.room = m.room WHERE m.person = ?1
            ORDER BY v.activity DESC, v.room DESC LIMIT -1 OFFSET ?2
            """)
        rows.bind(1, person)
        rows.bind(2, passed)
        while try rows.step() {
            guard try body(RoomNumber(rows.int64(0)), MembershipNumber(rows.int64(1))) else { return }
        }
    }
}
