package import SQLite
package import Store

extension Accounts {
    /// Lets somebody in again, or shuts them out: sessions, tokens and what waits to be sent end at once, and nothing
    /// else is touched.
    package static func setActive(
        _ isActive: Bool, _ person: PersonNumber, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        try requireAdmin(occasion, in: transaction)
        var account = try existing(person, in: transaction)
        guard account.closed == nil else { throw ChatFault.accountClosed }
        let nothing = EndedSessions(person: person, sessions: [])
        guard account.isActive != isActive else { return nothing }
        if !isActive { try requireAnotherAdmin(than: account, in: transaction) }
        account.isActive = isActive
        try AccountTable.update(account, in: transaction)
        try audit(isActive ? "user.activate" : "user.deactivate", account, on: occasion, in: transaction)
        guard !isActive else { return nothing }
        try OutboxTable.cancelAll(of: person, at: occasion.now, in: transaction)
        return EndedSessions(
            person: person, sessions: try SessionTable.endAll(of: person, withTokens: true, in: transaction))
    }

    /// Makes somebody an administrator, or no longer one. Afterwards caches forget what they know of the person.
    package static func setAdmin(
        _ isAdmin: Bool, _ person: PersonNumber, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws {
        try requireAdmin(occasion, in: transaction)
        var account = try existing(person, in: transaction)
        guard account.closed == nil else { throw ChatFault.accountClosed }
        guard account.isAdmin != isAdmin else { return }
        if !isAdmin { try requireAnotherAdmin(than: account, in: transaction) }
        account.isAdmin = isAdmin
        try AccountTable.update(account, in: transaction)
        try audit(isAdmin ? "user.make_admin" : "user.unmake_admin", account, on: occasion, in: transaction)
    }

    /// One's own account, for good. The name stays taken, and nothing else stays here; what becomes of rooms and
    /// messages is `life`'s affair, in the same transaction.
    package static func close(
        _ person: PersonNumber, erasing: Bool, _ life: some AccountLife, on occasion: Occasion,
        in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        var account = try existing(person, in: transaction)
        guard account.closed == nil else { throw ChatFault.accountClosed }
        // Who is alone may go; who leaves others behind without an administrator may not.
        let isAlone = try AccountTable.count(isActive: true, on: transaction.connection) == 1
        if !isAlone { try requireAnotherAdmin(than: account, in: transaction) }
        account.closed = occasion.now
        account.isActive = false
        account.isAdmin = false
        account.password = nil
        account.email = nil
        try AccountTable.update(account, in: transaction)
        try OutboxTable.cancelAll(of: person, at: occasion.now, in: transaction)
        try MessageNoticeTable.remove(of: person, in: transaction)
        try NotificationTable.deleteAll(of: person, in: transaction)
        try PreferenceTable.removeAll(of: person, in: transaction)
        try DeviceTable.removeAll(of: person, in: transaction)
        try IdempotencyTable.removeAll(of: person, in: transaction)
        let ended = try SessionTable.endAll(of: person, withTokens: true, in: transaction)
        try audit("user.close", account, on: occasion, in: transaction)
        try life.close(person, erasing: erasing, in: transaction)
        return EndedSessions(person: person, sessions: ended)
    }

    /// What of a profile stays on this node. Nil: as it is; an empty address: none.
    package static func changeProfile(
        of person: PersonNumber, email: String? = nil, sharesPresence: Bool? = nil,
        in transaction: borrowing Transaction
    ) throws -> Account {
        var account = try existing(person, in: transaction)
        guard account.closed == nil else { throw ChatFault.accountClosed }
        if let email {
            var faults: [FieldFault] = []
            faults.check(.email, email.isEmpty || isMailAddress(email), "ASCII, with one @, at most 254 characters")
            try faults.throwIfAny()
            account.email = email.isEmpty ? nil : email
        }
        if let sharesPresence { account.sharesPresence = sharesPresence }
        try AccountTable.update(account, in: transaction)
        return account
    }

    /// Printable, with something before and after one `@`: no blank or line end ever comes into a mail's head.
    private static func isMailAddress(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count <= 254, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            bytes.count(where: { $0 == UInt8(ascii: "@") }) == 1
        else { return false }
        return bytes.first != UInt8(ascii: "@") && bytes.last != UInt8(ascii: "@")
    }

    // MARK: What they share

    static func existing(_ person: PersonNumber, in transaction: borrowing Transaction) throws -> Account {
        guard let account = try AccountTable.account(of: person, on: transaction.connection) else {
            throw ChatFault.notFound
        }
        return account
    }

    /// As things are in this transaction: a right that was lost while the request waited is lost. The command line,
    /// which is nobody, may do everything.
    static func requireAdmin(_ occasion: Occasion, in transaction: borrowing Transaction) throws {
        guard let actor = occasion.actor else { return }
        let account = try AccountTable.account(of: actor, on: transaction.connection)
        guard let account, account.isAdmin, account.isActive else { throw ChatFault.notAllowed }
    }

    private static func requireAnotherAdmin(
        than account: Account, in transaction: borrowing Transaction
    ) throws {
        guard account.isAdmin, account.isActive else { return }
        guard try AccountTable.activeAdmins(on: transaction.connection) > 1 else {
            throw ChatFault.lastAdministrator
        }
    }

    static func audit(
        _ action: String, _ account: Account, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws {
        try AuditTable.insert(
            action, subject: account.handle, by: occasion.actor, from: occasion.address, at: occasion.now,
            in: transaction)
    }
}
