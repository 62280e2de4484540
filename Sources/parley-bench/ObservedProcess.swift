import Glibc

/// Time that processors have spent, in seconds.
struct CPUTime: Equatable {
    var user = 0.0
    var system = 0.0

    var total: Double { user + system }

    static func - (left: CPUTime, right: CPUTime) -> CPUTime {
        CPUTime(user: left.user - right.user, system: left.system - right.system)
    }

    /// Of this process.
    static func own() -> CPUTime {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return CPUTime(user: seconds(usage.ru_utime), system: seconds(usage.ru_stime))
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
}

/// A server under load: a process and the children it had when the observation began (nginx's workers).
struct ObservedProcess {
    let label: String
    let pids: [Int32]

    /// Nil where there is no such process.
    init?(_ pid: Int32, label: String) {
        guard ProcessFile.status(pid) != nil else { return nil }
        self.label = label
        var pids = [pid]
        var next = 0
        while next < pids.count {
            pids += Self.children(of: pids[next])
            next += 1
        }
        self.pids = pids
    }

    private static func children(of pid: Int32) -> [Int32] {
        ProcessFile.numbers(in: "/proc/\(pid)/task").flatMap { task in
            (ProcessFile.text("/proc/\(pid)/task/\(task)/children") ?? "").split(separator: " ").compactMap {
                Int32($0)
            }
        }
    }

    /// What all of them have used since they began. `/proc/PID/stat` counts in hundredths of a second and
    /// says what was spent in the kernel; `schedstat` has the sum in nanoseconds, where the kernel keeps it.
    func cpuTime() -> CPUTime {
        var ticks = CPUTime()
        var nanoseconds: UInt64 = 0
        for pid in pids {
            guard let status = ProcessFile.status(pid), status.count > 12 else { continue }
            ticks.user += (Double(status[11]) ?? 0) / Self.ticksPerSecond
            ticks.system += (Double(status[12]) ?? 0) / Self.ticksPerSecond
            for task in ProcessFile.numbers(in: "/proc/\(pid)/task") {
                let spent = ProcessFile.text("/proc/\(pid)/task/\(task)/schedstat")?.split(separator: " ").first
                nanoseconds += spent.flatMap { UInt64($0) } ?? 0
            }
        }
        guard nanoseconds > 0, ticks.total > 0 else { return ticks }
        let scale = Double(nanoseconds) / 1e9 / ticks.total
        return CPUTime(user: ticks.user * scale, system: ticks.system * scale)
    }

    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// Memory that is theirs, pages shared with others counted by their part; in bytes. Nil where the kernel
    /// does not tell us.
    func proportionalSetSize() -> Int? {
        var sum = 0
        for pid in pids {
            guard let text = ProcessFile.text("/proc/\(pid)/smaps_rollup") else {
                // A child may have ended since.
                if pid == pids[0] { return nil }
                continue
            }
            for line in text.split(separator: "\n") where line.hasPrefix("Pss:") {
                sum += 1_024 * (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
            }
        }
        return sum
    }
}
