/// Pages of fifty messages: the newest, and some from all over the room.
struct PageBenchmark: NodeBenchmark {
    /// How many messages the rooms have, one room for each.
    let sizes: [Int]
    let plan: LoadPlan

    private static let deepPages = 16

    func run(on node: MeasuredNode) throws {
        let people = try node.people(20)
        for size in sizes {
            let room = try node.room("Page\(size)", of: people)
            try node.fill(room, of: people, to: size)
            let path = "/api/messaging/channels/\(room)/messages/"
            try measure("newest 50 of \(Figures.grouped(size))", [path], of: people, on: node)
            let deep = try (0..<Self.deepPages).map { part in
                let offset = size / Self.deepPages * part
                let page = try node.get("\(path)?limit=1&offset=\(offset)", as: people[0])
                guard let message = page["results"]?.elements.first?["id"]?.integer else {
                    throw LoadFailed(description: "there is no message at \(offset)")
                }
                return "\(path)?before=\(message)"
            }
            try measure("50 before others of \(Figures.grouped(size))", deep, of: people, on: node)
        }
    }

    private func measure(
        _ what: String, _ paths: [String], of people: [MeasuredNode.Person], on node: MeasuredNode
    ) throws {
        let result = try node.read(paths, as: people, plan)
        Console.say("\(what)\n\(result.report("pages"))")
        Goals.say([
            .atMost("processor time for each", result.cpuPerOperation(0) * 1e6, 100, "µs"),
            .atLeast("pages a second", result.rate, 8_000, ""),
        ])
    }
}
