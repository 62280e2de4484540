import EventLoop
import Glibc

/// What the command line asks for.
enum Command {
    case help(Subcommand?)
    case http(Target, bodyBytes: Int, LoadPlan, [Observation])
    case compareHTTP([Target], rounds: Int, LoadPlan, [Observation])
    case againstNginx(AgainstNginx)
    case webSocket(Target, messageBytes: Int, LoadPlan, [Observation])
    case idle(Target, connections: Int, sources: Int, seconds: Int, [Observation])
    case slow(Target, body: Target, slow: Int, LoadPlan, [Observation])
    case replica(ReplicaBenchmark)
    case epochs(EpochsBenchmark)
    case sqlite(SQLiteGroupCommit)
    case store(StoreBenchmark)
    case federation(FederationBenchmark)
    /// With parley's program and a folder, where they are said.
    case node(any NodeBenchmark, program: String?, folder: String?)

    /// A process to be watched, as it was named.
    struct Observation: Equatable {
        let pid: Int32
        var label: String?
    }

    init(_ words: [String]) throws(ArgumentFault) {
        guard let name = words.first else { throw ArgumentFault("which measurement? See parley-bench --help") }
        if name == "--help" || name == "-h" || name == "help" {
            self = .help(nil)
            return
        }
        guard let subcommand = Subcommand(rawValue: name) else {
            throw ArgumentFault(Arguments.unknown("measurement", name, among: Subcommand.allCases.map(\.rawValue)))
        }
        if words.contains("--help") || words.contains("-h") {
            self = .help(subcommand)
            return
        }
        let arguments = try Arguments(words.dropFirst(), forms: subcommand.options)
        guard subcommand.operandCounts.contains(arguments.operands.count) else {
            throw ArgumentFault("\(name) takes \(subcommand.operands.isEmpty ? "no operand" : subcommand.operands)")
        }
        self = try Self.command(subcommand, arguments)
    }

    private static func command(_ subcommand: Subcommand, _ arguments: Arguments) throws(ArgumentFault) -> Command {
        let observations = try observations(arguments)
        var plan = LoadPlan()
        plan.connections = try arguments.number("--connections", in: 1...100_000) ?? plan.connections
        if let milliseconds = try arguments.number("--warmup", in: 0...60_000) {
            plan.warmupMilliseconds = UInt64(milliseconds)
        }
        let seconds = try arguments.number("--seconds", in: 1...86_400)
        let requests = try arguments.number("--requests", in: 1...1_000_000_000)
        guard seconds == nil || requests == nil else {
            throw ArgumentFault("a load lasts --seconds or --requests, not both")
        }
        if let requests { plan.extent = .operations(requests) } else { plan.extent = .seconds(seconds ?? 5) }
        switch subcommand {
        case .http:
            let bodyBytes = try arguments.number("--body", in: 0...(64 << 20)) ?? 0
            return .http(try Target(arguments.operands[0]), bodyBytes: bodyBytes, plan, observations)
        case .compareHTTP:
            var targets: [Target] = []
            for url in arguments.operands { targets.append(try Target(url)) }
            guard observations.isEmpty || observations.count == targets.count else {
                throw ArgumentFault("--pid is given once for each URL, in their order, or not at all")
            }
            plan.extent = .seconds(seconds ?? 2)
            let rounds = try arguments.number("--rounds", in: 1...1_000) ?? 5
            return .compareHTTP(targets, rounds: rounds, plan, observations)
        case .againstNginx:
            plan.extent = .seconds(seconds ?? 2)
            return .againstNginx(
                AgainstNginx(
                    nginx: arguments.text("--nginx"), echo: arguments.text("--echo"),
                    threads: try arguments.number("--threads", in: 1...64) ?? 2,
                    rounds: try arguments.number("--rounds", in: 1...1_000) ?? 5, plan: plan))
        case .websocket:
            let messageBytes = try arguments.number("--message", in: 0...(16 << 20)) ?? 100
            return .webSocket(try Target(arguments.operands[0]), messageBytes: messageBytes, plan, observations)
        case .idle:
            let connections = try arguments.number("--connections", in: 1...1_000_000) ?? 1_000
            let sources = try arguments.number("--sources", in: 1...250) ?? (connections + 19_999) / 20_000
            return .idle(
                try Target(arguments.operands[0]), connections: connections, sources: sources,
                seconds: seconds ?? 5, observations)
        case .slow:
            let target = try Target(arguments.operands[0])
            let body = try Target("http://\(target.authority)\(arguments.text("--body-path") ?? "/echo")")
            plan.connections = try arguments.number("--connections", in: 1...100_000) ?? 16
            plan.extent = .seconds(seconds ?? 15)
            let slow = try arguments.number("--slow", in: 1...100_000) ?? 400
            return .slow(target, body: body, slow: slow, plan, observations)
        case .replica:
            return .replica(
                ReplicaBenchmark(
                    nodes: try arguments.number("--nodes", in: 1...1_000) ?? 5,
                    operations: try arguments.number("--operations", in: 10_000...10_000_000) ?? 100_000))
        case .epochs:
            return .epochs(EpochsBenchmark(epochs: try arguments.number("--epochs", in: 1...100_000) ?? 4_000))
        case .federation:
            return .federation(
                FederationBenchmark(
                    program: arguments.text("--node"), folder: arguments.text("--folder"),
                    messages: try arguments.number("--messages", in: 100...10_000_000) ?? 100_000,
                    rooms: try arguments.number("--rooms", in: 0...100_000) ?? 10_000,
                    rate: try arguments.number("--rate", in: 1...10_000) ?? 50, seconds: seconds ?? 10))
        case .store:
            let senders = try senders(arguments)
            return .store(
                StoreBenchmark(
                    folder: arguments.text("--folder"), senders: senders, seconds: seconds ?? 2,
                    messages: try arguments.number("--messages", in: 1_000...100_000_000) ?? 100_000))
        case .sqlite:
            let senders = try senders(arguments)
            return .sqlite(
                SQLiteGroupCommit(
                    folder: arguments.text("--folder"), senders: senders,
                    seconds: seconds ?? 2, rounds: try arguments.number("--rounds", in: 1...1_000) ?? 5))
        case .send, .page, .rooms, .sockets, .rest:
            return .node(
                try nodeBenchmark(subcommand, arguments, plan), program: arguments.text("--node"),
                folder: arguments.text("--folder"))
        }
    }

    private static func senders(_ arguments: Arguments) throws(ArgumentFault) -> [Int] {
        var senders: [Int] = []
        for (name, value) in arguments.options where name == "--senders" {
            senders.append(try Arguments.number(value, for: name, in: 1...4_096))
        }
        return senders.isEmpty ? [1, 16, 64] : senders
    }

    /// Each `--pid-label` names the `--pid` before it.
    static func observations(_ arguments: Arguments) throws(ArgumentFault) -> [Observation] {
        var observations: [Observation] = []
        for (name, value) in arguments.options {
            switch name {
            case "--pid":
                let pid = try Arguments.number(value, for: name, in: 1...Int(Int32.max))
                observations.append(Observation(pid: Int32(pid)))
            case "--pid-label":
                guard let last = observations.indices.last, observations[last].label == nil else {
                    throw ArgumentFault("--pid-label follows the --pid that it names")
                }
                observations[last].label = value
            default: break
            }
        }
        return observations
    }
}
