package import Bytes
package import SQLite

/// Somebody whom this node knows, here or elsewhere, as others see them.
package struct PersonCard: Hashable, Sendable {
    package let number: PersonNumber
    package let uuid: UUID
    package let handle: String
    /// Empty where the node's card was never seen.
    package let node: String
    /// The handle where there is no other, and where the account is closed.
    package let displayName: String
    package let hasAvatar: Bool
    package let isLocal: Bool
    /// Administrator of this node.
    package let isAdmin: Bool
    /// Neither shut out nor closed.
    package let isActive: Bool
    package let isClosed: Bool

    /// `handle@node`: what names them anywhere.
    package var address: String { node.isEmpty ? handle : "\(handle)@\(node)" }
}

/// Reads people. A name of this node that belongs to no account is nobody, though somebody elsewhere may have used it.
package enum PersonTable {
    package static func card(
        of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> PersonCard? {
        var row = try connection.statement(
            """
            SELECT person.number, person.uuid, person.handle, person.node, node.name, profile.name,
                   profile.avatar IS NOT NULL, coalesce(profile.is_closed, 0), is_admin, is_active, closed
            FROM person JOIN node ON node.number = person.node
                LEFT JOIN profile ON profile.person = person.number
                LEFT JOIN account ON account.person = person.number
            WHERE person.number = ?1 AND person.number > 0 AND (person.node <> 1 OR account.person IS NOT NULL)
            """)
        row.bind(1, person)
        return try row.step() ? card(row) : nil
    }

    package static func number(of uuid: UUID, on connection: Connection) throws(SQLiteError) -> PersonNumber? {
        var row = try connection.statement("SELECT number FROM person WHERE uuid = ?1 AND number > 0")
        row.bind(1, uuid)
        return try row.step() ? PersonNumber(row.int64(0)) : nil
    }

    /// `node` nil: of this one, as is whoever has this node's name behind their `@`. Names of nodes are labels that
    /// anybody may choose: what would name people of several nodes names nobody.
    package static func number(
        ofHandle handle: String, node: String?, on connection: Connection
    ) throws(SQLiteError) -> PersonNumber? {
        var rows =
            if node == nil {
                try connection.statement("SELECT number FROM person WHERE node = 1 AND handle = ?1 AND ?2 IS NULL")
            } else {
                try connection.statement(
                    """
                    SELECT person.number, person.node FROM person JOIN node ON node.number = person.node
                    WHERE node.name = ?2 AND handle = ?1 ORDER BY person.node LIMIT 2
                    """)
            }
        rows.bind(1, handle)
        rows.bind(2, node)
        guard try rows.step() else { return nil }
        let number = PersonNumber(rows.int64(0))
        if node == nil || rows.int64(1) == 1 { return number }
        return try rows.step() ? nil : number
    }

    private static func card(_ row: borrowing Statement) -> PersonCard? {
        guard let uuid = row.uuid(1) else { return nil }
        let isLocal = row.int64(3) == 1
        let isClosed = row.bool(7) || !row.isNull(10)
        let name = isClosed ? "" : row.optionalString(5) ?? ""
        let handle = row.string(2)
        return PersonCard(
            number: PersonNumber(row.int64(0)), uuid: uuid, handle: handle, node: row.string(4),
            displayName: name.isEmpty ? handle : name, hasAvatar: !isClosed && row.bool(6), isLocal: isLocal,
            isAdmin: isLocal && row.bool(8), isActive: isLocal ? row.bool(9) : !isClosed, isClosed: isClosed)
    }

    /// Everybody; of them those only with an account here, where `isLocal`. Row by row.
    fileprivate static func forEach(
        isLocal: Bool, on connection: Connection, _ body: (PersonCard) -> Void
    ) throws(SQLiteError) {
        var rows = try connection.statement(
            """
            SELECT person.number, person.uuid, person.handle, person.node, node.name, profile.name,
                   profile.avatar IS NOT NULL, coalesce(profile.is_closed, 0), is_admin, is_active, closed
            FROM person JOIN node ON node.number = person.node
                LEFT JOIN profile ON profile.person = person.number
                LEFT JOIN account ON account.person = person.number
            WHERE person.number > 0 AND (account.person IS NOT NULL OR (person.node <> 1 AND ?1 = 0))
            """)
        rows.bind(1, isLocal)
        while try rows.step() { if let card = card(rows) { body(card) } }
    }
}

/// Lists of people. Each looks at all of them, some thousands: a millisecond for a thousand. So it is for a thread that
/// has the time.
package enum PersonList {
    package enum Order: Sendable {
        case displayName, handle
    }

    /// `search`: beginnings of words of the display name, the user name and the address, whatever the case and accents.
    package static func people(
        _ order: Order, isLocal: Bool = false, isActive: Bool?, search: String?, _ window: ListWindow,
        on connection: Connection
    ) throws(SQLiteError) -> (count: Int, people: [PersonCard]) {
        let words = search.map { PersonSearch($0) }
        var found: [(key: String, card: PersonCard)] = []
        try PersonTable.forEach(isLocal: isLocal, on: connection) { card in
            guard isActive == nil || card.isActive == isActive, words?.matches(card) ?? true else { return }
            found.append((order == .handle ? card.handle : card.displayName.lowercased(), card))
        }
        found.sort { ($0.key, $0.card.number) < ($1.key, $1.card.number) }
        let people = found.dropFirst(window.offset).prefix(window.limit).map(\.card)
        return (found.count, people)
    }
}
