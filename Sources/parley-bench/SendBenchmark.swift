/// Messages sent to a room over HTTP, each acknowledged when it is on the disk.
struct SendBenchmark: NodeBenchmark {
    let senders: Int
    /// In the room.
    let people: Int
    let plan: LoadPlan

    func run(on node: MeasuredNode) throws {
        let people = try node.people(people)
        let room = try node.room("Send", of: people)
        var plan = plan
        plan.connections = senders
        let result = try node.send(to: room, from: people, plan)
        Console.say("\(senders) senders, a room of \(people.count)\n\(result.report("messages"))")
        Goals.say([
            .atMost("processor time for each", result.cpuPerOperation(0) * 1e6, 90, "µs"),
            .atLeast("messages a second", result.rate, 10_000, ""),
        ])
    }
}
