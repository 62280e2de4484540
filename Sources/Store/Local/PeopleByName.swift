package import SQLite

/// People by what others call them.
package enum PeopleByName {
    /// Whom each name means, in the order of the names, each name once. An address means whoever has it, any other name all who
    /// bear it as their display name; where nobody does, whoever of this node has it as a user name. So more than one is too many.
    /// Goes through everybody, once.
    package static func find(
        _ names: [String], on connection: Connection
    ) throws(SQLiteError) -> [(name: String, people: [PersonNumber])] {
        var bearers: [String: [PersonNumber]] = [:]
        for name in names { bearers[name] = [] }
        var rows = try connection.statement(
            """
            SELECT p.number, coalesce(nullif(f.name, ''), p.handle)
            FROM person p LEFT JOIN profile f ON f.person = p.number LEFT JOIN account a ON a.person = p.number
            WHERE p.number > 0 AND (p.node <> 1 OR a.person IS NOT NULL) AND a.closed IS NULL
                AND NOT coalesce(f.is_closed, 0)
            ORDER BY p.number
            """)
        while try rows.step() { bearers[rows.string(1)]?.append(PersonNumber(rows.int64(0))) }
        var found: [(String, [PersonNumber])] = []
        for name in names {
            guard let known = bearers.removeValue(forKey: name) else { continue }
            found.append((name, try people(called: name, known, on: connection)))
        }
        return found
    }

    private static func people(
        called name: String, _ bearers: [PersonNumber], on connection: Connection
    ) throws(SQLiteError) -> [PersonNumber] {
        if let at = name.utf8.firstIndex(of: UInt8(ascii: "@")) {
            let (handle, node) = (String(name[..<at]), String(name[name.utf8.index(after: at)...]))
            if let person = try known(handle, node, on: connection) { return [person] }
        }
        guard bearers.isEmpty else { return bearers }
        return try known(name, nil, on: connection).map { [$0] } ?? []
    }

    private static func known(
        _ handle: String, _ node: String?, on connection: Connection
    ) throws(SQLiteError) -> PersonNumber? {
        guard let person = try PersonTable.number(ofHandle: handle, node: node, on: connection) else { return nil }
        return try PersonTable.card(of: person, on: connection)?.number
    }
}
