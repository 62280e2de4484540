import Glibc
import Simulation

/// Runs simulated networks and looks whether they keep their promises. The last line is the verdict; the status is 0
/// where all held, 1 where one failed, 2 for words that make no sense.
@main
struct ParleySimulate {
    private let sabotage: Sabotage?
    private let detail: Simulation.Detail
    private let clock = ContinuousClock()

    static func main() {
        guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else { exit(misuse()) }
        let sabotage = arguments.sabotageName.map { Sabotage(rawValue: $0) }
        if let sabotage, sabotage == nil { exit(misuse()) }
        let program = ParleySimulate(sabotage: sabotage ?? nil, detail: arguments.isDetailed ? .messages : .steps)
        let isGood =
            switch arguments.task {
            case .network: showNetwork()
            case .one(let seed): program.tell(seed)
            case .many(let seeds): program.run(seeds, until: nil)
            case .minutes(let minutes, let first):
                program.run(first...UInt64.max, until: ContinuousClock().now + .seconds(minutes * 60))
            }
        exit(isGood ? 0 : 1)
    }

    private static func showNetwork() -> Bool {
        NetworkTable.show()
        return true
    }

    private static func misuse() -> Int32 {
        let bugs = Sabotage.allCases.map(\.rawValue).joined(separator: ", ")
        let text = Array((Arguments.usage + "known bugs to plant: \(bugs)\n").utf8)
        _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        return 2
    }

    private init(sabotage: Sabotage?, detail: Simulation.Detail) {
        self.sabotage = sabotage
        self.detail = detail
    }

    /// One run, with everything that happens in it.
    private func tell(_ seed: UInt64) -> Bool {
        let report = Simulation.run(Plan(seed: seed), sabotage: sabotage, telling: detail)
        for line in report.trace { print(line) }
        guard let violation = report.violation else {
            print("seed \(seed): \(report.operations) operations, \(report.messages) messages, \(report.bytes) bytes;")
            print("seed \(seed) holds: all were equal \(report.healing ?? 0) ms after the end of all trouble")
            return true
        }
        shorten(seed, violation)
        return false
    }

    private func run(_ seeds: ClosedRange<UInt64>, until end: ContinuousClock.Instant?) -> Bool {
        let start = clock.now
        var count: UInt64 = 0
        var operations = 0
        var slowest: Int64 = 0
        var tally = Tally()
        var told = start
        for seed in seeds {
            if let end, clock.now >= end { break }
            let report = Simulation.run(Plan(seed: seed), sabotage: sabotage)
            count += 1
            operations += report.operations
            tally.add(report.tally)
            slowest = max(slowest, report.healing ?? 0)
            if let violation = report.violation {
                print("seed \(seed) fails: \(violation)")
                shorten(seed, violation)
                return false
            }
            if clock.now - told > .seconds(10) {
                told = clock.now
                print("\(count) seeds, up to \(seed), \(operations) operations, \((told - start).components.seconds) s")
                fflush(nil)
            }
        }
        print("what happened, counted at each honest node:")
        for line in tally.lines { print("  \(line)") }
        print("\(count) seeds hold: \(operations) operations, equal at most \(slowest) ms after all trouble")
        return true
    }

    /// The shortest way to see it.
    private func shorten(_ seed: UInt64, _ violation: Violation) {
        fflush(nil)
        var shrinking = Shrinking(Plan(seed: seed), violation, sabotage: sabotage)
        shrinking.shrink()
        let report = Simulation.run(shrinking.plan, sabotage: sabotage, telling: detail)
        print("\nthe shortest way there, \(shrinking.plan.stepsCount) steps:")
        for line in report.trace { print(line) }
        print("seed \(seed) fails: \(report.violation ?? violation)")
    }
}
