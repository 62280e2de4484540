import Bytes
package import Keys
package import SQLite
package import Store

/// Somebody gives a name and a password.
///
/// 1. `Accounts.attempt` finds the account on a reading connection; 2. `check` takes its milliseconds on a thread for
/// that, the same for a name that nobody has; 3. `Accounts.signIn` in the writer. Who is refused is answered at once:
/// what `Accounts.noteFailure` writes down must not be waited for, since there is something to write only where the
/// name exists.
package struct SignInAttempt: Sendable {
    /// Nil where nobody can sign in by that name.
    package let person: PersonNumber?
    /// As it is stored; nil likewise.
    let stored: PasswordHash?
    let password: Password
    /// The account's, whether or not one can sign in to it.
    let known: PersonNumber?

    /// Milliseconds of computing and megabytes of memory, whoever it is.
    package func check(_ cost: PasswordCost = .standard) throws(PasswordError) -> PasswordVerdict {
        guard try PasswordHash.verify(password.bytes.span, against: stored, cost: cost), let person, let stored else {
            return .wrong
        }
        let better = stored.needsRehash(for: cost) ? try PasswordHash(of: password.bytes.span, cost: cost) : nil
        return .right(RightPassword(person: person, stored: stored.text, better: better?.text))
    }
}

package enum PasswordVerdict: Sendable {
    case wrong
    case right(RightPassword)
}

/// Somebody has shown that they know a password. Only a check makes one.
package struct RightPassword: Sendable {
    package let person: PersonNumber
    /// What it was checked against: it may have changed meanwhile.
    let stored: String
    /// The same password at today's cost, where the stored hash is older.
    let better: String?

    fileprivate init(person: PersonNumber, stored: String, better: String?) {
        self.person = person
        self.stored = stored
        self.better = better
    }
}

package struct SignedIn: Sendable {
    package let secret: Secret
    package let session: Session
    package let account: Account
    /// Sessions that made room for this one.
    package let ended: EndedSessions
}

extension Accounts {
    package static func attempt(
        username: String, password: Password, on connection: Connection
    ) throws -> SignInAttempt {
        try attempt(AccountTable.account(named: username, on: connection), password)
    }

    static func attempt(_ account: Account?, _ password: Password) -> SignInAttempt {
        // A closed or shut account has a hash at most; it is as if it hadn't.
        let hash = account.flatMap { $0.isActive ? $0.password : nil }.flatMap { PasswordHash($0) }
        return SignInAttempt(
            person: hash == nil ? nil : account?.person, stored: hash, password: password, known: account?.person)
    }

    /// Begins a session for whoever has shown that they know the password. Refused if it, or the account, has
    /// changed since.
    package static func signIn(
        _ right: RightPassword, userAgent: String, _ random: inout some RandomNumberGenerator, on occasion: Occasion,
        in transaction: borrowing Transaction
    ) throws -> SignedIn {
        guard var account = try AccountTable.account(of: right.person, on: transaction.connection), account.isActive,
            account.password == right.stored
        else { throw ChatFault.notSignedIn }
        if let better = right.better {
            account.password = better
            try AccountTable.update(account, in: transaction)
        }
        return try begin(account, userAgent: userAgent, &random, on: occasion, in: transaction)
    }

    /// Begins a session without a password: after registering.
    package static func begin(
        _ account: Account, userAgent: String, _ random: inout some RandomNumberGenerator, on occasion: Occasion,
        in transaction: borrowing Transaction
    ) throws -> SignedIn {
        let ended = try SessionTable.endOldest(of: account.person, keeping: sessionsMax - 1, in: transaction)
        let secret = Secret.make(.signIn, &random)
        let session = try SessionTable.insert(
            secret.hash, for: account.person, scopes: .all, at: occasion.now,
            expires: occasion.now.later(byMilliseconds: sessionMilliseconds), address: occasion.address,
            userAgent: String(Substring(userAgent).prefix(utf8Bytes: 255)), in: transaction)
        return SignedIn(
            secret: secret, session: session, account: account,
            ended: EndedSessions(person: account.person, sessions: ended))
    }

    /// A failed sign-in of an account that there is, in its own transaction, after the answer.
    package static func noteFailure(
        of attempt: SignInAttempt, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws {
        guard let person = attempt.known,
            let account = try AccountTable.account(of: person, on: transaction.connection)
        else { return }
        try AuditTable.insert(
            "login.failed", subject: account.handle, by: nil, from: occasion.address, at: occasion.now, in: transaction)
    }
}
