import Gossip

/// All that will happen in a run and is not decided by the machines themselves: who is there, who knows whom, and what
/// people, the network, the disks, the clocks and hostile nodes do, and when. Made from a seed; any part of it can be
/// taken away and what is left is still a run.
package struct Plan: Sendable {
    struct Link: Hashable, Sendable {
        let one: Int
        let other: Int
        /// Whether the second can call the first; the first can always call the second.
        let isMutual: Bool
    }

    struct Step: Sendable {
        /// Milliseconds since the beginning.
        let at: Int64
        let deed: Deed
        /// What is still open about it is drawn from this, so that it doesn't change when other steps are taken away.
        let pick: UInt64
    }

    enum Deed: Sendable, Equatable {
        case act(node: Int, Act)
        case crash(node: Int, milliseconds: Int64)
        case backup(node: Int)
        case restore(node: Int)
        case clock(node: Int, offset: Int64)
        /// From then on it gains so many millionths, or loses them.
        case drift(node: Int, millionths: Int64)
        case handOver(node: Int, byRecovery: Bool)
        case weather(Weather)
        /// No calls from one to the other.
        case cut(from: Int, to: Int)
        case mend(from: Int, to: Int)
        case trick(node: Int, Trick)
    }

    package let seed: UInt64
    /// The last ones are hostile.
    package let nodeCount: Int
    let hostileCount: Int
    let links: [Link]
    var steps: [Step]
    package var stepsCount: Int { steps.count }

    func isHostile(_ node: Int) -> Bool { node >= nodeCount - hostileCount }
    var honest: Range<Int> { 0..<nodeCount - hostileCount }

    /// How many honest nodes one of them has as peers, at most.
    var mostHonestPeers: Int {
        let ends = links.filter { !isHostile($0.one) && !isHostile($0.other) }.flatMap { [$0.one, $0.other] }
        return Dictionary(grouping: ends, by: \.self).values.map(\.count).max() ?? 0
    }

    /// Without what one node does and suffers. It keeps its number and its place in the network.
    func idling(_ node: Int) -> Plan {
        var plan = self
        plan.steps.removeAll { $0.deed.node == node }
        return plan
    }

    /// When the steps are over and all is mended.
    static let healsAt: Int64 = 120_000
}

struct Weather: Sendable, Equatable {
    /// Of a thousand messages.
    var losses = 0
    var doublings = 0
    var delay: ClosedRange<Int64> = 2...30
}

