import Testing

@testable import Simulation

struct SimulationTests {
    /// In slices, so that a failure names its seed and several can run beside each other. `parley-simulate --minutes`
    /// looks at as many as there is time for.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `networks keep their promises whatever happens to them`(slice: UInt64) {
        for seed in slice * 10 + 1...slice * 10 + 10 {
            let violation = Simulation.run(Plan(seed: seed)).violation
            #expect(violation == nil, "parley-simulate --seed \(seed)")
        }
    }

    @Test(arguments: [3, 16, 19, 37] as [UInt64])
    func `one seed is one run`(seed: UInt64) {
        let one = Simulation.run(Plan(seed: seed), telling: .messages)
        let other = Simulation.run(Plan(seed: seed), telling: .messages)
        #expect(one.trace == other.trace)
        #expect(one.bytes == other.bytes)
    }

    /// With the seed that shows it soonest, so that this is fast. Others show it too.
    @Test(arguments: [
        (Sabotage.ignoresVoid, 1...60), (.ordersByArrival, 1...60), (.forgetsDependencies, 1...60),
        (.keepsErased, 1...10), (.acceptsForgeries, 1...60), (.showsAll, 1...3), (.acknowledgesEarly, 1...60),
        (.keepsEpochs, 1...60),
    ])
    func `a planted bug is found`(bug: Sabotage, seeds: ClosedRange<UInt64>) {
        let found = seeds.first { Simulation.run(Plan(seed: $0), sabotage: bug).violation != nil }
        #expect(found != nil, "parley-simulate --seeds 1-60 --sabotage \(bug.rawValue)")
    }

    @Test
    func `what is told of a failure is as short as can be, and fails in the same way`() throws {
        let plan = Plan(seed: 3)
        let violation = try #require(Simulation.run(plan, sabotage: .keepsErased).violation)
        var shrinking = Shrinking(plan, violation, sabotage: .keepsErased)
        shrinking.shrink()
        // A room, a message, its deletion.
        #expect(shrinking.plan.steps.count <= 4)
        #expect(Simulation.run(shrinking.plan, sabotage: .keepsErased).violation?.law == violation.law)
        #expect(Simulation.run(shrinking.plan).violation == nil)
    }
}
