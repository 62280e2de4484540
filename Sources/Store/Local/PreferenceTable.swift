package import Bytes
package import SQLite

/// What somebody is told of. The raw values are in the database and never change.
package enum NotificationType: Int, Hashable, Sendable, CaseIterable {
    case message = 1
    case directMessage
    case mention
    case reply
    case reaction
    case roomInvite
    case memberJoined
    case roleChanged
    case system
}

/// The ways in which it goes. The bits are in the database and never change.
package struct Ways: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let inApp = Ways(rawValue: 1)
    package static let push = Ways(rawValue: 2)
    package static let email = Ways(rawValue: 4)
    package static let all: Ways = [.inApp, .push, .email]
    /// Those that leave the node.
    package static let sending: Ways = [.push, .email]
}

/// What somebody has set for a type.
package struct Preference: Hashable, Sendable {
    package let number: PreferenceNumber
    package let person: PersonNumber
    package let type: NotificationType
    package let ways: Ways
    package let updated: Timestamp
}

package enum PreferenceTable {
    /// What one has set, in the order of the types; of everybody where nil.
    package static func preferences(
        of person: PersonNumber?, type: NotificationType? = nil, _ window: ListWindow, on connection: Connection
    ) throws(SQLiteError) -> [Preference] {
        var rows =
            if person != nil {
                try connection.statement(
                    """
                    SELECT id, person, type, switches, updated FROM preference
                    WHERE person = ?3 AND (?4 IS NULL OR type = ?4) ORDER BY type LIMIT ?1 OFFSET ?2
                    """)
            } else {
                try connection.statement(
                    """
                    SELECT id, person, type, switches, updated FROM preference
                    WHERE ?3 IS NULL AND (?4 IS NULL OR type = ?4) ORDER BY person, type LIMIT ?1 OFFSET ?2
                    """)
            }
        rows.bind(1, window)
        rows.bind(3, person)
        rows.bind(4, type.map { Int64($0.rawValue) })
        var preferences: [Preference] = []
        while try rows.step() { if let preference = preference(rows) { preferences.append(preference) } }
        return preferences
    }

    package static func count(
        of person: PersonNumber?, type: NotificationType? = nil, on connection: Connection
    ) throws(SQLiteError) -> Int {
        let type = type.map { Int64($0.rawValue) }
        guard let person else {
            return try connection.count("SELECT count(*) FROM preference WHERE ?1 IS NULL OR type = ?1") {
                $0.bind(1, type)
            }
        }
        return try connection.count(
            "SELECT count(*) FROM preference WHERE person = ?1 AND (?2 IS NULL OR type = ?2)"
        ) {
            $0.bind(1, person)
            $0.bind(2, type)
        }
    }

    package static func preference(
        _ number: PreferenceNumber, on connection: Connection
    ) throws(SQLiteError) -> Preference? {
        var row = try connection.statement("SELECT id, person, type, switches, updated FROM preference WHERE id = ?1")
        row.bind(1, number)
        return try row.step() ? preference(row) : nil
    }

    /// Those for whom notifications of a type leave the node because they have set it so.
    package static func people(
        sending type: NotificationType, on connection: Connection
    ) throws(SQLiteError) -> [PersonNumber] {
        var rows = try connection.statement("SELECT person FROM preference WHERE type = ?1 AND switches & 6 <> 0")
        rows.bind(1, type.rawValue)
        var people: [PersonNumber] = []
        while try rows.step() { people.append(PersonNumber(rows.int64(0))) }
        return people
    }

    package static func set(
        _ type: NotificationType, of person: PersonNumber, to ways: Ways, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var set = try transaction.statement(
            """
            INSERT INTO preference (person, type, switches, updated) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (person, type) DO UPDATE SET switches = excluded.switches, updated = excluded.updated
            """)
        set.bind(1, person)
        set.bind(2, type.rawValue)
        set.bind(3, ways.rawValue)
        set.bind(4, now)
        try set.run()
    }

    package static func remove(
        _ number: PreferenceNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM preference WHERE id = ?1")
        delete.bind(1, number)
        try delete.run()
    }

    package static func removeAll(of person: PersonNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM preference WHERE person = ?1")
        delete.bind(1, person)
        try delete.run()
    }

    /// Nil for a type that a later program has.
    private static func preference(_ row: borrowing Statement) -> Preference? {
        guard let type = NotificationType(rawValue: row.int(2)) else { return nil }
        return Preference(
            number: PreferenceNumber(row.int64(0)), person: PersonNumber(row.int64(1)), type: type,
            ways: Ways(rawValue: row.int(3)), updated: row.moment(4))
    }
}
