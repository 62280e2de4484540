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
    package private(set) var expires: Timestamp?
    package private(set) var lastUsed: Timestamp?

    init(_ owner: SessionOwner) {
        session = owner.session.number
        person = owner.session.person
        isToken = owner.session.name != nil
        // Only while they are one.
        scopes = owner.isAdmin ? owner.session.scopes : owner.session.scopes.subtracting(.admin)
        expires = owner.session.expires
        lastUsed = owner.session.lastUsed
    }

    /// An administrator, with a token that lets them be one.
    package var isAdmin: Bool { scopes.contains(.admin) }

    /// With no more than these.
    func limited(to scopes: Scopes) -> Access {
        var copy = self
        copy.scopes = self.scopes.intersection(scopes)
        return copy
    }

    package func isExpired(at now: Timestamp) -> Bool { expires.map { $0 <= now } ?? false }

    /// Whether its use is to be written down: once a minute.
    package func touchIsDue(at now: Timestamp) -> Bool {
        lastUsed.map { now.milliseconds - $0.milliseconds >= Accounts.touchMilliseconds } ?? true
    }

    /// As it will be when its use has been written down.
    package func touched(at now: Timestamp) -> Access {
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

    /// The same one later, as the database has it by then; nil if the session has ended since.
    package static func renewed(
        _ access: Access, at now: Timestamp, on connection: Connection
    ) throws -> Access? {
        try SessionTable.owner(of: access.session, at: now, on: connection).map {
            Access($0).limited(to: access.scopes)
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

    static func end(
        _ session: SessionNumber, of person: PersonNumber, isToken: Bool?, in transaction: borrowing Transaction
    ) throws -> EndedSessions {
        guard try SessionTable.end(session, of: person, isToken: isToken, in: transaction) else {
            throw ChatFault.notFound
        }
        return EndedSessions(person: person, sessions: [session])
    }
}
