package import Bytes
package import SQLite

/// Codes with which people make accounts. They are kept as hashes.
package enum InviteTable {
    package static func insert(
        _ code: SecretHash, by maker: PersonNumber?, uses: Int, at now: Timestamp, expires: Timestamp,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var insert = try transaction.statement(
            "INSERT INTO invite (code, maker, uses, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)")
        insert.bind(1, code)
        insert.bind(2, maker)
        insert.bind(3, uses)
        insert.bind(4, now)
        insert.bind(5, expires)
        try insert.run()
    }

    /// Whether one more person may come with it.
    package static func isGood(
        _ code: SecretHash, at now: Timestamp, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        try connection.count("SELECT count(*) FROM invite WHERE code = ?1 AND expires > ?2") {
            $0.bind(1, code)
            $0.bind(2, now)
        } > 0
    }

    /// Uses it once; false where it isn't good. The last use removes it.
    package static func use(
        _ code: SecretHash, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Bool {
        var last = try transaction.statement("DELETE FROM invite WHERE code = ?1 AND expires > ?2 AND uses = 1")
        last.bind(1, code)
        last.bind(2, now)
        try last.run()
        if transaction.connection.changedRows > 0 { return true }
        var use = try transaction.statement("UPDATE invite SET uses = uses - 1 WHERE code = ?1 AND expires > ?2")
        use.bind(1, code)
        use.bind(2, now)
        try use.run()
        return transaction.connection.changedRows > 0
    }

    package static func removeExpired(
        at now: Timestamp, atMost limit: Int, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var delete = try transaction.statement(
            "DELETE FROM invite WHERE code IN (SELECT code FROM invite WHERE expires <= ?1 LIMIT ?2)")
        delete.bind(1, now)
        delete.bind(2, limit)
        try delete.run()
    }
}

/// Codes for whoever makes the first account. Each that a node has printed is good, until there is an account.
package enum SetupCodeTable {
    /// As many starts without an account are remembered.
    package static let codesMax = 64

    package static func insert(
        _ code: SecretHash, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var insert = try transaction.statement("INSERT INTO setup_code (code, created) VALUES (?1, ?2)")
        insert.bind(1, code)
        insert.bind(2, now)
        try insert.run()
        var forget = try transaction.statement(
            """
            DELETE FROM setup_code WHERE code IN (
                SELECT code FROM setup_code ORDER BY created DESC LIMIT -1 OFFSET ?1)
            """)
        forget.bind(1, codesMax)
        try forget.run()
    }

    package static func contains(_ code: SecretHash, on connection: Connection) throws(SQLiteError) -> Bool {
        try connection.count("SELECT count(*) FROM setup_code WHERE code = ?1") { $0.bind(1, code) } > 0
    }

    package static func removeAll(in transaction: borrowing Transaction) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM setup_code")
        try delete.run()
    }
}
