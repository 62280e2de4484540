// The measurements on a whole node: what they take, and what they are made of.

extension Subcommand {
    var nodeOptions: [OptionForm] {
        let common = [
            OptionForm("--node", "PATH", "parley's program (beside this program)"),
            OptionForm(
                "--folder", "PATH",
                "its data, made where there are none, kept and used again (a temporary one beside this program)"),
        ]
        return common + ownOptions
    }

    private var ownOptions: [OptionForm] {
        switch self {
        case .send:
            [
                OptionForm("--senders", "N", "that wait for their answers at once (16)"),
                OptionForm("--people", "N", "in the room (20)"), Self.seconds, Self.warmup,
            ]
        case .page:
            [
                OptionForm("--messages", "N", "in a room; may be given several times (10,000, 1,000,000)"),
                OptionForm("--connections", "N", "clients, each on its own connection (16)"), Self.seconds, Self.warmup,
            ]
        case .rooms:
            [
                OptionForm("--rooms", "N", "of which a person is in all (100)"),
                OptionForm("--people", "N", "in each room (3)"),
                OptionForm("--connections", "N", "clients, each on its own connection (16)"), Self.seconds, Self.warmup,
            ]
        case .sockets:
            [
                OptionForm("--sockets", "N", "that listen (1,000)"),
                OptionForm("--restless", "N", "of these, that break off and come back all the time (0)"),
                OptionForm("--people", "N", "to whom they belong, at most 64 to each (one person for each socket)"),
                OptionForm("--rate", "N", "messages a second (100)"),
                OptionForm("--seconds", "S", "how long is measured (10)"),
            ]
        case .rest:
            [
                OptionForm("--sockets", "N", "that are idle (1,000)"),
                OptionForm("--people", "N", "to whom they belong, at most 64 to each (16)"),
                OptionForm("--messages", "N", "in the database (0)"),
            ]
        case .http, .compareHTTP, .againstNginx, .websocket, .idle, .slow, .replica, .sqlite, .store, .federation: []
        }
    }
}

extension Command {
    static func nodeBenchmark(
        _ subcommand: Subcommand, _ arguments: Arguments, _ plan: LoadPlan
    ) throws(ArgumentFault) -> any NodeBenchmark {
        var plan = plan
        plan.connections = try arguments.number("--connections", in: 1...500) ?? 16
        switch subcommand {
        case .page:
            var sizes: [Int] = []
            for (name, value) in arguments.options where name == "--messages" {
                sizes.append(try Arguments.number(value, for: name, in: 100...100_000_000))
            }
            return PageBenchmark(sizes: sizes.isEmpty ? [10_000, 1_000_000] : sizes, plan: plan)
        case .rooms:
            return RoomsBenchmark(
                rooms: try arguments.number("--rooms", in: 1...200) ?? 100,
                people: try arguments.number("--people", in: 2...1_000) ?? 3, plan: plan)
        case .sockets:
            let sockets = try arguments.number("--sockets", in: 1...15_000) ?? 1_000
            let people = try arguments.number("--people", in: 1...1_000) ?? min(sockets, 1_000)
            let restless = try arguments.number("--restless", in: 0...15_000) ?? 0
            guard sockets <= 64 * people - 1 else {
                throw ArgumentFault("an account has at most 64 connections, one of them the sender's: more --people")
            }
            guard restless < sockets else { throw ArgumentFault("some of the --sockets must not be --restless") }
            return SocketsBenchmark(
                sockets: sockets, restless: restless, rate: try arguments.number("--rate", in: 1...100_000) ?? 100,
                seconds: try arguments.number("--seconds", in: 1...86_400) ?? 10, people: people)
        case .rest:
            return RestBenchmark(
                sockets: try arguments.number("--sockets", in: 1...15_000) ?? 1_000,
                people: try arguments.number("--people", in: 1...1_000) ?? 16,
                messages: try arguments.number("--messages", in: 0...100_000_000) ?? 0)
        case .send, .http, .compareHTTP, .againstNginx, .websocket, .idle, .slow, .replica, .sqlite, .store,
            .federation:
            return SendBenchmark(
                senders: try arguments.number("--senders", in: 1...500) ?? 16,
                people: try arguments.number("--people", in: 1...1_000) ?? 20, plan: plan)
        }
    }
}
