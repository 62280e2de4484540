package import Bytes
package import SQLite

/// What a token may be used for.
package struct Scopes: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let read = Scopes(rawValue: 1)
    package static let write = Scopes(rawValue: 2)
    package static let admin = Scopes(rawValue: 4)
    package static let all: Scopes = [.read, .write, .admin]
}

/// A sign-in, or a named token for a program.
package struct Session: Hashable, Sendable {
    package let number: SessionNumber
    package let person: PersonNumber
    /// Nil in a sign-in.
    package let name: String?
    package let scopes: Scopes
    package let created: Timestamp
    /// To the minute, about.
    package let lastUsed: Timestamp?
    package let expires: Timestamp?
    /// The client's, at its last request; empty if unknown.
    package let address: String
    package let userAgent: String

    package func isExpired(at now: Timestamp) -> Bool {
        expires.map { $0 <= now } ?? false
    }
}

/// Whom a secret lets in, and as what.
package struct SessionOwner: Hashable, Sendable {
    package let session: Session
    package let isAdmin: Bool
}

package enum SessionTable {
    // MARK: Reading

    /// Nil as well where the account is closed or shut, or the time is over.
    package static func owner(
        of secret: SecretHash, at now: Timestamp, on connection: Connection
    ) throws(SQLiteError) -> SessionOwner? {
        var row = try connection.statement(
            """
            SELECT id, session.person, name, scopes, session.created, last_used, expires, address, user_agent, is_admin
            FROM session JOIN account ON account.person = session.person
            WHERE secret = ?1 AND is_active = 1 AND (expires IS NULL OR expires > ?2)
            """)
        row.bind(1, secret)
        row.bind(2, now)
        return try row.step() ? SessionOwner(session: session(row), isAdmin: row.bool(9)) : nil
    }

    /// The same for a session that is known by its number.
    package static func owner(
        of session: SessionNumber, at now: Timestamp, on connection: Connection
    ) throws(SQLiteError) -> SessionOwner? {
        var row = try connection.statement(
            """
            SELECT id, session.person, name, scopes, session.created, last_used, expires, address, user_agent, is_admin
            FROM session JOIN account ON account.person = session.person
            WHERE id = ?1 AND is_active = 1 AND (expires IS NULL OR expires > ?2)
            """)
        row.bind(1, session)
        row.bind(2, now)
        return try row.step() ? SessionOwner(session: Self.session(row), isAdmin: row.bool(9)) : nil
    }

    /// Those that are not over, the last used first.
    package static func signIns(
        of person: PersonNumber, at now: Timestamp, _ window: ListWindow, on connection: Connection
    ) throws(SQLiteError) -> [Session] {
        var rows = try connection.statement(
            """
            SELECT id, person, name, scopes, created, last_used, expires, address, user_agent FROM session
            WHERE person = ?4 AND name IS NULL AND expires > ?3
            ORDER BY last_used DESC, id DESC LIMIT ?1 OFFSET ?2
            """)
        rows.bind(1, window)
        rows.bind(3, now)
        rows.bind(4, person)
        var sessions: [Session] = []
        while try rows.step() { sessions.append(session(rows)) }
        return sessions
    }

    package static func signInCount(
        of person: PersonNumber, at now: Timestamp, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count("SELECT count(*) FROM session WHERE person = ?1 AND name IS NULL AND expires > ?2") {
            $0.bind(1, person)
            $0.bind(2, now)
        }
    }

    /// Those that are not over, the newest first.
    package static func tokens(
        of person: PersonNumber, at now: Timestamp, _ window: ListWindow, on connection: Connection
    ) throws(SQLiteError) -> [Session] {
        var rows = try connection.statement(
            """
            SELECT id, person, name, scopes, created, last_used, expires, address, user_agent FROM session
            WHERE person = ?4 AND name IS NOT NULL AND (expires IS NULL OR expires > ?3)
            ORDER BY id DESC LIMIT ?1 OFFSET ?2
            """)
        rows.bind(1, window)
        rows.bind(3, now)
        rows.bind(4, person)
        var sessions: [Session] = []
        while try rows.step() { sessions.append(session(rows)) }
        return sessions
    }

    package static func tokenCount(
        of person: PersonNumber, at now: Timestamp, on connection: Connection
    ) throws(SQLiteError) -> Int {
        try connection.count(
            """
            SELECT count(*) FROM session
            WHERE person = ?1 AND name IS NOT NULL AND (expires IS NULL OR expires > ?2)
            """
        ) {
            $0.bind(1, person)
            $0.bind(2, now)
        }
    }

    package static func hasToken(
        _ name: String, of person: PersonNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        try connection.count("SELECT count(*) FROM session WHERE person = ?1 AND name = ?2") {
            $0.bind(1, person)
            $0.bind(2, name)
        } > 0
    }

    // MARK: Writing

    package static func insert(
        _ secret: SecretHash, for person: PersonNumber, name: String? = nil, scopes: Scopes, at now: Timestamp,
        expires: Timestamp?, address: String = "", userAgent: String = "", in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Session {
        var insert = try transaction.statement(
            """
            INSERT INTO session (secret, person, name, scopes, created, last_used, expires, address, user_agent)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """)
        let lastUsed = name == nil ? now : nil
        insert.bind(1, secret)
        insert.bind(2, person)
        insert.bind(3, name)
        insert.bind(4, scopes.rawValue)
        insert.bind(5, now)
        insert.bind(6, lastUsed)
        insert.bind(7, expires)
        insert.bind(8, address)
        insert.bind(9, userAgent)
        try insert.run()
        return Session(
            number: SessionNumber(transaction.connection.lastInsertedRowID), person: person, name: name, scopes: scopes,
            created: now, lastUsed: lastUsed, expires: expires, address: address, userAgent: userAgent)
    }

    /// It was used. `expires` is left as it is where nil.
    package static func touch(
        _ session: SessionNumber, at now: Timestamp, expires: Timestamp?, address: String, userAgent: String,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var update = try transaction.statement(
            """
            UPDATE session SET last_used = ?2, expires = coalesce(?3, expires), address = ?4, user_agent = ?5
            WHERE id = ?1 AND (last_used IS NULL OR last_used < ?2)
            """)
        update.bind(1, session)
        update.bind(2, now)
        update.bind(3, expires)
        update.bind(4, address)
        update.bind(5, userAgent)
        try update.run()
    }

    /// Ends one of a person's; false where they have none of that number. `isToken` nil: of whichever sort.
    package static func end(
        _ session: SessionNumber, of person: PersonNumber, isToken: Bool?, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Bool {
        var delete = try transaction.statement(
            "DELETE FROM session WHERE id = ?1 AND person = ?2 AND (?3 IS NULL OR (name IS NOT NULL) = ?3)")
        delete.bind(1, session)
        delete.bind(2, person)
        delete.bind(3, isToken.map { $0 ? 1 as Int64 : 0 })
        try delete.run()
        return transaction.connection.changedRows > 0
    }

    /// Ends all of a person's, save one, with or without the named tokens; says which.
    package static func endAll(
        of person: PersonNumber, except kept: SessionNumber? = nil, withTokens: Bool,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) -> [SessionNumber] {
        var delete = try transaction.statement(
            """
            DELETE FROM session WHERE person = ?1 AND id IS NOT ?2 AND (?3 OR name IS NULL) RETURNING id
            """)
        delete.bind(1, person)
        delete.bind(2, kept)
        delete.bind(3, withTokens)
        return try numbers(&delete)
    }

    /// Ends the sign-ins of a person that were used the longest ago, until so many are left; says which.
    package static func endOldest(
        of person: PersonNumber, keeping count: Int, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> [SessionNumber] {
        var delete = try transaction.statement(
            """
            DELETE FROM session WHERE id IN (
                SELECT id FROM session WHERE person = ?1 AND name IS NULL
                ORDER BY last_used DESC, id DESC LIMIT -1 OFFSET ?2)
            RETURNING id
            """)
        delete.bind(1, person)
        delete.bind(2, count)
        return try numbers(&delete)
    }

    /// Removes what is over, at most so many; says how many. Nobody has to be told: when they are over was known.
    package static func removeExpired(
        at now: Timestamp, atMost limit: Int, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Int {
        var delete = try transaction.statement(
            "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires <= ?1 LIMIT ?2)")
        delete.bind(1, now)
        delete.bind(2, limit)
        try delete.run()
        return transaction.connection.changedRows
    }

    /// Those of one person.
    package static func removeExpired(
        at now: Timestamp, of person: PersonNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var delete = try transaction.statement("DELETE FROM session WHERE person = ?2 AND expires <= ?1")
        delete.bind(1, now)
        delete.bind(2, person)
        try delete.run()
    }

    // MARK: Rows

    private static func numbers(_ rows: inout Statement) throws(SQLiteError) -> [SessionNumber] {
        var numbers: [SessionNumber] = []
        while try rows.step() { numbers.append(SessionNumber(rows.int64(0))) }
        return numbers
    }

    private static func session(_ row: borrowing Statement) -> Session {
        Session(
            number: SessionNumber(row.int64(0)), person: PersonNumber(row.int64(1)), name: row.optionalString(2),
            scopes: Scopes(rawValue: row.int(3)), created: row.moment(4), lastUsed: row.optionalMoment(5),
            expires: row.optionalMoment(6), address: row.string(7), userAgent: row.string(8))
    }
}
