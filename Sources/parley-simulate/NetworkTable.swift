import Simulation

/// `--network`: the table of Spec/replication.md, section 9.
struct NetworkTable {
    /// Nodes, peers of each (nil: all), operations by different nodes in each run, runs.
    private static let rows: [(nodes: Int, degree: Int?, writers: Int, runs: UInt64)] = [
        (3, nil, 3, 20), (9, nil, 9, 20), (10, nil, 10, 20), (100, nil, 100, 4), (100, 6, 100, 4),
        (1_000, nil, 20, 1), (1_000, 20, 1_000, 1), (1_000, 6, 1_000, 1), (10_000, 20, 50, 1), (10_000, 6, 50, 1),
    ]

    static func show() {
        let cost = WireCost()
        print(
            "Bytes of one operation: whole \(cost.whole), announced \(cost.announced), asked for \(cost.asked), ",
            terminator: "")
        print("heard of \(cost.listened)")
        print("| nodes | peers of each | operations | rounds | reached | carried | bytes for each node |")
        print("|---|---|---|---|---|---|---|")
        for row in rows {
            var results: [Rumour.Result] = []
            for run in 1...row.runs {
                var rumour = Rumour(nodes: row.nodes, degree: row.degree, seed: run)
                rumour.spread(writers: row.writers)
                results.append(rumour.result)
            }
            show(results)
        }
    }

    private static func show(_ results: [Rumour.Result]) {
        let count = Double(results.count)
        func mean(_ value: (Rumour.Result) -> Double) -> Double { results.reduce(0) { $0 + value($1) } / count }
        let first = results[0]
        let cells = [
            "\(first.nodes)", "\(first.peersOfEach)", "\(results.reduce(0) { $0 + $1.operations })",
            rounded(mean(\.meanRounds), 10), "\(rounded(100 * mean(\.reachedShare), 1_000)) %",
            rounded(mean(\.redundancy), 100), rounded(mean { Double($0.bytesPerNode) }, 1),
        ]
        print("| \(cells.joined(separator: " | ")) |")
    }

    private static func rounded(_ value: Double, _ parts: Double) -> String {
        let rounded = (value * parts).rounded() / parts
        return parts == 1 ? "\(Int(rounded))" : "\(rounded)"
    }
}
