import Keys
import Synchronization

/// How often passwords and invites may be tried. For all threads; times are of a clock that only goes forward.
///
/// A try is counted before the password is checked and given back when it was right: else as many could be wrong at
/// once as can be under way. A name counts whether or not somebody has it.
package final class AccountLimits: Sendable {
    package struct Rates: Sendable {
        package var loginPerAccount = Rate(burst: 10, each: 6_000)
        package var loginPerAddress = addressRate(of: Rate(burst: 10, each: 6_000))
        package var registrations = Rate(burst: 100, each: 36_000)

        package init() {}

        /// Behind one address there are several people: six times what an account has.
        package static func addressRate(of account: Rate) -> Rate {
            Rate(burst: min(account.burst * 6, 1_000_000), each: max(1, account.intervalMilliseconds / 6))
        }
    }

    private struct State {
        var accounts: RateTable<Hash>
        var addresses: RateTable<String>
        var registrations: RateTable<String>
    }

    private let state: Mutex<State>

    package init(_ rates: Rates = Rates(), countMax: Int = 65_536) {
        state = Mutex(
            State(
                accounts: RateTable(rates.loginPerAccount, countMax: countMax),
                addresses: RateTable(rates.loginPerAddress, countMax: countMax),
                registrations: RateTable(rates.registrations, countMax: countMax)))
    }

    /// A password is about to be checked. Whoever calls gives the part of an address that counts: of an IPv6 address
    /// its /64.
    package func beginLogin(_ username: String, from address: String, at now: Int64) throws(ChatFault) {
        let name = Self.key(username)
        let wait = state.withLock { state -> Int64? in
            if let wait = state.addresses.take(address, at: now) { return wait }
            guard let wait = state.accounts.take(name, at: now) else { return nil }
            state.addresses.giveBack(address, at: now)
            return wait
        }
        if let wait { throw .tooOften(waitMilliseconds: wait) }
    }

    /// It was right, or could not be checked.
    package func forgiveLogin(_ username: String, from address: String, at now: Int64) {
        state.withLock { state in
            state.addresses.giveBack(address, at: now)
            state.accounts.giveBack(Self.key(username), at: now)
        }
    }

    package func beginRegistration(from address: String, at now: Int64) throws(ChatFault) {
        let wait = state.withLock { $0.registrations.take(address, at: now) }
        if let wait { throw .tooOften(waitMilliseconds: wait) }
    }

    /// Whatever somebody sends as a name, it takes 32 bytes.
    private static func key(_ username: String) -> Hash {
        Hash(of: username.utf8.span)
    }
}
