import Keys
import Operations
import Testing

@testable import Gossip
@testable import Simulation

/// What staging costs this node, and how much of it there can be.
struct StagingTests {
    private let now = World.beginning

    private func triedCount(_ node: SimulatedNode, of peer: NodeID) -> Int64 {
        let limits = node.intake.staging.limits
        guard var bucket = node.intake.staging.trials[peer] else { return 0 }
        return bucket.wait(for: limits.triedAtOnce, at: now) * limits.triedPerSecond / 1_000
    }

    @Test
    func `66 what is staged is not tried again for what can't make it shared`() {
        var north = Writer("north")
        var south = Writer("south").node
        var limits = SimulatedNode.intakeLimits
        limits.staging.triedPerSecond = 1
        south.intake = Intake(limits: limits)
        let room = north.found()
        _ = south.take([north.run(of: room)], of: room, from: north.id)
        for seq in 1...50 as ClosedRange<UInt64> {
            _ = north.post("\(seq)", in: room)
            _ = south.take([north.run(of: room, from: seq)], of: room, from: north.id)
        }
        #expect(triedCount(south, of: north.id) == 1, "the founding, and none of what was said since")
        _ = north.admit(south.identity.users[0], to: room)
        _ = south.take([north.run(of: room, from: 51)], of: room, from: north.id)
        #expect(south.keeper.rooms[room]?.order.count == 52)
    }

    @Test
    func `66 trials are paid for by who brings what is tried, and what waits for that is not lost`() {
        var north = Writer("north")
        var south = Writer("south").node
        var limits = SimulatedNode.intakeLimits
        limits.staging.triedPerSecond = 1
        limits.staging.triedAtOnce = 100
        south.intake = Intake(limits: limits)
        let room = north.found()
        for seq in 1...40 as ClosedRange<UInt64> {
            _ = north.admit(Writer("stranger \(seq)").user("ada"), to: room)
            let first = seq == 1 ? 0 : seq
            _ = south.take([north.run(of: room, from: first)], of: room, from: north.id)
        }
        #expect((1...200).contains(triedCount(south, of: north.id)), "and not 800")
        _ = north.admit(south.identity.users[0], to: room)
        _ = south.take([north.run(of: room, from: 41)], of: room, from: north.id)
        #expect(south.keeper.rooms[room] == nil)
        south.tick(at: now + 200_000)
        #expect(south.keeper.rooms[room]?.order.count == 42)
    }

    @Test
    func `66 what all peers have staged is bounded, at the cost of who has the most`() {
        var south = Writer("south").node
        var limits = SimulatedNode.intakeLimits
        limits.staging.bytesMax = 100_000
        south.intake = Intake(limits: limits)
        var greedy = Writer("greedy")
        var modest = Writer("modest")
        let small = modest.found()
        _ = south.take([modest.run(of: small)], of: small, from: modest.id)
        for _ in 0..<4 {
            let room = greedy.found()
            for number in 0..<4 { _ = greedy.post(String(repeating: "\(number)", count: 10_000), in: room) }
            _ = south.take([greedy.run(of: room)], of: room, from: greedy.id)
        }
        let staging = south.intake.staging
        #expect(staging.bytes(of: greedy.id) + staging.bytes(of: modest.id) <= 100_000)
        #expect(staging.bytes(of: greedy.id) > 40_000)
        #expect(staging.clock(of: small, from: modest.id).feeds.count == 1)
    }

    @Test
    func `21 what waits weighs all that is kept for it, each run once`() {
        var north = Writer("north")
        var south = Writer("south").node
        let room = north.found()
        _ = north.admit(south.identity.users[0], to: room)
        for _ in 0..<20 { _ = north.post(String(repeating: "x", count: 2_000), in: room) }
        _ = south.take([north.run(of: room, through: 1)], of: room, from: north.id)
        // Growing prefixes of what lacks its past: of each but the first only one operation is new.
        for last in 4...20 as ClosedRange<UInt64> {
            _ = south.take([north.run(of: room, from: 3, through: last)], of: room, from: north.id)
        }
        #expect(south.intake.waiting.operations == 18)
        let kept = (4...20).reduce(0) { $0 + ($1 - 2) * 2_000 }
        #expect(south.intake.waiting.bytes > kept)
        _ = south.take([north.run(of: room, from: 2)], of: room, from: north.id)
        #expect(south.intake.waiting == (0, 0))
        // One run weighs what its parts do.
        var other = Writer("south").node
        _ = other.take([north.run(of: room, through: 1)], of: room, from: north.id)
        _ = other.take([north.run(of: room, from: 3)], of: room, from: north.id)
        #expect(other.intake.waiting.bytes < 2 * 18 * 2_000 + 18 * 1_024)
    }
}
