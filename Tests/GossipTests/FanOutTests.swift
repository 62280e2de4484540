import Operations
import Testing

@testable import Gossip

struct FanOutTests {
    private func nodes(_ range: ClosedRange<UInt64>) -> [NodeID] { range.map { node($0) }.sorted() }

    @Test
    func `in a small room all get it, save who has it`() {
        var fanOut = FanOut(seed: 1)
        let made = fanOut.choose(in: room(1), on: 6, among: nodes(1...5), source: nil, told: [], at: 0)
        #expect(made.whole == nodes(1...5) && made.announced.isEmpty)
        #expect(made.told == Set(nodes(1...5)))
        let passed = fanOut.choose(
            in: room(1), on: 6, among: nodes(1...5), source: node(1), told: [node(2), node(3)], at: 0)
        #expect(passed.whole == nodes(4...5))
        let done = fanOut.choose(
            in: room(1), on: 6, among: nodes(1...5), source: node(1), told: Set(nodes(2...5)), at: 0)
        #expect(done == FanOut.Choice())
    }

    @Test
    func `in a large room a few get it, a few hear of it, and the draw holds for a while`() {
        var fanOut = FanOut(seed: 1)
        let first = fanOut.choose(in: room(1), on: 101, among: nodes(1...100), source: nil, told: [], at: 0)
        #expect(first.whole.count == 2 && first.announced.count == 6)
        #expect(Set(first.whole).isDisjoint(with: first.announced))
        expect(fanOut.choose(in: room(1), on: 101, among: nodes(1...100), source: nil, told: [], at: 1_000) == first)
        let told = Set(first.whole.prefix(1))
        let less = fanOut.choose(in: room(1), on: 101, among: nodes(1...100), source: nil, told: told, at: 1_000)
        #expect(less.whole == Array(first.whole.dropFirst(1)))
        expect(fanOut.choose(in: room(1), on: 101, among: nodes(1...100), source: nil, told: [], at: 60_000) != first)
        expect(fanOut.choose(in: room(2), on: 101, among: nodes(1...100), source: nil, told: [], at: 0) != first)
    }

    @Test
    func `somebody who left the draw is replaced`() {
        var fanOut = FanOut(seed: 1)
        let first = fanOut.choose(in: room(1), on: 101, among: nodes(1...100), source: nil, told: [], at: 0)
        let fewer = nodes(1...100).filter { $0 != first.whole[0] }
        let next = fanOut.choose(in: room(1), on: 101, among: fewer, source: nil, told: [], at: 1)
        #expect(next.whole.count == 2 && !next.whole.contains(first.whole[0]))
    }

    // MARK: How far, how fast, at what cost

    struct Spread: CustomStringConvertible {
        /// Until the last one had it.
        var rounds = 0
        var reached = 0
        var whole = 0
        var announcements = 0
        var pulls = 0
        let nodes: Int

        /// How often the operation itself crossed the network for each node that got it.
        var redundancy: Double { Double(whole + pulls) / Double(max(1, reached - 1)) }
        /// For an operation of 450 bytes; an announcement is an entry of a clock, and a pull asks with one.
        var bytesPerNode: Int { (whole * 450 + announcements * 110 + pulls * (110 + 500)) / nodes }
        var description: String {
            "\(nodes) nodes: \(reached) in \(rounds) rounds, redundancy \(redundancy), \(bytesPerNode) bytes per node"
        }
    }

    /// One operation among `count` nodes, in rounds of one message each way. All are peers of each other, or
    /// each has about `degree` peers drawn at random.
    static func spread(_ count: Int, degree: Int? = nil, seed: UInt64, settings: FanOut.Settings = .init()) -> Spread {
        let ids = (0..<UInt64(count)).map { node($0) }.sorted()
        var random = SeededRandom(seed: seed)
        var peers: [NodeID: Set<NodeID>] = [:]
        for (index, id) in ids.enumerated() {
            guard let degree else {
                peers[id] = Set(ids).subtracting([id])
                continue
            }
            // A ring, so that all hang together, and the others by chance.
            var drawn = [ids[(index + 1) % count]]
            for _ in 1..<max(1, degree / 2) { drawn.append(ids[Int.random(in: 0..<count, using: &random)]) }
            for other in drawn where other != id {
                peers[id, default: []].insert(other)
                peers[other, default: []].insert(id)
            }
        }
        var choosers: [NodeID: FanOut] = [:]
        for id in ids { choosers[id] = FanOut(settings: settings, seed: random.next()) }
        var result = Spread(nodes: count)
        var has: Set<NodeID> = [ids[0]]
        var fresh: [(id: NodeID, source: NodeID?, told: Set<NodeID>)] = [(ids[0], nil, [])]
        var answers: [(id: NodeID, source: NodeID)] = []
        var round = 0
        while !fresh.isEmpty || !answers.isEmpty {
            round += 1
            var arriving: [(id: NodeID, source: NodeID?, told: Set<NodeID>)] = []
            var heard: [(id: NodeID, source: NodeID)] = []
            for (id, source, told) in fresh {
                let choice = choosers[id]!.choose(
                    in: room(1), on: count, among: peers[id, default: []].sorted(), source: source, told: told, at: 0)
                result.whole += choice.whole.count
                result.announcements += choice.announced.count
                for peer in choice.whole { arriving.append((peer, id, choice.told)) }
                for peer in choice.announced { heard.append((peer, id)) }
            }
            fresh = []
            // Asked for a round ago, unless somebody has brought it meanwhile.
            for (id, source) in answers where has.insert(id).inserted { fresh.append((id, source, [])) }
            for arrival in arriving where has.insert(arrival.id).inserted { fresh.append(arrival) }
            if !fresh.isEmpty { result.rounds = round }
            answers = []
            for (id, source) in heard where !has.contains(id) && !answers.contains(where: { $0.id == id }) {
                answers.append((id, source))
                result.pulls += 1
            }
        }
        result.reached = has.count
        return result
    }

    @Test(arguments: [(3, 1, 1.0), (9, 1, 1.0), (10, 4, 3.0), (100, 8, 3.0)])
    func `a rumour reaches nearly all, soon, a few times`(count: Int, rounds: Int, redundancy: Double) {
        var missed = 0
        for seed in 1...10 as ClosedRange<UInt64> {
            let spread = Self.spread(count, seed: seed)
            #expect(spread.rounds <= rounds, "\(spread)")
            #expect(spread.redundancy <= redundancy, "\(spread)")
            missed += count - spread.reached
        }
        // Those are told when they listen.
        #expect(Double(missed) <= 0.01 * Double(10 * count))
    }
}
