package import Bytes
package import SQLite
package import Store

/// Who asks, and what their token lets them do.
package struct Access: Hashable, Sendable {
    package let session: SessionNumber
    package let person: PersonNumber
    /// A named token, and not a sign-in.
    package let isToken: Bool
    package private(set) var scopes: Scopes
    package let isAdmin: Bool
    package private(set) var expires: Timestamp?
    package private(set) var lastUsed: Timestamp?

    init(_ owner: SessionOwner) {
        session = owner.session.number
        person = owner.session.person
        isToken = owner.session.name != nil
        // Only while they are one.
        scopes = owner.isAdmin ? owner.session.scopes : owner.session.scopes.subtracting(.admin)
        isAdmin = owner.isAdmin
        expires = owner.session.expires
        lastUsed = owner.session.lastUsed
    }

    /// With no more than these.
    func limited(to scopes: Scopes) -> Access {
        var copy = self
        copy.scopes = self.scopes.intersection(scopes)
        return copy
    }

    /// As it will be when its use has been written down.
    func touched(at now: Timestamp) -> Access {
        var copy = self
        copy.lastUsed = now
        if !isToken { copy.expires = now.later(byMilliseconds: Accounts.sessionMilliseconds) }
        return copy
    }
}

extension Accounts {
    /// Nil for a token that is unknown, expired or revoked, or whose owner is shut out.
    package static func access(
        by secret: SecretHash, at now: Timestamp, on connection: Connection
    ) throws -> Access? {
        try SessionTable.owner(of: secret, at: now, on: connection).map { Access($0) }
    }

    /// Of whoever got this ticket; nil if the session behind it has ended since.
    package static func access(
        by ticket: Ticket, at now: Timestamp, on connection: Connection
    ) throws -> Access? {
        try SessionTable.owner(of: ticket.session, at: now, on: connection).map {
            Access($0).limited(to: ticket.scopes)
        }
    }

    /// Notes that a session was used, when `SessionCache` says that it is time to.
    package static func touch(
        _ access: Access, userAgent: String, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws {
        let expires = access.isToken ? nil : occasion.now.later(byMilliseconds: sessionMilliseconds)
        try SessionTable.touch(
            access.session, at: occasion.now, expires: expires, address: occasion.address,
            userAgent: String(Substring(userAgent).prefix(utf8Bytes: 255)), in: transaction)
    }

    /// Ends the session, or revokes the token, that asks.
    package static func signOut(
        _ access: Access, in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        try end(access.session, of: access.person, isToken: nil, in: transaction)
    }

    /// Ends one of one's own sign-ins.
    package static func endSession(
        _ session: SessionNumber, of person: PersonNumber, in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        try end(session, of: person, isToken: false, in: transaction)
    }

    private static func end(
        _ session: SessionNumber, of person: PersonNumber, isToken: Bool?, in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        guard try SessionTable.end(session, of: person, isToken: isToken, in: transaction) else {
            throw AccountFault.notFound
        }
        return EndedSessions(person: person, sessions: [session])
    }

    // MARK: Named tokens

    package struct MadeToken: Sendable {
        package let secret: Secret
        package let token: Session
    }

    /// A token for a program. `seconds` nil: it does not expire.
    package static func makeToken(
        _ name: String, scopes: Scopes = [.read, .write], seconds: Int64? = nil, for access: Access,
        _ random: inout some RandomNumberGenerator, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws -> MadeToken {
        var faults: [FieldFault] = []
        faults.check(.name, !name.isEmpty && isName(name), "1 to 255 characters")
        faults.check(.scopes, !scopes.isEmpty, "at least one")
        faults.check(
            .expiresIn, seconds.map { (60...315_360_000).contains($0) } ?? true, "60 to 315,360,000 seconds")
        try faults.throwIfAny()
        // As they are in this transaction, whatever a cache said.
        let account = try existing(access.person, in: transaction)
        if scopes.contains(.admin), !account.isAdmin { throw AccountFault.notAllowed }
        guard account.isActive, scopes.isSubset(of: access.scopes) else { throw AccountFault.scopesExceeded }
        guard
            try SessionTable.tokenCount(of: access.person, at: occasion.now, on: transaction.connection) < tokensMax
        else { throw AccountFault.tooMany }
        // The names of those that are over are free, whether or not they have been cleared away.
        _ = try SessionTable.removeExpired(at: occasion.now, of: access.person, in: transaction)
        guard try !SessionTable.hasToken(name, of: access.person, on: transaction.connection) else {
            throw AccountFault.tokenNameTaken
        }
        let secret = Secret.make(.token, &random)
        let token = try SessionTable.insert(
            secret.hash, for: access.person, name: name, scopes: scopes, at: occasion.now,
            expires: seconds.map { occasion.now.later(byMilliseconds: $0 * 1_000) }, in: transaction)
        try audit("token.make", account, on: occasion, in: transaction)
        return MadeToken(secret: secret, token: token)
    }

    package static func revokeToken(
        _ token: SessionNumber, of person: PersonNumber, on occasion: Occasion, in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        let ended = try end(token, of: person, isToken: true, in: transaction)
        try audit("token.revoke", existing(person, in: transaction), on: occasion, in: transaction)
        return ended
    }
}
