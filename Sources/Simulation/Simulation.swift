import Operations

/// One run of a plan, from the beginning to the verdict.
package struct Simulation {
    package struct Report: Sendable {
        package let violation: Violation?
        package let trace: [String]
        /// Virtual milliseconds from the end of all trouble until all were equal.
        package let healing: Int64?
        package let operations: Int
        package let bytes: Int
        package let messages: Int
        package let tally: Tally
    }

    /// What is told of it.
    package enum Detail: Sendable {
        case nothing, steps, messages
    }

    private static let checkEvery: Int64 = 5_000
    /// Within this all honest nodes must be equal, in virtual milliseconds. Patience with a peer that promised what it
    /// didn't have lasts up to an hour, and an early operation waits for up to a quarter of one.
    private static let healsWithin: Int64 = 3 * 3_600_000
    private static let idle: Int64 = 300_000

    package static func run(_ plan: Plan, sabotage: Sabotage? = nil, telling detail: Detail = .nothing) -> Report {
        let (end, healing) = play(plan, sabotage: sabotage, telling: detail)
        var world = end
        if world.violation != nil, detail == .messages {
            for line in world.remains() { world.trace.note(world.now, line) }
        }
        if let violation = world.violation { world.trace.note(world.now, violation.description) }
        return Report(
            violation: world.violation, trace: world.trace.lines, healing: healing,
            operations: world.truth.operations.count, bytes: world.traffic.bytes, messages: world.traffic.messages,
            tally: world.count())
    }

    /// With the world as it is in the end.
    static func play(
        _ plan: Plan, sabotage: Sabotage? = nil, telling detail: Detail = .nothing
    ) -> (world: World, healing: Int64?) {
        var world = World(plan, sabotage: sabotage, telling: detail)
        let end = World.beginning + Plan.healsAt
        while world.violation == nil, world.now < end {
            world.run(until: min(world.now + checkEvery, end))
            world.check()
        }
        var healing: Int64?
        if world.violation == nil {
            world.heal()
            healing = converge(&world)
        }
        if world.violation == nil { world.checkTraffic() }
        if world.violation == nil { world.checkHealed() }
        if world.violation == nil {
            world.letADayPass()
            // What a clock that was ahead had dated is applied only now. A node that wrote it and has lost it since is
            // given it when it listens: nobody pushes it to where it came from.
            _ = converge(&world)
            // It may have been that a room is deleted.
            world.tick()
        }
        if world.violation == nil { world.checkRemains() }
        if world.violation == nil { rest(&world) }
        return (world, healing)
    }

    /// How long it took until nobody differed.
    private static func converge(_ world: inout World) -> Int64? {
        let start = world.now
        var step: Int64 = 1_000
        while world.violation == nil {
            guard let difference = world.difference() else { return world.now - start }
            guard world.now - start < healsWithin else {
                world.violation = difference
                return nil
            }
            world.run(until: world.now + step)
            step = min(step * 2, 120_000)
        }
        return nil
    }

    /// C9: where nothing happens next to nothing is said, and a message costs each link a bounded number of bytes.
    private static func rest(_ world: inout World) {
        // What is still on its way, and wakes that were planned, come to an end first.
        world.run(until: world.now + 120_000)
        let before = world.traffic
        world.run(until: world.now + idle)
        guard world.violation == nil else { return }
        let bytes = world.traffic.bytes - before.bytes
        let ways = world.plan.links.count * 2
        // Who was flooded with what lacks its past goes on asking for that, with growing patience. And what somebody brings who
        // is out, and whom hostile nodes gave it, is taken and not acknowledged to them: they bring it again, as patiently, to
        // each of their peers.
        let allowed =
            world.plan.hostileCount == 0
            ? ways * 6_144 : ways * 8_192 + world.bytesOfLargestRoom * world.plan.mostHonestPeers
        if bytes > allowed {
            world.violation = Violation(
                law: "C9", what: "\(bytes) bytes in five minutes in which nothing happened, and not \(allowed)")
        }
        write(5, in: &world)
    }

    private static func write(_ count: Int, in world: inout World) {
        guard world.violation == nil else { return }
        let before = world.traffic.bytes
        var written = 0
        for number in 0..<count {
            let made = world.machines[0].node.perform(
                .post, pick: UInt64(number), everyone: world.everyone, at: world.now)
            written += made == nil ? 0 : 1
            world.collect(0)
            world.run(until: world.now + 1_000)
        }
        world.run(until: world.now + 10_000)
        guard world.violation == nil else { return }
        let ways = world.plan.links.count * 2
        // A message may make a room shared with somebody who was in it by what hostile nodes wrote: then they get the rest of it.
        let late = world.plan.hostileCount == 0 ? 0 : world.bytesOfLargestRoom
        let (bytes, allowed) = (world.traffic.bytes - before, ways * (written * 1_500 + 2_048) + late)
        if bytes > allowed {
            world.violation = Violation(law: "C9", what: "\(bytes) bytes for \(written) messages, and not \(allowed)")
        } else {
            _ = converge(&world)
        }
    }
}
