package import Operations

/// Payloads that are missing although nothing explains it: asked for again and again, of one node after the
/// other, until they come. Which are missing the fold of the room says; here is remembered how often each was
/// asked for, so that one that nobody has costs less and less.
package struct PayloadWants: Sendable {
    private struct Want: Sendable {
        var times = 0
        var askAt: Int64 = .min
    }

    package static let wantsMax = 65_536
    private static let shortest: Int64 = 1_000
    private static let longest: Int64 = 3_600_000
    private var wants: [RoomID: [OperationID: Want]] = [:]
    private var count = 0

    package init() {}

    package var isEmpty: Bool { wants.isEmpty }
    package var rooms: [RoomID] { wants.keys.sorted() }
    /// When something is to be asked for again.
    package var nextAsk: Int64? { wants.values.lazy.flatMap(\.values).map(\.askAt).min() }

    /// What is missing of a room now. What is missing no more is forgotten.
    package mutating func update(_ room: RoomID, missing: [OperationID]) {
        let known = wants.removeValue(forKey: room) ?? [:]
        count -= known.count
        var kept: [OperationID: Want] = [:]
        for id in missing where count + kept.count < Self.wantsMax { kept[id] = known[id] ?? Want() }
        count += kept.count
        if !kept.isEmpty { wants[room] = kept }
    }

    /// What to ask now, and how often that has been asked before: so that each time another peer is asked. At most
    /// as many of a room as one question holds.
    package mutating func due(at now: Int64) -> [(room: RoomID, ids: [OperationID], times: Int)] {
        var due: [(room: RoomID, ids: [OperationID], times: Int)] = []
        for room in wants.keys.sorted() {
            guard let known = wants[room] else { continue }
            let ids = known.filter { $0.value.askAt <= now }.keys.sorted().prefix(GossipLimits.namesPerAskMax)
            guard let first = ids.first else { continue }
            due.append((room, Array(ids), known[first]?.times ?? 0))
            for id in ids {
                let times = (known[id]?.times ?? 0) + 1
                let wait = min(Self.shortest << min(times, 12), Self.longest)
                wants[room]?[id] = Want(times: times, askAt: now + wait)
            }
        }
        return due
    }
}
