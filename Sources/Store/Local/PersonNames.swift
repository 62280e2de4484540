package import SQLite

/// People by what others call them.
package enum PersonNames {
    /// Those who are called exactly so, at most two: more than one is as good as many.
    package static func people(
        called name: String, on connection: Connection
    ) throws(SQLiteError) -> [PersonNumber] {
        var rows = try connection.statement(
            """
            SELECT f.person FROM profile f JOIN person p ON p.number = f.person
                LEFT JOIN account a ON a.person = f.person
            WHERE f.name = ?1 AND f.is_closed = 0 AND (p.node <> 1 OR a.closed IS NULL AND a.person IS NOT NULL)
            LIMIT 2
            """)
        rows.bind(1, name)
        var people: [PersonNumber] = []
        while try rows.step() { people.append(PersonNumber(rows.int64(0))) }
        return people
    }
}
