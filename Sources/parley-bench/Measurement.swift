/// What is counted while a load runs: nothing of the warm-up, and the processors' time over exactly the
/// same interval.
final class Measurement {
    private let processes: [ObservedProcess]
    private(set) var latencies = Histogram()
    private(set) var errors: [String: Int] = [:]
    private(set) var isRunning = false

    private var beganAt: UInt64 = 0
    private var cpuBefore: [CPUTime] = []
    private var ownBefore = CPUTime()

    init(of processes: [ObservedProcess]) {
        self.processes = processes
    }

    func begin() {
        latencies = Histogram()
        errors = [:]
        cpuBefore = processes.map { $0.cpuTime() }
        ownBefore = .own()
        beganAt = Clock.now()
        isRunning = true
    }

    func record(nanoseconds: UInt64) {
        latencies.record(nanoseconds)
    }

    /// Errors of the warm-up are counted too, until it ends: a load that never got going says why.
    func record(error: String) {
        errors[error, default: 0] += 1
    }

    func end() -> LoadResult {
        let seconds = Double(Clock.now() - beganAt) / 1e9
        let own = CPUTime.own() - ownBefore
        let cpu = zip(processes, cpuBefore).map { process, before in
            (label: process.label, time: process.cpuTime() - before)
        }
        isRunning = false
        return LoadResult(seconds: seconds, latencies: latencies, errors: errors, cpu: cpu, own: own)
    }
}

struct LoadResult {
    let seconds: Double
    let latencies: Histogram
    let errors: [String: Int]
    /// What the observed processes have spent.
    let cpu: [(label: String, time: CPUTime)]
    /// What we have.
    let own: CPUTime

    var count: Int { Int(latencies.count) }
    var rate: Double { Double(count) / seconds }
    /// The processors' time for one operation, in seconds, of the observed process with that index.
    func cpuPerOperation(_ index: Int) -> Double { cpu[index].time.total / Double(max(1, count)) }

    var latencyText: String {
        "p50 \(Figures.duration(nanoseconds: latencies.quantile(0.5)))"
            + ", p99 \(Figures.duration(nanoseconds: latencies.quantile(0.99)))"
            + ", max \(Figures.duration(nanoseconds: latencies.max))"
    }

    /// `operation`: what was counted, in the plural.
    func report(_ operation: String) -> String {
        var lines = [
            "\(Figures.grouped(count)) \(operation) in \(Figures.fixed(seconds, 2)) s: "
                + "\(Figures.fixed(rate, 0)) per second",
            "latency: \(latencyText) (closed loop)",
        ]
        for (label, time) in cpu {
            let each = Double(max(1, count))
            lines.append(
                "\(label): \(Figures.microseconds(time.total / each)) of processor time for each "
                    + "(user \(Figures.microseconds(time.user / each)), "
                    + "system \(Figures.microseconds(time.system / each))), "
                    + "\(Figures.fixed(100 * time.total / seconds, 0)) % of a processor")
        }
        lines.append("parley-bench itself: \(Figures.microseconds(own.total / Double(max(1, count))))")
        lines.append("errors: " + (errors.isEmpty ? "none" : errorText))
        return lines.joined(separator: "\n")
    }

    private var errorText: String {
        errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\(Figures.grouped($0.value)) × \($0.key)" }.joined(separator: ", ")
    }
}
