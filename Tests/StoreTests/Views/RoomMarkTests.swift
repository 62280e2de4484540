import RoomModel
import SQLite
import Testing

@testable import Store

/// Whoever keeps a room as it was shown looks only at its mark, and at what is each viewer's own.
struct RoomMarkTests {
    private struct Mark: Hashable {
        let room: RoomGlance.Mark
        let names: Int
    }

    /// What is the same for all viewers.
    private struct Kept: Equatable {
        var room: Shown.Room
        var people: [PersonNumber: String]
        var last: Shown.Message?
    }

    @Test func `a room is shown as it was while its mark is the same, whoever looks`() throws {
        var repeated = 0
        for seed in UInt64(1)...40 {
            guard var world = try ViewWorld(seed: seed &+ 9_000, operations: 8...24) else { continue }
            var kept: [Mark: Kept] = [:]
            let arrivals = Arrival.all(of: world.plan, &world.random)
            for index in arrivals.indices {
                try world.take(arrivals[index...index])
                for _ in 0..<3 {
                    if Bool.random(using: &world.random) { try world.read() }
                    repeated += try look(at: world, &kept, seed)
                }
            }
        }
        #expect(repeated > 1_000)
    }

    /// How many marks were known.
    private func look(at world: ViewWorld, _ kept: inout [Mark: Kept], _ seed: UInt64) throws -> Int {
        guard let number = try world.number else { return 0 }
        var repeated = 0
        let names = try People.version(on: world.connection)
        for viewer in try MembershipTable.localMembers(of: RoomNumber(number), on: world.connection) {
            var shown = Shown()
            guard try RoomList.show(RoomNumber(number), to: viewer, on: world.connection, &shown),
                let glance = shown.glance, var room = shown.rooms.first
            else { continue }
            var last = shown.messages.first
            if let message = last {
                let isRead = message.sender == viewer ? message.readByCount > 0 : glance.hasReadLast
                #expect(message.isRead == isRead, "seed \(seed)")
            }
            #expect(room.unread == glance.unread, "seed \(seed)")
            room.unread = 0
            last?.isRead = false
            let now = Kept(room: room, people: shown.people, last: last)
            let mark = Mark(room: glance.mark, names: names)
            if let before = kept.updateValue(now, forKey: mark) {
                repeated += 1
                #expect(now == before, "seed \(seed)")
            }
        }
        return repeated
    }
}
