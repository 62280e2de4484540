import Bytes
package import SQLite
package import Store

// Tokens for programs: long-lived, with a name, and with no more rights than they need.

extension Accounts {
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
        if scopes.contains(.admin), !account.isAdmin { throw ChatFault.notAllowed }
        guard account.isActive, scopes.isSubset(of: access.scopes) else { throw ChatFault.scopesExceeded }
        guard
            try SessionTable.tokenCount(of: access.person, at: occasion.now, on: transaction.connection) < tokensMax
        else { throw ChatFault.tooMany }
        // The names of those that are over are free, whether or not they have been cleared away.
        try SessionTable.removeExpired(at: occasion.now, of: access.person, in: transaction)
        guard try !SessionTable.hasToken(name, of: access.person, on: transaction.connection) else {
            throw ChatFault.tokenNameTaken
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
