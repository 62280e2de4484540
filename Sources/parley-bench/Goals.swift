/// What a figure is to be, beside what it is.
enum Goals {
    struct Goal {
        let row: [String]
        let isReached: Bool
    }

    static func say(_ goals: [Goal]) {
        let rows = goals.map { $0.row + [$0.isReached ? "reached" : "missed"] }
        Console.say("\(Figures.table([["", "measured", "to reach", ""]] + rows))\n")
    }
}

extension Goals.Goal {
    static func atMost(_ what: String, _ value: Double, _ bound: Double, _ unit: String) -> Self {
        Self(row: row(what, value, "at most", bound, unit), isReached: value <= bound)
    }

    static func atLeast(_ what: String, _ value: Double, _ bound: Double, _ unit: String) -> Self {
        Self(row: row(what, value, "at least", bound, unit), isReached: value >= bound)
    }

    private static func row(_ what: String, _ value: Double, _ way: String, _ bound: Double, _ unit: String) -> [String]
    {
        let digits = bound < 1_000 ? 1 : 0
        let ending = unit.isEmpty ? "" : " \(unit)"
        return [what, Figures.fixed(value, digits) + ending, "\(way) \(Figures.fixed(bound, 0))\(ending)"]
    }
}
