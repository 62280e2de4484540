package import Keys
package import SQLite
package import Store

/// Somebody who is signed in wants another password. Like `SignInAttempt`: look, compute, write.
package struct PasswordChange: Sendable {
    package let old: SignInAttempt
    let new: Password

    package init(old: SignInAttempt, new: Password) throws(ChatFault) {
        var faults: [FieldFault] = []
        faults.check(.newPassword, new.isAcceptable, "at least 8 characters, and at most 1,024 bytes")
        try faults.throwIfAny()
        self.old = old
        self.new = new
    }

    /// Nil where the old one is wrong. Milliseconds of computing, twice.
    package func check(_ cost: PasswordCost = .standard) throws(PasswordError) -> CheckedPasswordChange? {
        guard case .right(let right) = try old.check(cost) else { return nil }
        return CheckedPasswordChange(right: right, new: try PasswordHash(of: new.bytes.span, cost: cost))
    }
}

package struct CheckedPasswordChange: Sendable {
    let right: RightPassword
    let new: PasswordHash
}

extension Accounts {
    package static func passwordAttempt(
        of person: PersonNumber, old: Password, on connection: Connection
    ) throws -> SignInAttempt {
        try attempt(AccountTable.account(of: person, on: connection), old)
    }

    /// Ends the other sign-ins; named tokens stay.
    package static func change(
        _ change: CheckedPasswordChange, keeping session: SessionNumber?, on occasion: Occasion,
        in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        let person = change.right.person
        guard var account = try AccountTable.account(of: person, on: transaction.connection), account.isActive,
            account.password == change.right.stored
        else { throw ChatFault.wrongOldPassword }
        account.password = change.new.text
        try AccountTable.update(account, in: transaction)
        try audit("user.password", account, on: occasion, in: transaction)
        let ended = try SessionTable.endAll(of: person, except: session, withTokens: false, in: transaction)
        return EndedSessions(person: person, sessions: ended)
    }

    /// An administrator, or whoever has the machine, gives somebody a new password. Whoever had the old one, or a
    /// token made with it, is out.
    package static func resetPassword(
        of person: PersonNumber, to hash: PasswordHash, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        try requireAdmin(occasion, in: transaction)
        var account = try existing(person, in: transaction)
        guard account.closed == nil else { throw ChatFault.accountClosed }
        account.password = hash.text
        try AccountTable.update(account, in: transaction)
        try audit("user.reset_password", account, on: occasion, in: transaction)
        let ended = try SessionTable.endAll(of: person, withTokens: true, in: transaction)
        return EndedSessions(person: person, sessions: ended)
    }

    /// For a reset that names none: easy to type once, and not to be guessed.
    package static func makePassword(_ random: inout some RandomNumberGenerator) -> String {
        Code.make(&random)
    }

    /// Throws where nobody may have such a password.
    package static func hash(_ password: Password, _ cost: PasswordCost = .standard) throws -> PasswordHash {
        var faults: [FieldFault] = []
        faults.check(.password, password.isAcceptable, "at least 8 characters, and at most 1,024 bytes")
        try faults.throwIfAny()
        return try PasswordHash(of: password.bytes.span, cost: cost)
    }
}
