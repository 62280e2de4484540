package import Bytes
package import Store
import Synchronization

/// Who is let in by which token, so that most requests don't ask the database. For all threads.
///
/// What ends is forgotten after the commit and before its answer, so who was told that a session has ended will not
/// see it come back: a reading that began before is not kept (`Reading`).
package final class SessionCache: Sendable {
    private let state: Mutex<State>

    fileprivate struct State {
        // Those that were used since the last change of guard, and those used in the time before. Together they are
        // at most `countMax`.
        var young: [SecretHash: Access] = [:]
        var old: [SecretHash: Access] = [:]
        var secrets: [SessionNumber: SecretHash] = [:]
        var generation: UInt64 = 0
        let half: Int
    }

    package init(countMax: Int = 16_384) {
        precondition(countMax >= 2)
        state = Mutex(State(half: countMax / 2))
    }

    /// What was known when somebody began to read the database.
    package struct Reading: Sendable {
        fileprivate let generation: UInt64
    }

    package enum Answer: Sendable {
        /// `touchIsDue`: the use is to be written down (`Accounts.touch`). It says so once a minute.
        case known(Access, touchIsDue: Bool)
        /// Ask the database (`Accounts.access`), and then `keep` what it says.
        case unknown(Reading)
    }

    package func access(by secret: SecretHash, at now: Timestamp) -> Answer {
        state.withLock { state in
            let young = state.young[secret]
            guard let access = young ?? state.old[secret], access.expires.map({ $0 > now }) ?? true else {
                return .unknown(Reading(generation: state.generation))
            }
            let isDue = access.touchIsDue(at: now)
            // Most requests change nothing here.
            if young != nil, !isDue { return .known(access, touchIsDue: false) }
            state.put(isDue ? access.touched(at: now) : access, secret)
            return .known(access, touchIsDue: isDue)
        }
    }

    /// Keeps what the database said, unless something has ended since; whether its use is to be written down.
    package func keep(_ access: Access, for secret: SecretHash, at now: Timestamp, since reading: Reading) -> Bool {
        let isDue = access.touchIsDue(at: now)
        state.withLock { state in
            guard state.generation == reading.generation else { return }
            state.put(isDue ? access.touched(at: now) : access, secret)
        }
        return isDue
    }

    package func forget(_ ended: EndedSessions) {
        state.withLock { state in
            state.generation += 1
            for session in ended.sessions {
                guard let secret = state.secrets.removeValue(forKey: session) else { continue }
                state.young[secret] = nil
                state.old[secret] = nil
            }
        }
    }

    /// All that somebody has: they have become an administrator, or are none any more.
    package func forget(_ person: PersonNumber) {
        state.withLock { state in
            state.generation += 1
            state.young = state.young.filter { $0.value.person != person }
            state.old = state.old.filter { $0.value.person != person }
            state.gatherSecrets()
        }
    }

    package var count: Int { state.withLock { $0.young.count + $0.old.count } }
}

extension SessionCache.State {
    mutating func put(_ access: Access, _ secret: SecretHash) {
        old[secret] = nil
        if young.count >= half, young[secret] == nil {
            old = young
            young = [:]
            gatherSecrets()
        }
        young[secret] = access
        secrets[access.session] = secret
    }

    mutating func gatherSecrets() {
        secrets = [:]
        for (secret, access) in old { secrets[access.session] = secret }
        for (secret, access) in young { secrets[access.session] = secret }
    }
}

extension Access {
    fileprivate func touchIsDue(at now: Timestamp) -> Bool {
        lastUsed.map { now.milliseconds - $0.milliseconds >= Accounts.touchMilliseconds } ?? true
    }
}
