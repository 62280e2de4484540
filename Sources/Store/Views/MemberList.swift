package import Operations
package import SQLite

/// Somebody to whom memberships are shown, each after whom it names.
package protocol MemberVisitor: PeopleVisitor, ~Copyable {
    mutating func member(_ row: Membership)
}

package struct MemberFilter: Hashable, Sendable {
    package var room: RoomNumber?
    package var role: Role?
    package var person: PersonNumber?

    package init(room: RoomNumber? = nil, role: Role? = nil, person: PersonNumber? = nil) {
        self.room = room
        self.role = role
        self.person = person
    }
}

/// Everybody in the rooms of somebody who looks: by room, and there in the order of joining.
package enum MemberList {
    package static func page(
        _ filter: MemberFilter, _ window: ListWindow, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout (some MemberVisitor & ~Copyable)
    ) throws {
        var rows =
            if filter.person != nil {
                try connection.statement(
                    """
                    SELECT m.id, m.room, m.person, m.is_local, m.role, m.joined, m.is_muted, m.last_read, v.countable - m.read
                    FROM membership m
                        JOIN membership mine ON mine.room = m.room AND mine.person = ?3
                        JOIN room r ON r.number = m.room AND NOT r.is_deleted
                        JOIN room_view v ON v.room = m.room
                    WHERE m.person = ?6 AND (?4 IS NULL OR m.room = ?4) AND (?5 IS NULL OR m.role = ?5)
                    ORDER BY m.room, m.joined, m.id LIMIT ?1 OFFSET ?2
                    """)
            } else {
                try connection.statement(
                    """
                    SELECT m.id, m.room, m.person, m.is_local, m.role, m.joined, m.is_muted, m.last_read, v.countable - m.read
                    FROM membership mine
                        CROSS JOIN room r ON r.number = mine.room AND NOT r.is_deleted
                        CROSS JOIN room_view v ON v.room = mine.room
                        CROSS JOIN membership m ON m.room = mine.room
                    WHERE mine.person = ?3 AND (?4 IS NULL OR mine.room = ?4) AND (?5 IS NULL OR m.role = ?5)
                        AND ?6 IS NULL
                    ORDER BY m.room, m.joined, m.id LIMIT ?1 OFFSET ?2
                    """)
            }
        rows.bind(1, window)
        filter.bind(to: &rows, viewer)
        while try rows.step() {
            let membership = Membership(rows)
            _ = try People.introduce(membership.person, on: connection, to: &visitor)
            visitor.member(membership)
        }
    }

    /// Exact. Without a filter it is a sum over rooms, not over people.
    package static func count(
        _ filter: MemberFilter, for viewer: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Int {
        var row =
            if filter.role == nil, filter.person == nil {
                try connection.statement(
                    """
                    SELECT coalesce(sum(v.members), 0)
                    FROM membership mine JOIN room r ON r.number = mine.room AND NOT r.is_deleted
                        JOIN room_view v ON v.room = mine.room
                    WHERE mine.person = ?3 AND (?4 IS NULL OR mine.room = ?4) AND ?5 IS NULL AND ?6 IS NULL
                    """)
            } else {
                try connection.statement(
                    """
                    SELECT count(*) FROM membership mine JOIN room r ON r.number = mine.room AND NOT r.is_deleted
                        JOIN membership m ON m.room = mine.room
                    WHERE mine.person = ?3 AND (?4 IS NULL OR mine.room = ?4) AND (?5 IS NULL OR m.role = ?5)
                        AND (?6 IS NULL OR m.person = ?6)
                    """)
            }
        filter.bind(to: &row, viewer)
        return try row.step() ? row.int(0) : 0
    }

    /// False where there is none, or none that the viewer sees.
    package static func show(
        _ number: MembershipNumber, to viewer: PersonNumber, on connection: Connection,
        _ visitor: inout (some MemberVisitor & ~Copyable)
    ) throws -> Bool {
        guard let membership = try MembershipTable.membership(number, on: connection),
            try count(MemberFilter(room: membership.room), for: viewer, on: connection) > 0
        else { return false }
        _ = try People.introduce(membership.person, on: connection, to: &visitor)
        visitor.member(membership)
        return true
    }
}

extension MemberFilter {
    fileprivate func bind(to statement: inout Statement, _ viewer: PersonNumber) {
        statement.bind(3, viewer)
        statement.bind(4, room)
        statement.bind(5, role?.code)
        statement.bind(6, person)
    }
}
