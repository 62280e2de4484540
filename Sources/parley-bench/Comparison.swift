import EventLoop

/// Servers under the same load, in turns: what else happens on the machine happens to all of them, so that
/// the ratio of what they cost is worth more than either figure.
struct Comparison {
    struct Contender {
        let label: String
        let target: Target
        let process: ObservedProcess
    }

    let contenders: [Contender]
    let rounds: Int
    let plan: LoadPlan

    func run() throws {
        let loop = try EventLoop()
        var results: [[LoadResult]] = contenders.map { _ in [] }
        var rows = [["round", "server", "CPU/request", "user", "system", "requests/s", "p50", "p99", "errors"]]
        for round in 1...rounds {
            for (index, contender) in contenders.enumerated() {
                let result = try Benchmark.run(contender.target, bodyBytes: 0, plan, [contender.process], on: loop)
                results[index].append(result)
                rows.append(["\(round)", contender.label] + Self.cells([result]))
            }
        }
        for (contender, results) in zip(contenders, results) {
            rows.append(["median", contender.label] + Self.cells(results))
        }
        Console.say(Figures.table(rows))
        let base = Self.cost(results[0])
        for (contender, results) in zip(contenders, results).dropFirst() {
            let ratio = Figures.fixed(Self.cost(results) / base, 2)
            Console.say("\(contender.label) : \(contenders[0].label) = \(ratio) of the processor time for each request")
        }
    }

    private static func cost(_ results: [LoadResult]) -> Double {
        Figures.median(results.map { $0.cpuPerOperation(0) })
    }

    private static func cells(_ results: [LoadResult]) -> [String] {
        func median(_ value: (LoadResult) -> Double) -> Double { Figures.median(results.map(value)) }
        func duration(_ fraction: Double) -> String {
            Figures.duration(nanoseconds: UInt64(median { Double($0.latencies.quantile(fraction)) }))
        }
        return [
            Figures.microseconds(cost(results)),
            Figures.microseconds(median { $0.cpu[0].time.user / Double($0.count) }),
            Figures.microseconds(median { $0.cpu[0].time.system / Double($0.count) }),
            Figures.fixed(median { $0.rate }, 0),
            duration(0.5), duration(0.99),
            Figures.grouped(results.reduce(0) { $0 + $1.errors.values.reduce(0, +) }),
        ]
    }
}
