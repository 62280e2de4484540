import EventLoop
import Glibc

/// A node that has nothing to do: how soon it is there, and what it holds in memory, without and with idle sockets.
struct RestBenchmark: NodeBenchmark {
    let sockets: Int
    /// To whom the sockets belong, as evenly as may be.
    let people: Int
    /// In the database; 0: the node is as good as empty.
    let messages: Int

    private static let starts = 5

    func run(on node: MeasuredNode) throws {
        let people = try node.people(max(people, (sockets + 63) / 64))
        if messages > 0 {
            let writers = Array(people.prefix(20))
            try node.fill(try node.room("Page\(messages)", of: writers), of: writers, to: messages)
        }
        var starts: [Double] = []
        for _ in 0..<Self.starts {
            try node.restart()
            starts.append(Double(node.served.startNanoseconds) / 1e6)
        }
        // What a start leaves to be done is done.
        usleep(500_000)
        let empty = try node.served.memory()
        let idle = IdleSockets(
            sockets, at: try Target("ws://\(node.served.target.authority)/ws/"),
            sources: (sockets + 499) / 500, on: node.loop
        ) { [("Authorization", "Bearer \(people[$0 % people.count].token)")] }
        try idle.openAll()
        let errors = idle.errors.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
        guard idle.open == sockets else { throw LoadFailed(description: "sockets that could not be opened: \(errors)") }
        // Longer than from one look of the node at itself to the next.
        try idle.hold(milliseconds: 20_000)
        let with = try node.served.memory()
        Console.say(
            "\(Figures.grouped(messages)) messages; \(Figures.grouped(sockets)) sockets of \(people.count) people, "
                + "\(idle.lost) lost within 20 s; starts: "
                + starts.map { "\(Figures.fixed($0, 1)) ms" }.joined(separator: ", "))
        Goals.say([
            .atMost("start to ready, the median", Figures.median(starts), 100, "ms"),
            .atMost("memory when ready", Double(empty) / 1_048_576, 12, "MiB"),
            .atMost("memory with \(Figures.grouped(sockets)) idle sockets", Double(with) / 1_048_576, 16, "MiB"),
        ])
        try idle.closeAll()
    }
}
