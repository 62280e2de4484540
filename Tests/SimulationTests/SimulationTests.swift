import Testing

@testable import Simulation

struct SimulationTests {
    /// In slices, so that several run beside each other. `Tests/simulate` looks at thousands, in a release build.
    @Test(arguments: 0..<5 as Range<UInt64>)
    func `networks keep their promises whatever happens to them`(slice: UInt64) {
        for seed in slice * 4 + 1...slice * 4 + 4 {
            let violation = Simulation.run(Plan(seed: seed)).violation
            #expect(violation == nil, "parley-simulate --seed \(seed)")
        }
    }

    /// What once broke a law, and showed a hole in the rules or a bug in what ships.
    @Test(
        arguments: [
            2_105, 2_170, 2_873, 4_114, 4_492, 5_462, 6_302, 6_359, 6_537, 17_635, 19_068, 20_633,
        ] as [UInt64])
    func `what was mended holds`(seed: UInt64) {
        #expect(Simulation.run(Plan(seed: seed)).violation == nil, "parley-simulate --seed \(seed)")
    }

    /// Things that a run has to be able to do to a network, or nothing was shown.
    @Test
    func `what the laws are about happens`() {
        var tally = Tally()
        for seed in 1...30 as ClosedRange<UInt64> { tally.add(Simulation.run(Plan(seed: seed)).tally) }
        for name in [
            "crashes", "restores", "forks proved", "own operations learnt from others", "former participants",
            "clocks that drift",
            "void operations", "operations set aside", "deleted messages", "direct rooms", "directories", "refusals",
            "operations before their past or their time", "origins with several epochs", "messages turned away",
        ] { #expect(tally.counts[name] ?? 0 > 0, "\(name)") }
    }

    @Test(arguments: [3, 16, 19, 37] as [UInt64])
    func `one seed is one run`(seed: UInt64) {
        let one = Simulation.run(Plan(seed: seed), telling: .messages)
        let other = Simulation.run(Plan(seed: seed), telling: .messages)
        #expect(one.trace == other.trace)
        #expect(one.bytes == other.bytes)
    }

    /// With seeds that show it soon, so that this is fast. Others show it too.
    @Test(arguments: [
        (Sabotage.ignoresVoid, 19...30), (.ordersByArrival, 2...12), (.forgetsDependencies, 11...20),
        (.keepsErased, 3...6), (.acceptsForgeries, 28...29), (.showsAll, 1...3), (.acknowledgesEarly, 41...50),
        (.keepsEpochs, 45...50),
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
