package import Bytes
package import SQLite

/// Somebody, where the file has them. Spans are UTF-8, and good for the call that is given them.
package struct PersonRow: ~Escapable {
    package let number: PersonNumber
    /// The number of their node, which clients call their school; this node is 1.
    package let node: Int64
    package let uuid: UUID
    package let handle: Span<UInt8>
    /// What they call themselves, else their handle.
    package let name: Span<UInt8>
    /// Empty where it isn't known.
    package let nodeName: Span<UInt8>
    package let isClosed: Bool

    @_lifetime(borrow row)
    fileprivate init(_ row: borrowing Statement) throws(SQLiteError) {
        number = PersonNumber(row.int64(0))
        node = row.int64(1)
        uuid = row.uuid(2) ?? UUID(high: 0, low: 0)
        handle = row.bytes(3)
        name = row.bytes(4)
        nodeName = row.bytes(5)
        isClosed = row.bool(6)
    }
}

/// Somebody to whom people are shown: each once, before the first thing that names them by their number.
package protocol PeopleVisitor: ~Copyable {
    mutating func person(_ row: borrowing PersonRow)
    /// The number of somebody's node, where they need not be shown: they were, and are called as they were.
    func node(of person: PersonNumber) -> Int64?
}

package enum People {
    /// Shows somebody whom the visitor doesn't know; the number of their node.
    package static func introduce(
        _ person: PersonNumber, on connection: Connection, to visitor: inout some PeopleVisitor & ~Copyable
    ) throws(SQLiteError) -> Int64 {
        if let known = visitor.node(of: person) { return known }
        return try show(person, on: connection, to: &visitor) ?? 0
    }

    /// Changes whenever somebody is called otherwise, so that one may keep what people are called.
    package static func version(on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count("SELECT version FROM naming")
    }

    /// The number of their node; nil where nobody has this number.
    package static func show(
        _ person: PersonNumber, on connection: Connection, to visitor: inout some PeopleVisitor & ~Copyable
    ) throws(SQLiteError) -> Int64? {
        var row = try connection.statement(
            """
            SELECT p.number, p.node, p.uuid, p.handle, coalesce(nullif(f.name, ''), p.handle), n.name,
                coalesce(f.is_closed, 0)
            FROM person p JOIN node n ON n.number = p.node LEFT JOIN profile f ON f.person = p.number
            WHERE p.number = ?1
            """)
        row.bind(1, person)
        guard try row.step() else { return nil }
        visitor.person(try PersonRow(row))
        return row.int64(1)
    }
}
