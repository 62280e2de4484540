package import Bytes
package import Keys
package import SQLite

/// What a request made, so that a retry of it can answer with the same.
package struct MadeThing: Hashable, Sendable {
    /// Its meaning is the caller's; it never changes between releases.
    package let kind: Int
    package let number: Int64

    package init(kind: Int, number: Int64) {
        self.kind = kind
        self.number = number
    }
}

package struct RememberedRequest: Hashable, Sendable {
    package let request: Hash
    package let made: MadeThing

    package init(request: Hash, made: MadeThing) {
        self.request = request
        self.made = made
    }
}

package enum IdempotencyTable {
    /// What `person` made with that key since `moment`.
    package static func find(
        _ key: Hash, of person: PersonNumber, since moment: Timestamp, on connection: Connection
    ) throws(SQLiteError) -> RememberedRequest? {
        var row = try connection.statement(
            "SELECT request, kind, result FROM idempotency WHERE person = ?1 AND key = ?2 AND created > ?3")
        row.bind(1, person)
        row.bind(2, key)
        row.bind(3, moment)
        guard try row.step(), let request = Hash(row.bytes(0)) else { return nil }
        return RememberedRequest(request: request, made: MadeThing(kind: row.int(1), number: row.int64(2)))
    }

    /// In place of one whose time is over.
    package static func remember(
        _ request: RememberedRequest, under key: Hash, of person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var insert = try transaction.statement(
            """
            INSERT OR REPLACE INTO idempotency (person, key, request, kind, result, created)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """)
        insert.bind(1, person)
        insert.bind(2, key)
        insert.bind(3, request.request)
        insert.bind(4, request.made.kind)
        insert.bind(5, request.made.number)
        insert.bind(6, now)
        try insert.run()
    }

    package static func remove(
        upTo moment: Timestamp, atMost limit: Int, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var delete = try transaction.statement(
            """
            DELETE FROM idempotency WHERE rowid IN (
                SELECT rowid FROM idempotency WHERE created <= ?1 ORDER BY created LIMIT ?2)
            """)
        delete.bind(1, moment)
        delete.bind(2, limit)
        try delete.run()
        return transaction.connection.changedRows
    }

    package static func removeAll(of person: PersonNumber, in transaction: borrowing Transaction) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM idempotency WHERE person = ?1")
        delete.bind(1, person)
        try delete.run()
    }
}
