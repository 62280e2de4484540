import Operations
import Testing

@testable import Gossip

struct ConvergenceTests {
    @Test
    func `what one writes the other has a moment later`() {
        var world = World(seed: 1, nodes: 2)
        world.open(room(1), on: [0, 1])
        world.link(0, 1)
        world.run(milliseconds: 1_000)
        let requests = world.requests
        world.write(0, in: room(1))
        let equal1 = world.runUntilEqual([room(1)], within: 100)
        #expect(equal1 != nil)
        world.run(milliseconds: 10_000)
        #expect(world.requests - requests <= 2, "one push, and nothing else to say")
    }

    @Test
    func `what gathers while a push is under way goes with the next one`() {
        var world = World(seed: 2, nodes: 2)
        world.delay = 50...50
        world.open(room(1), on: [0, 1])
        world.link(0, 1)
        world.run(milliseconds: 1_000)
        let before = world.requestCounts["push"] ?? 0
        for _ in 0..<100 { world.write(0, in: room(1)) }
        let equal2 = world.runUntilEqual([room(1)], within: 1_000)
        #expect(equal2 != nil)
        #expect((world.requestCounts["push"] ?? 0) - before == 2)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `three nodes agree over a network that loses, doubles and reorders`(seed: UInt64) {
        var world = World(seed: seed, nodes: 3)
        world.open(room(1), on: [0, 1, 2])
        world.open(room(2), on: [0, 2])
        world.linkAll()
        world.lossRate = 200
        world.doublingRate = 200
        world.delay = 1...400
        for turn in 0..<60 as Range<UInt64> {
            world.write(turn % 3, in: room(1))
            if turn % 3 != 1 { world.write(turn % 3, in: room(2)) }
            if turn % 7 == 0 { world.read(turn % 3, in: room(1), counter: turn) }
            world.run(milliseconds: 50)
        }
        world.lossRate = 0
        let took = world.runUntilEqual([room(1), room(2)], within: 90_000)
        #expect(took != nil, "seed \(seed)")
        for id in world.ids { #expect(world.nodes[id]?.buffer.count == 0, "seed \(seed)") }
        #expect(world.nodes[node(1)]?.log.rooms[room(2)] == nil)
    }

    @Test(arguments: [[[0, 1], [1, 2]], [[0, 1], [1, 2], [2, 3], [3, 0]], [[0, 1], [0, 2], [0, 3]]])
    func `it passes through the others where two never meet`(links: [[UInt64]]) {
        var world = World(seed: 5, nodes: UInt64(Set(links.joined()).count))
        world.open(room(1), on: Array(0..<UInt64(world.nodes.count)))
        for link in links { world.link(link[0], link[1]) }
        world.run(milliseconds: 1_000)
        world.write(2, in: room(1))
        let equal3 = world.runUntilEqual([room(1)], within: 500)
        #expect(equal3 != nil)
        for number in 0..<UInt64(world.nodes.count) { world.write(number, in: room(1)) }
        let equal4 = world.runUntilEqual([room(1)], within: 1_000)
        #expect(equal4 != nil)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `after a cut of seconds all is equal within seconds`(seed: UInt64) throws {
        var world = World(seed: seed, nodes: 3)
        world.open(room(1), on: [0, 1, 2])
        world.linkAll()
        world.run(milliseconds: 1_000)
        world.cut(0, 1)
        world.cut(0, 2)
        for turn in 0..<50 as Range<UInt64> {
            world.write(turn % 3, in: room(1))
            world.run(milliseconds: 200)
        }
        #expect(!world.agrees(on: room(1)))
        world.heal()
        let time11 = world.runUntilEqual([room(1)], within: 20_000)
        let took = try #require(time11)
        // What was on its way when the link came back still has to time out.
        #expect(took <= World.timeout + 4_000, "seed \(seed)")
    }

    @Test
    func `a node that nobody can call takes part fully`() throws {
        var world = World(seed: 9, nodes: 2)
        world.open(room(1), on: [0, 1])
        world.link(0, 1, canCall: false)
        world.run(milliseconds: 1_000)
        world.write(1, in: room(1))
        let time12 = world.runUntilEqual([room(1)], within: 400)
        let heard = try #require(time12)
        #expect(heard <= 200, "it listens all the time")
        world.write(0, in: room(1))
        let equal5 = world.runUntilEqual([room(1)], within: 400)
        #expect(equal5 != nil)
        // What was written while nobody could say it: by both, in the cut.
        world.cut(0, 1)
        for _ in 0..<20 {
            world.write(0, in: room(1))
            world.write(1, in: room(1))
            world.run(milliseconds: 100)
        }
        world.heal()
        let equal6 = world.runUntilEqual([room(1)], within: 60_000)
        #expect(equal6 != nil)
    }

    @Test(arguments: [false, true])
    func `a node that can't call hears what was written while it was away`(isRestarted: Bool) {
        var world = World(seed: 10, nodes: 2)
        world.open(room(1), on: [0, 1])
        world.link(0, 1, canCall: false)
        world.run(milliseconds: 1_000)
        world.cut(0, 1)
        // Long enough for the link to be known as down.
        world.run(milliseconds: 70_000)
        world.write(0, in: room(1))
        world.run(milliseconds: 1_000)
        world.heal()
        if isRestarted {
            // What was owed is forgotten; where it had got to is not.
            world.link(0, 1, canCall: false)
        }
        let took = world.runUntilEqual([room(1)], within: 60_000)
        #expect(took != nil)
    }

    @Test
    func `a cursor from before a restore is gone, and all rooms are compared`() {
        var world = World(seed: 11, nodes: 2)
        for number in 0..<50 as Range<UInt64> { world.open(room(number), on: [0, 1]) }
        world.link(0, 1)
        world.run(milliseconds: 1_000)
        for number in 0..<50 as Range<UInt64> { world.write(0, in: room(number)) }
        world.run(milliseconds: 2_000)
        // The log of node 0 begins anew, with other cursors; what it writes meanwhile is not pushed.
        world.nodes[node(0)]?.seal = CursorSeal(secret: node(0).bytes, incarnation: 99)
        world.nodes[node(0)]?.sessions = [:]
        world.write(0, in: room(7))
        let before = world.nodes[node(1)]?.sessions[node(0)]?.health.reconciliations ?? 0
        let equal7 = world.runUntilEqual([room(7)], within: 70_000)
        #expect(equal7 != nil)
        #expect(world.nodes[node(1)]?.sessions[node(0)]?.health.reconciliations == before + 1)
    }

    @Test
    func `a proof of a fork reaches everybody and caps the clocks of all`() {
        var world = World(seed: 13, nodes: 3)
        world.open(room(1), on: [0, 1, 2])
        world.link(0, 1)
        world.link(1, 2)
        for _ in 0..<5 { world.write(0, in: room(1)) }
        let equal8 = world.runUntilEqual([room(1)], within: 2_000)
        #expect(equal8 != nil)
        let isNew = world.nodes[node(2)]?.log.fork(FeedPosition(feed: feed(0), seq: 2), in: room(1), from: nil)
        #expect(isNew == true)
        world.write(2, in: room(1))
        let equal9 = world.runUntilEqual([room(1)], within: 10_000)
        #expect(equal9 != nil)
        #expect(world.nodes[node(0)]?.log.clock(of: room(1))?.seq(of: feed(0)) == 1)
    }

    @Test
    func `a room of thousands of operations is joined in pages while another goes on`() throws {
        var world = World(seed: 17, nodes: 2)
        world.open(room(1), on: [0])
        world.open(room(2), on: [0, 1])
        for _ in 0..<3_000 { world.write(0, in: room(1), size: 1_500) }
        world.link(0, 1)
        world.run(milliseconds: 500)
        // Node 1 becomes a participant.
        world.open(room(1), on: [0, 1])
        world.write(0, in: room(1))
        world.run(milliseconds: 50)
        world.write(0, in: room(2))
        let time13 = world.runUntilEqual([room(2)], within: 5_000)
        let other = try #require(time13)
        let equal10 = world.runUntilEqual([room(1)], within: 20_000)
        #expect(equal10 != nil)
        #expect(other <= 300)
        #expect(world.nodes[node(1)]?.buffer.evictions == 0)
    }

    @Test
    func `somebody whom nobody can call brings a room with all its history`() {
        var world = World(seed: 23, nodes: 2)
        world.open(room(1), on: [0])
        for _ in 0..<2_000 { world.write(0, in: room(1), size: 1_000) }
        world.link(0, 1, canCall: false)
        world.run(milliseconds: 500)
        // Now somebody of node 1 is a member too; node 1 does not know yet.
        world.nodes[node(0)]?.log.open(room(1), for: [node(0), node(1)])
        world.write(0, in: room(1))
        world.run(milliseconds: 20_000)
        #expect(world.nodes[node(1)]?.log.digest(of: room(1)) == world.nodes[node(0)]?.log.digest(of: room(1)))
        #expect(world.nodes[node(1)]?.log.clock(of: room(1))?.seq(of: feed(0)) == 2_000)
    }

    @Test
    func `ten thousand quiet rooms cost one short question in a while`() {
        var world = World(seed: 19, nodes: 2)
        for number in 0..<10_000 as Range<UInt64> { world.open(room(number), on: [0, 1]) }
        world.link(0, 1)
        world.run(milliseconds: 5_000)
        let (bytes, requests) = (world.bytes, world.requests)
        world.run(milliseconds: 120_000)
        #expect(world.requests - requests <= 6)
        #expect(world.bytes - bytes <= 1_024)
    }
}
