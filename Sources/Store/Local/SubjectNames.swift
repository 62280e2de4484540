import Bytes
import Operations
package import SQLite

/// What people are shown of things that a notification is about, as it is now.
package enum SubjectNames {
    /// The name somebody goes by, else the name they sign in with, with their node's where that is not this one.
    package static func person(_ person: PersonNumber, on connection: Connection) throws(SQLiteError) -> String? {
        var row = try connection.statement(
            """
            SELECT p.handle, p.node, n.name, f.name
            FROM person p JOIN node n ON n.number = p.node LEFT JOIN profile f ON f.person = p.number
            WHERE p.number = ?1
            """)
        row.bind(1, person)
        guard try row.step() else { return nil }
        if let name = row.optionalString(3), !name.isEmpty { return name }
        let (handle, node) = (row.string(0), row.string(2))
        return row.int64(1) == NodeTable.ownNumber || node.isEmpty ? handle : "\(handle)@\(node)"
    }

    /// Nil for a direct room, which is called after whoever looks at it, and for one that has no name any more.
    package static func room(_ room: RoomNumber, on connection: Connection) throws(SQLiteError) -> String? {
        var row = try connection.statement(
            "SELECT name FROM room WHERE number = ?1 AND nature = 0 AND is_deleted = 0 AND name <> ''")
        row.bind(1, room)
        return try row.step() ? row.string(0) : nil
    }

    package static func sender(of message: MessageNumber, on connection: Connection) throws(SQLiteError)
        -> PersonNumber?
    {
        var row = try connection.statement("SELECT sender FROM message WHERE serial = ?1")
        row.bind(1, message)
        return try row.step() ? PersonNumber(row.int64(0)) : nil
    }

    package static func isOpen(_ room: RoomNumber, on connection: Connection) throws(SQLiteError) -> Bool {
        try connection.count("SELECT EXISTS (SELECT 1 FROM room WHERE number = ?1 AND is_deleted = 0)") {
            $0.bind(1, room)
        } > 0
    }

    /// What a message says, as its edits left it; nil where it is not shown, or is deleted.
    package static func text(of message: MessageNumber, on connection: Connection) throws(SQLiteError) -> String? {
        var row = try connection.statement(
            """
            SELECT t.bytes FROM message m JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial)
            WHERE m.serial = ?1 AND m.flags & 11 = 3
            """)
        row.bind(1, message)
        guard try row.step(), let spans = MessageSpans(row.bytes(0)) else { return nil }
        return String(decoding: [UInt8](copying: spans.content), as: UTF8.self)
    }
}
