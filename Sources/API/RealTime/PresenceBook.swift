import Bytes
package import SQLite
package import Store
import Synchronization

/// Who is here, and when they were last active. Only in memory: after a restart nobody is here until they connect.
/// For all threads.
package final class PresenceBook: PresenceKeeping {
    private let known = Mutex<[PersonNumber: Presence]>([:])
    private static let countMax = 1 << 18
    /// So that who is busy isn't shown otherwise with each thing that they do.
    private static let coalescedMilliseconds: Int64 = 60_000

    init() {}

    package func presence(
        of person: PersonNumber, for viewer: PersonNumber, on connection: Connection
    ) throws -> Presence {
        let presence = self[person]
        guard presence != .unknown else { return presence }
        if person == viewer { return presence }
        if let account = try AccountTable.account(of: person, on: connection), !account.sharesPresence {
            return .unknown
        }
        return try MembershipTable.haveRoomInCommon(person, viewer, on: connection) ? presence : .unknown
    }

    subscript(person: PersonNumber) -> Presence {
        known.withLock { $0[person] ?? .unknown }
    }

    /// Somebody comes or goes.
    func set(_ person: PersonNumber, isOnline: Bool, at now: Timestamp) -> Presence {
        known.withLock { known in
            let presence = Presence(isOnline: isOnline, lastActivity: now)
            Self.makeRoom(in: &known)
            known[person] = presence
            return presence
        }
    }

    func set(_ person: PersonNumber, _ presence: Presence) {
        known.withLock { known in
            Self.makeRoom(in: &known)
            known[person] = presence
        }
    }

    func active(_ person: PersonNumber, at now: Timestamp) {
        known.withLock { known in
            let last = known[person]?.lastActivity?.milliseconds ?? 0
            guard now.milliseconds - last >= Self.coalescedMilliseconds else { return }
            if known[person] == nil { Self.makeRoom(in: &known) }
            known[person, default: .unknown].lastActivity = now
        }
    }

    /// Of those who have gone, any may be forgotten.
    private static func makeRoom(in known: inout [PersonNumber: Presence]) {
        guard known.count >= countMax else { return }
        known = known.filter { $0.value.isOnline }
    }
}
