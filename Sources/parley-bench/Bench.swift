import EventLoop
import Glibc

/// Does what the command line asks for.
enum Bench {
    static func run(_ words: [String]) throws {
        // A connection that breaks as a file is sent is an error, and not our end.
        signal(SIGPIPE, SIG_IGN)
        raiseDescriptorLimit()
        switch try Command(words) {
        case .help(let subcommand):
            Console.say(subcommand?.usage ?? Subcommand.overview)
        case .http(let target, let bodyBytes, let plan, let named):
            let processes = try observed(named, at: target)
            let result = try Benchmark.run(target, bodyBytes: bodyBytes, plan, processes, on: EventLoop())
            Console.say(result.report("requests"))
        case .compareHTTP(let targets, let rounds, let plan, let named):
            let contenders = try targets.enumerated().map { index, target in
                let named = named.isEmpty ? [] : [named[index]]
                guard let process = try observed(named, at: target).first else {
                    throw ArgumentFault("who listens at \(target.authority) can't be seen; name each server with --pid")
                }
                let label = named.first?.label ?? target.authority
                return Comparison.Contender(label: label, target: target, process: process)
            }
            try Comparison(contenders: contenders, rounds: rounds, plan: plan).run()
        case .againstNginx(let comparison):
            try comparison.run()
        case .webSocket(let target, let messageBytes, let plan, let named):
            let processes = try observed(named, at: target)
            let result = try Benchmark.runWebSocket(
                target, messageBytes: messageBytes, plan, processes, on: EventLoop())
            Console.say(result.report("messages echoed"))
        case .idle(let target, let connections, let sources, let seconds, let named):
            guard let process = try observed(named, at: target).first else {
                throw ArgumentFault("who listens at \(target.authority) can't be seen; name it with --pid")
            }
            try Benchmark.runIdle(
                target, connections: connections, sources: sources, holdMilliseconds: UInt64(seconds) * 1_000, process)
        case .replica(let benchmark):
            try benchmark.run()
        case .epochs(let benchmark):
            try benchmark.run()
        case .slow(let target, let body, let slow, let plan, let named):
            let loop = try EventLoop()
            try Benchmark.runSlow(
                target, slow: SlowClients(slow, at: body, on: loop), plan: plan, observed(named, at: target), on: loop)
        case .store(let measurement):
            try measurement.run()
        case .federation(let measurement):
            try measurement.run()
        case .sqlite(let measurement):
            try measurement.run()
        case .node(let benchmark, let program, let folder):
            try MeasuredNode.measure(benchmark, program, in: folder)
        }
    }

    /// The processes that were named or, where none was, whoever listens there.
    private static func observed(_ named: [Command.Observation], at target: Target) throws -> [ObservedProcess] {
        guard !named.isEmpty else {
            guard let pid = ListenerSearch.pid(at: target.address) else { return [] }
            return [ObservedProcess(pid, label: "process \(pid)")].compactMap { $0 }
        }
        return try named.map { observation in
            let label = observation.label ?? "process \(observation.pid)"
            guard let process = ObservedProcess(observation.pid, label: label) else {
                throw ArgumentFault("there is no process \(observation.pid)")
            }
            return process
        }
    }

    /// Ten thousand connections need as many descriptors, and we may have as many as the system lets us.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