extension Plan {
    package init(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        self.seed = seed
        hostileCount = Int.random(in: 0...4, using: &random) / 2 % 3 == 0 ? 0 : Int.random(in: 1...2, using: &random)
        nodeCount = Int.random(in: 2...4, using: &random) + hostileCount
        links = Self.links(count: nodeCount, using: &random)
        steps = []
        let (nodeCount, hostileCount) = (nodeCount, hostileCount)
        let acts = Int.random(in: 20...60, using: &random)
        // A few rooms first, or there would be nothing to do.
        for index in 0..<3 {
            add(.act(node: index % (nodeCount - hostileCount), .createRoom), within: 0...2_000, &random)
        }
        for _ in 0..<6 {
            add(.act(node: .random(in: 0..<nodeCount, using: &random), .add), within: 2_000...8_000, &random)
        }
        for _ in 0..<acts {
            let node = Int.random(in: 0..<nodeCount, using: &random)
            add(.act(node: node, Act.drawn(using: &random)), within: 4_000...Self.healsAt, &random)
        }
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let accident = Self.accident(nodeCount, &random)
            add(accident, &random)
            if case .restore(let node) = accident, let restore = steps.last {
                add(.backup(node: node), within: 4_000...restore.at, &random)
            }
            // Of crashes half come when something was just written.
            guard case .crash(let node, _) = accident, random.next() % 2 == 0, let crash = steps.popLast() else {
                continue
            }
            let acts = steps.filter { if case .act(node, _) = $0.deed { $0.at > 4_000 } else { false } }
            let at = acts.randomElement(using: &random).map { $0.at + Int64.random(in: 0...12, using: &random) }
            steps.append(Step(at: at ?? crash.at, deed: accident, pick: crash.pick))
        }
        for _ in 0..<hostileCount * Int.random(in: 2...8, using: &random) {
            let node = Int.random(in: nodeCount - hostileCount..<nodeCount, using: &random)
            let trick = Trick.ordinary.randomElement(using: &random)!  // there are some
            add(.trick(node: node, trick), &random)
        }
        for _ in 0..<Int.random(in: 0...4, using: &random) / 2 {
            // Quartz is off by some millionths, a bad one by hundreds. What takes months has to happen within two minutes.
            let most: Int64 = random.next() % 2 == 0 ? 500 : 900_000
            let node = Int.random(in: 0..<nodeCount, using: &random)
            add(.drift(node: node, millionths: .random(in: -most...5 * most, using: &random)), &random)
        }
        // Drawn last, so that it changes nothing of other runs.
        if hostileCount > 0, seed % 10 == 1 {
            for _ in 0..<Int.random(in: 2...6, using: &random) {
                let node = Int.random(in: nodeCount - hostileCount..<nodeCount, using: &random)
                add(.trick(node: node, .epochs), &random)
            }
        }
        steps.sort { $0.at < $1.at }
    }

    private mutating func add(_ deed: Deed, within times: ClosedRange<Int64>, _ random: inout SeededRandom) {
        steps.append(Step(at: .random(in: times, using: &random), deed: deed, pick: random.next()))
    }

    private mutating func add(_ deed: Deed, _ random: inout SeededRandom) {
        add(deed, within: 10_000...Self.healsAt - 10_000, &random)
    }

    private static func accident(_ count: Int, _ random: inout SeededRandom) -> Deed {
        let node = Int.random(in: 0..<count, using: &random)
        let other = (node + Int.random(in: 1..<count, using: &random)) % count
        switch Int.random(in: 0..<11, using: &random) {
        case 0, 1: return .crash(node: node, milliseconds: .random(in: 50...20_000, using: &random))
        case 2, 3: return .restore(node: node)
        // Most clocks are a little off, some are far off.
        case 4: return .clock(node: node, offset: .random(in: -100_000...100_000, using: &random))
        case 5: return .clock(node: node, offset: .random(in: -900_000...900_000, using: &random))
        case 6: return .handOver(node: node, byRecovery: .random(using: &random))
        case 7, 8: return .cut(from: node, to: other)
        case 9: return .mend(from: node, to: other)
        default:
            return .weather(
                Weather(
                    losses: .random(in: 0...300, using: &random), doublings: .random(in: 0...200, using: &random),
                    delay: 1...Int64.random(in: 1...2_000, using: &random)))
        }
    }

    /// A line, a ring, a star, all with all, or by chance.
    private static func links(count: Int, using random: inout SeededRandom) -> [Link] {
        var pairs: [(Int, Int)] = (1..<count).map { ($0 - 1, $0) }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: break
        case 1: pairs.append((0, count - 1))
        case 2: pairs = (1..<count).map { (0, $0) }
        case 3: pairs = (0..<count).flatMap { one in (one + 1..<count).map { (one, $0) } }
        default:
            pairs = (1..<count).map { (Int.random(in: 0..<$0, using: &random), $0) }
            pairs.append((0, count - 1))
        }
        var links: [Link] = []
        for (one, other) in pairs where one != other {
            guard !links.contains(where: { $0.one == one && $0.other == other }) else { continue }
            links.append(Link(one: one, other: other, isMutual: Int.random(in: 0..<5, using: &random) > 0))
        }
        return links
    }
}

extension Plan.Deed {
    /// Whose it is; nil for what is about the network.
    var node: Int? {
        switch self {
        case .act(let node, _), .crash(let node, _), .backup(let node), .restore(let node), .clock(let node, _),
            .drift(let node, _), .handOver(let node, _), .trick(let node, _):
            node
        case .weather, .cut, .mend: nil
        }
    }
}
