import Federation
import Glibc
import Operations
import Synchronization

/// Two nodes on this machine, in this process: how soon what one has written is on the other, and what it costs to catch up.
struct FederationBenchmark {
    let folder: String?
    /// Written one after the other.
    let messages: Int
    /// Written while the other node is away.
    let missed: Int
    /// Shared, and quiet.
    let rooms: Int

    func run() throws {
        let own = ProcessFile.link("/proc/self/exe") ?? ""
        let beside = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        let directory = try TemporaryDirectory(in: folder ?? beside)
        defer { directory.remove() }
        let north = try BenchNode(0, in: directory.path)
        let south = try BenchNode(1, in: directory.path)
        try north.meet(south)
        let room = try north.found("Measured", with: [south])
        try south.wait(for: room, toEqual: north)
        try measureDelay(from: north, to: south, in: room)
        try measureCatchUp(of: south, from: north, in: room)
        try measureQuiet(between: north, south)
        north.stop()
        south.stop()
    }

    private func measureDelay(from north: BenchNode, to south: BenchNode, in room: RoomID) throws {
        var delays = Histogram()
        for number in 0..<messages {
            let seen = south.watch.commits.load(ordering: .acquiring)
            try north.post("Message \(number) of a hundred bytes or so, as people write them to each other", in: room)
            let acknowledged = Clock.now()
            while south.watch.commits.load(ordering: .acquiring) == seen { sched_yield() }
            let there = south.watch.committedAt.load(ordering: .acquiring)
            delays.record(there > acknowledged ? there - acknowledged : 0)
        }
        Console.say(
            "from the write that is acknowledged here to the commit there: p50 "
                + "\(Figures.duration(nanoseconds: delays.quantile(0.5))), p99 "
                + "\(Figures.duration(nanoseconds: delays.quantile(0.99))) (\(messages) messages)")
    }

    private func measureCatchUp(of south: BenchNode, from north: BenchNode, in room: RoomID) throws {
        south.stop()
        for first in stride(from: 0, to: missed, by: 500) {
            try north.post(first..<min(first + 500, missed), in: room)
        }
        let others = Set(ProcessFile.numbers(in: "/proc/self/task"))
        let sent = north.federation.traffic.answered
        let began = Clock.now()
        try south.start()
        try south.wait(for: room, toEqual: north)
        let elapsed = Double(Clock.now() - began) / 1e9
        var nanoseconds: UInt64 = 0
        for task in ProcessFile.numbers(in: "/proc/self/task") where !others.contains(task) {
            let spent = ProcessFile.text("/proc/self/task/\(task)/schedstat")?.split(separator: " ").first
            nanoseconds += spent.flatMap { UInt64($0) } ?? 0
        }
        let bytes = north.federation.traffic.answered - sent
        Console.say(
            "a node that missed \(Figures.grouped(missed)) operations has them after \(Figures.fixed(elapsed, 2)) s; "
                + "\(Figures.microseconds(Double(nanoseconds) / 1e9 / Double(missed))) of CPU on it for each, "
                + "\(bytes / max(1, missed)) bytes of answers for each")
    }

    private func measureQuiet(between north: BenchNode, _ south: BenchNode) throws {
        var last: RoomID?
        for number in 0..<rooms { last = try north.found("Room \(number)", with: [south]) }
        guard let last else { return }
        try south.wait(for: last, toEqual: north)
        usleep(1_000_000)
        let before = (north.federation.traffic, CPUTime.own())
        south.stop()
        try south.start()
        usleep(3_000_000)
        let traffic = north.federation.traffic
        let cpu = (CPUTime.own() - before.1).total
        Console.say(
            "a start over \(Figures.grouped(rooms)) shared rooms in which nothing differs: "
                + "\(traffic.answered - before.0.answered) bytes of answers, \(Figures.fixed(cpu, 2)) s of CPU of both")
    }
}
