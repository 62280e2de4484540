package import Bytes
package import SQLite

/// Who did what, and when. No passwords, no tokens, no texts.
package struct AuditEntry: Hashable, Sendable {
    package let number: Int64
    package let time: Timestamp
    /// Nil for the command line and the node itself.
    package let actor: PersonNumber?
    /// A word such as `user.deactivate`.
    package let action: String
    /// Whom or what: a handle, a key, a room.
    package let subject: String?
    package let address: String
    package let detail: String?
}

package struct AuditFilter: Hashable, Sendable {
    package var action: String?
    package var actor: PersonNumber?
    package var time = TimeWindow()

    package init(action: String? = nil, actor: PersonNumber? = nil, time: TimeWindow = TimeWindow()) {
        self.action = action
        self.actor = actor
        self.time = time
    }
}

package enum AuditTable {
    package static func insert(
        _ action: String, subject: String?, by actor: PersonNumber?, from address: String, detail: String? = nil,
        at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var insert = try transaction.statement(
            "INSERT INTO audit (time, actor, action, subject, address, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        insert.bind(1, now)
        insert.bind(2, actor)
        insert.bind(3, action)
        insert.bind(4, subject)
        insert.bind(5, address)
        insert.bind(6, detail)
        try insert.run()
    }

    /// The newest first. Each filter has an index; of several the first of actor and action is used.
    package static func entries(
        _ filter: AuditFilter, _ window: ListWindow, on connection: Connection
    ) throws(SQLiteError) -> [AuditEntry] {
        var rows =
            if filter.actor != nil {
                try connection.statement(
                    """
                    SELECT id, time, actor, action, subject, address, detail FROM audit
                    WHERE actor = ?5 AND time BETWEEN ?3 AND ?4 AND (?6 IS NULL OR action = ?6)
                    ORDER BY time DESC, id DESC LIMIT ?1 OFFSET ?2
                    """)
            } else if filter.action != nil {
                try connection.statement(
                    """
                    SELECT id, time, actor, action, subject, address, detail FROM audit
                    WHERE action = ?6 AND time BETWEEN ?3 AND ?4 AND ?5 IS NULL
                    ORDER BY time DESC, id DESC LIMIT ?1 OFFSET ?2
                    """)
            } else {
                try connection.statement(
                    """
                    SELECT id, time, actor, action, subject, address, detail FROM audit
                    WHERE time BETWEEN ?3 AND ?4 AND ?5 IS NULL AND ?6 IS NULL
                    ORDER BY time DESC, id DESC LIMIT ?1 OFFSET ?2
                    """)
            }
        rows.bind(1, window)
        rows.bind(3, filter.time)
        rows.bind(5, filter.actor)
        rows.bind(6, filter.action)
        var entries: [AuditEntry] = []
        while try rows.step() {
            entries.append(
                AuditEntry(
                    number: rows.int64(0), time: rows.moment(1), actor: rows.optionalNumber(2), action: rows.string(3),
                    subject: rows.optionalString(4), address: rows.string(5), detail: rows.optionalString(6)))
        }
        return entries
    }

    package static func count(_ filter: AuditFilter, on connection: Connection) throws(SQLiteError) -> Int {
        var row =
            if filter.actor != nil {
                try connection.statement(
                    """
                    SELECT count(*) FROM audit
                    WHERE actor = ?3 AND time BETWEEN ?1 AND ?2 AND (?4 IS NULL OR action = ?4)
                    """)
            } else if filter.action != nil {
                try connection.statement(
                    "SELECT count(*) FROM audit WHERE action = ?4 AND time BETWEEN ?1 AND ?2 AND ?3 IS NULL")
            } else {
                try connection.statement(
                    "SELECT count(*) FROM audit WHERE time BETWEEN ?1 AND ?2 AND ?3 IS NULL AND ?4 IS NULL")
            }
        row.bind(1, filter.time)
        row.bind(3, filter.actor)
        row.bind(4, filter.action)
        return try row.step() ? row.int(0) : 0
    }

    package static func remove(
        before moment: Timestamp, atMost limit: Int, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var delete = try transaction.statement(
            "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE time < ?1 ORDER BY time LIMIT ?2)")
        delete.bind(1, moment)
        delete.bind(2, limit)
        try delete.run()
        return transaction.connection.changedRows
    }
}
