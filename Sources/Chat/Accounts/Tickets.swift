package import Bytes
package import Store
import Synchronization

/// What a ticket stands for.
package struct Ticket: Hashable, Sendable {
    package let session: SessionNumber
    package let scopes: Scopes
    package let expires: Timestamp
}

/// Tickets: good once and for 30 seconds, where a header can't be set. They are in memory, since they would not live
/// through a restart anyway. For all threads.
package final class TicketBook: Sendable {
    package static let milliseconds: Int64 = 30_000

    private let tickets = Mutex(State())
    private let countMax: Int
    private let perSessionMax: Int

    private struct State {
        var tickets: [SecretHash: Ticket] = [:]
        var perSession: [SessionNumber: Int] = [:]

        mutating func remove(_ secret: SecretHash) -> Ticket? {
            guard let ticket = tickets.removeValue(forKey: secret) else { return nil }
            let left = perSession[ticket.session, default: 1] - 1
            perSession[ticket.session] = left > 0 ? left : nil
            return ticket
        }

        mutating func removeExpired(at now: Timestamp) {
            for (secret, ticket) in tickets where ticket.expires <= now { _ = remove(secret) }
        }
    }

    package init(countMax: Int = 65_536, perSessionMax: Int = 1_024) {
        self.countMax = countMax
        self.perSessionMax = perSessionMax
    }

    /// The text, to be shown once.
    package func issue(
        to access: Access, at now: Timestamp, _ random: inout some RandomNumberGenerator
    ) throws(ChatFault) -> (secret: Secret, ticket: Ticket) {
        let secret = Secret.make(.ticket, &random)
        let ticket = Ticket(
            session: access.session, scopes: access.scopes, expires: now.later(byMilliseconds: Self.milliseconds))
        let isKept = tickets.withLock { state in
            if state.tickets.count >= countMax || state.perSession[access.session, default: 0] >= perSessionMax {
                state.removeExpired(at: now)
            }
            guard state.tickets.count < countMax, state.perSession[access.session, default: 0] < perSessionMax else {
                return false
            }
            state.tickets[secret.hash] = ticket
            state.perSession[access.session, default: 0] += 1
            return true
        }
        guard isKept else { throw .tooOften(waitMilliseconds: Self.milliseconds) }
        return (secret, ticket)
    }

    /// Takes it; nil for one that is used up, too old, or none. Whether its session still lives, `Accounts.access`
    /// says.
    package func redeem(_ text: some StringProtocol, at now: Timestamp) -> Ticket? {
        guard let secret = Secret.hash(of: text) else { return nil }
        let ticket = tickets.withLock { $0.remove(secret) }
        return ticket.flatMap { $0.expires > now ? $0 : nil }
    }
}
