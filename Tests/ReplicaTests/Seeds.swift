import Glibc

/// The seeds of a run: few where nothing is said, as many as `PARLEY_SEEDS=1-300000` asks for.
enum Seeds {
    static func range(or few: ClosedRange<UInt64>) -> ClosedRange<UInt64> {
        guard let text = getenv("PARLEY_SEEDS").map({ String(cString: $0) }) else { return few }
        let bounds = text.split(separator: "-").compactMap { UInt64($0) }
        precondition(bounds.count == 2 && bounds[0] <= bounds[1], "PARLEY_SEEDS is written 1-300000")
        return bounds[0]...bounds[1]
    }
}
