import Gossip
import Keys
import Operations

/// How operations spread in one room on many nodes: how soon, how far and at what cost.
///
/// Real are the choice of whom to tell (`FanOut`, with its draws that hold for a while) and the bytes (`WireCost`, bodies as
/// they are sent). What a node makes of an operation is left out: here it is a number. A round is one message each way;
/// nothing is lost.
package struct Rumour {
    package struct Result: Sendable {
        package let nodes: Int
        package let peersOfEach: Int
        package var operations = 0
        /// Until the last one had it that got it in this way, summed over all operations.
        var rounds = 0
        var reached = 0
        var whole = 0
        var announced = 0
        var asked = 0
        /// Who had not heard, and learns of it when it listens, within a minute.
        var missed = 0
        var bytes = 0

        package var meanRounds: Double { Double(rounds) / Double(operations) }
        package var reachedShare: Double { Double(reached) / Double(operations * nodes) }
        /// How often it crossed the network for each node that got it.
        package var redundancy: Double { Double(whole + asked + missed) / Double(operations * (nodes - 1)) }
        package var bytesPerNode: Int { bytes / (operations * nodes) }
    }

    private let room = RoomID(directoryOf: Identity(name: "rumour", seed: 0).id)
    private let ids: [NodeID]
    private let numbers: [NodeID: Int]
    private let peers: [[NodeID]]
    private var choosers: [FanOut]
    private var random: SeededRandom
    private let cost = WireCost()
    package private(set) var result: Result

    /// Each has about `degree` peers: a ring, so that all hang together, and the others by chance; nil where all are
    /// peers of each other.
    package init(nodes count: Int, degree: Int?, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let ids = (0..<count).map { NodeID(Rumour.name($0)) }.sorted()
        var drawn = [Set<Int>](repeating: [], count: count)
        if let degree {
            for index in 0..<count {
                let others = (1..<max(2, degree / 2)).map { _ in Int.random(in: 0..<count, using: &random) }
                for other in [(index + 1) % count] + others where other != index {
                    drawn[index].insert(other)
                    drawn[other].insert(index)
                }
            }
        } else {
            for index in 0..<count { drawn[index] = Set(0..<count).subtracting([index]) }
        }
        self.ids = ids
        numbers = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        peers = drawn.map { $0.sorted().map { ids[$0] } }
        choosers = (0..<count).map { _ in FanOut(seed: random.next()) }
        result = Result(nodes: count, peersOfEach: drawn.reduce(0) { $0 + $1.count } / count)
        self.random = random
    }

    /// One operation each by so many nodes, drawn by chance, a second after each other.
    package mutating func spread(writers: Int) {
        for number in 0..<writers {
            spread(from: Int.random(in: ids.indices, using: &random), at: Int64(number) * 1_000)
        }
    }

    private struct News {
        let node: Int
        let source: Int?
        let told: Set<NodeID>
    }

    private mutating func spread(from writer: Int, at now: Int64) {
        var has = [Bool](repeating: false, count: ids.count)
        var isAsking = has
        has[writer] = true
        var fresh = [News(node: writer, source: nil, told: [])]
        var answers: [News] = []
        var (round, last) = (0, 0)
        while !fresh.isEmpty || !answers.isEmpty {
            round += 1
            var arriving: [News] = []
            var heard: [News] = []
            for news in fresh {
                let choice = choosers[news.node].choose(
                    in: room, on: ids.count, among: peers[news.node], source: news.source.map { ids[$0] },
                    told: news.told, at: now)
                result.whole += choice.whole.count
                result.announced += choice.announced.count
                for peer in choice.whole {
                    arriving.append(News(node: numbers[peer]!, source: news.node, told: choice.told))
                }
                for peer in choice.announced { heard.append(News(node: numbers[peer]!, source: news.node, told: [])) }
            }
            fresh = []
            for news in answers + arriving where !has[news.node] {
                has[news.node] = true
                fresh.append(news)
            }
            if !fresh.isEmpty { last = round }
            answers = []
            for news in heard where !has[news.node] && !isAsking[news.node] {
                isAsking[news.node] = true
                answers.append(news)
                result.asked += 1
            }
        }
        result.operations += 1
        result.rounds += last
        let reached = has.count { $0 }
        result.reached += reached
        result.missed += ids.count - reached
        result.bytes =
            result.whole * cost.whole + result.announced * cost.announced
            + (result.asked + result.missed) * cost.asked + result.missed * cost.listened
    }

    private static func name(_ number: Int) -> Bytes32 {
        Hash(of: Array("rumour \(number)".utf8).span).bytes
    }
}
