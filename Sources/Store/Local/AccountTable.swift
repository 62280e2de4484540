package import Bytes
package import SQLite

/// Somebody of this node, as the node knows them.
package struct Account: Hashable, Sendable {
    package let person: PersonNumber
    package let handle: String
    /// An Argon2id hash; nil where nobody can sign in.
    package var password: String?
    package var isAdmin: Bool
    /// Neither shut out by an administrator nor closed by its owner.
    package var isActive: Bool
    package let created: Timestamp
    package var closed: Timestamp?
    package var email: String?
    package var sharesPresence: Bool
    /// Messages up to this one make no `message` notification.
    package var noticesFrom: MessageNumber

    package init(
        person: PersonNumber, handle: String, password: String?, isAdmin: Bool = false, created: Timestamp
    ) {
        self.person = person
        self.handle = handle
        self.password = password
        self.isAdmin = isAdmin
        isActive = true
        self.created = created
        sharesPresence = true
        noticesFrom = MessageNumber(0)
    }
}

extension Account: CustomStringConvertible {
    // Without the hash.
    package var description: String { "Account(\(person), \(handle))" }
}

package enum AccountTable {
    // MARK: Reading

    package static func account(of person: PersonNumber, on connection: Connection) throws(SQLiteError) -> Account? {
        var row = try connection.statement(
            """
            SELECT person, handle, password, is_admin, is_active, created, closed, email, share_presence, notices_from
            FROM account WHERE person = ?1
            """)
        row.bind(1, person)
        return try row.step() ? account(row) : nil
    }

    /// Closed ones as well: a name is never free again.
    package static func account(named handle: String, on connection: Connection) throws(SQLiteError) -> Account? {
        var row = try connection.statement(
            """
            SELECT person, handle, password, is_admin, is_active, created, closed, email, share_presence, notices_from
            FROM account WHERE handle = ?1
            """)
        row.bind(1, handle)
        return try row.step() ? account(row) : nil
    }

    /// By name; `isActive` nil for all.
    package static func accounts(
        isActive: Bool? = nil, _ window: ListWindow, on connection: Connection
    ) throws(SQLiteError) -> [Account] {
        var rows =
            switch isActive {
            case nil:
                try connection.statement(
                    """
                    SELECT person, handle, password, is_admin, is_active, created, closed, email, share_presence,
                           notices_from
                    FROM account ORDER BY handle LIMIT ?1 OFFSET ?2
                    """)
            case _?:
                try connection.statement(
                    """
                    SELECT person, handle, password, is_admin, is_active, created, closed, email, share_presence,
                           notices_from
                    FROM account WHERE is_active = ?3 ORDER BY handle LIMIT ?1 OFFSET ?2
                    """)
            }
        rows.bind(1, window)
        if let isActive { rows.bind(3, isActive) }
        var accounts: [Account] = []
        while try rows.step() { accounts.append(account(rows)) }
        return accounts
    }

    package static func count(isActive: Bool? = nil, on connection: Connection) throws(SQLiteError) -> Int {
        guard let isActive else { return try connection.count("SELECT count(*) FROM account") }
        return try connection.count("SELECT count(*) FROM account WHERE is_active = ?1") { $0.bind(1, isActive) }
    }

    /// False as well for who has none.
    package static func isActive(_ person: PersonNumber, on connection: Connection) throws(SQLiteError) -> Bool {
        var row = try connection.statement("SELECT is_active FROM account WHERE person = ?1")
        row.bind(1, person)
        return try row.step() && row.bool(0)
    }

    /// Whether there ever was an account.
    package static func isEmpty(on connection: Connection) throws(SQLiteError) -> Bool {
        try connection.count("SELECT EXISTS (SELECT 1 FROM account)") == 0
    }

    package static func activeAdmins(on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count("SELECT count(*) FROM account WHERE is_admin = 1 AND is_active = 1")
    }

    // MARK: Writing

    package static func insert(_ account: Account, in transaction: borrowing Transaction) throws(SQLiteError) {
        var insert = try transaction.statement(
            """
            INSERT INTO account (person, handle, password, is_admin, is_active, created) VALUES (?1, ?2, ?3, ?4, 1, ?5)
            """)
        insert.bind(1, account.person)
        insert.bind(2, account.handle)
        insert.bind(3, account.password)
        insert.bind(4, account.isAdmin)
        insert.bind(5, account.created)
        try insert.run()
    }

    /// Writes all that can change.
    package static func update(_ account: Account, in transaction: borrowing Transaction) throws(SQLiteError) {
        var update = try transaction.statement(
            """
            UPDATE account SET password = ?2, is_admin = ?3, is_active = ?4, closed = ?5, email = ?6,
                               share_presence = ?7, notices_from = ?8
            WHERE person = ?1
            """)
        update.bind(1, account.person)
        update.bind(2, account.password)
        update.bind(3, account.isAdmin)
        update.bind(4, account.isActive)
        update.bind(5, account.closed)
        update.bind(6, account.email)
        update.bind(7, account.sharesPresence)
        update.bind(8, account.noticesFrom)
        try update.run()
    }

    private static func account(_ row: borrowing Statement) -> Account {
        var account = Account(
            person: PersonNumber(row.int64(0)), handle: row.string(1), password: row.optionalString(2),
            isAdmin: row.bool(3), created: row.moment(5))
        account.isActive = row.bool(4)
        account.closed = row.optionalMoment(6)
        account.email = row.optionalString(7)
        account.sharesPresence = row.bool(8)
        account.noticesFrom = MessageNumber(row.int64(9))
        return account
    }
}
