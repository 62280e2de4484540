/// Somebody's rooms, each with how much of it is unread.
struct RoomsBenchmark: NodeBenchmark {
    let rooms: Int
    /// In each of them: an answer names them all.
    let people: Int
    let plan: LoadPlan

    func run(on node: MeasuredNode) throws {
        // Others than those of the other measurements: these are all rooms that they are in.
        let people = Array(try node.people(20 + people).suffix(people))
        for number in 0..<rooms {
            let room = try node.room("Rooms\(number)of\(people.count)", of: people)
            try node.fill(room, of: Array(people.dropFirst()), to: 10)
        }
        let paths = ["/api/messaging/channels/?limit=\(min(rooms, 200))"]
        let result = try node.read(paths, as: people, plan)
        Console.say("\(rooms) rooms of \(people.count) with unread messages\n\(result.report("lists"))")
        Goals.say([.atMost("processor time for each", result.cpuPerOperation(0) * 1e6, 200, "µs")])
    }
}
