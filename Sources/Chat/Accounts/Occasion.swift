package import Bytes
package import SQLite
package import Store

/// When something is done, by whom, and from where.
package struct Occasion: Hashable, Sendable {
    package let now: Timestamp
    /// Nil for the command line and the node itself.
    package let actor: PersonNumber?
    /// The client's; empty where there is none.
    package let address: String

    package init(now: Timestamp, by actor: PersonNumber?, from address: String = "") {
        self.now = now
        self.actor = actor
        self.address = address
    }
}

/// What people of this node do with their accounts, and administrators with those of others: each use case once.
///
/// Those that change something run in a transaction of the writer's; what they return is true once it is committed,
/// and not before. None of them computes a password hash: that is for threads that serve nobody else, in between
/// (`Registration`, `SignInAttempt`, `PasswordChange`).
package enum Accounts {
    /// A session ends so long after it was used last.
    package static let sessionMilliseconds: Int64 = 30 * 86_400_000
    /// A session's use is written down as often.
    package static let touchMilliseconds: Int64 = 60_000
    package static let sessionsMax = 1_000
    package static let tokensMax = 100
}

/// How an account begins and ends in the log: there people have their numbers, and from there other nodes hear of
/// them.
package protocol AccountLife {
    /// The number of a person of this node, in the transaction in which the account is made.
    func open(_ handle: String, displayName: String, in transaction: borrowing Transaction) throws -> PersonNumber
    /// The person leaves their rooms, and their profile is erased; with `erasing`, all that they wrote as well. What
    /// takes long may be left to be done after the transaction, if it is remembered in it.
    func close(_ person: PersonNumber, erasing: Bool, in transaction: borrowing Transaction) throws
}

/// What has ended when the transaction is committed: caches forget it (`SessionCache.forget`), sockets close.
package struct EndedSessions: Hashable, Sendable {
    package let person: PersonNumber
    package let sessions: [SessionNumber]

    package init(person: PersonNumber, sessions: [SessionNumber]) {
        self.person = person
        self.sessions = sessions
    }
}
