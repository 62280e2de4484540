package import Chat
package import Store
import Synchronization

/// Who asks how often, for all threads (Spec/api, section 10). Times are of a clock that only goes forward.
package final class Rates: Sendable {
    package enum Kind: Int, CaseIterable, Sendable {
        case send, write, read, upload, search, `public`
    }

    /// What `--rate-limits` may change; a kind without a rate has no limit.
    package struct Figures: Sendable {
        package var rates: [Kind: Rate] = [
            .send: Rate(burst: 1_000, each: 20),
            .write: Rate(burst: 1_000, each: 20),
            .read: Rate(burst: 2_000, each: 5),
            .upload: Rate(burst: 200, each: 200),
            .search: Rate(burst: 100, each: 200),
            .public: Rate(burst: 1_000, each: 10),
        ]
        /// Sign-ins and registrations; nil: without limits.
        package var accounts: AccountLimits.Rates? = AccountLimits.Rates()

        package init() {}

        package static var none: Figures {
            var figures = Figures()
            figures.rates = [:]
            figures.accounts = nil
            return figures
        }
    }

    package enum Asker: Hashable, Sendable {
        case person(PersonNumber)
        /// The part of an address that counts.
        case address(String)
    }

    private let tables: Mutex<[RateTable<Asker>?]>

    package init(_ figures: Figures) {
        tables = Mutex(Kind.allCases.map { kind in figures.rates[kind].map { RateTable($0) } })
    }

    package func take(_ kind: Kind, by asker: Asker, at now: Int64) throws(APIFault) {
        let wait = tables.withLock { $0[kind.rawValue]?.take(asker, at: now) ?? nil }
        if let wait { throw .tooOften(waitMilliseconds: wait) }
    }
}
