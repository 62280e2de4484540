/// What was asked for on the command line.
struct Arguments {
    enum Task {
        case one(UInt64)
        case many(ClosedRange<UInt64>)
        case minutes(Int, from: UInt64)
        case network
    }

    static let usage = """
        usage: parley-simulate --seed N            one run, told step by step
               parley-simulate --seeds A-B         all of these
               parley-simulate --minutes M         as many as there is time for
               parley-simulate --network           how operations spread among up to 10,000 nodes
        options: --from N                          the first seed of --minutes; 1 where it isn't given
                 --sabotage NAME                   with a planted bug, which has to be found
                 --detail messages                 tells each message as well, and what was left where a law is broken; else steps

        """

    let task: Task
    let sabotageName: String?
    let isDetailed: Bool

    /// Nil for what makes no sense.
    init?(_ words: [String]) {
        guard words != ["--network"] else {
            (task, sabotageName, isDetailed) = (.network, nil, false)
            return
        }
        var values: [String: String] = [:]
        var index = 0
        while index < words.count {
            guard words[index].hasPrefix("--"), index + 1 < words.count, values[words[index]] == nil else { return nil }
            values[words[index]] = words[index + 1]
            index += 2
        }
        sabotageName = values.removeValue(forKey: "--sabotage")
        let detail = values.removeValue(forKey: "--detail") ?? "steps"
        guard detail == "steps" || detail == "messages" else { return nil }
        isDetailed = detail == "messages"
        let from = values.removeValue(forKey: "--from").map { UInt64($0) }
        guard values.count == 1, let (name, value) = values.first, from == nil || name == "--minutes" else {
            return nil
        }
        switch name {
        case "--seed":
            guard let seed = UInt64(value) else { return nil }
            task = .one(seed)
        case "--seeds":
            let bounds = value.split(separator: "-").map { UInt64($0) }
            guard bounds.count == 2, let first = bounds[0], let last = bounds[1], first <= last else { return nil }
            task = .many(first...last)
        case "--minutes":
            guard let minutes = Int(value), (1...100_000).contains(minutes), let from = from ?? 1 else { return nil }
            task = .minutes(minutes, from: from)
        default: return nil
        }
    }
}
