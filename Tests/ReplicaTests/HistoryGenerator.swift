@testable import RoomModel

/// Histories in which everybody may do anything: honest and hostile people, nodes that know arbitrary
/// parts of the past, backdated times, epochs that pretend to have seen nothing, forks, new keys.
struct HistoryGenerator {
    struct Style {
        var nodes = 3
        var people = 2
        var operations = 24
        /// In a hundred.
        var forks = 6
        var handovers = 4
        /// How often an operation knows all that its node could know.
        var informed = 55
        var leaves = 10
    }

    var style: Style
    private(set) var history = ModelHistory()
    private var random: Seeded
    private var epochs = 0

    static let genesis = ModelOperation(id: 0, origin: 0, epoch: 0, seq: 0, time: 1, handle: 1, kind: .create)

    static func history(seed: UInt64, style: Style? = nil) -> ModelHistory {
        var generator = HistoryGenerator(seed: seed, style: style)
        for _ in 1..<generator.style.operations { generator.write() }
        return generator.history
    }

    init(seed: UInt64, style: Style? = nil) {
        var random = Seeded(seed)
        self.style =
            style
            ?? Style(
                nodes: .random(in: 2...4, using: &random), people: .random(in: 1...2, using: &random),
                operations: .random(in: 8...30, using: &random),
                forks: [0, 0, 6, 12].randomElement(using: &random)!,
                handovers: [0, 0, 4, 12].randomElement(using: &random)!,
                informed: [20, 55, 85].randomElement(using: &random)!,
                leaves: [0, 8, 20].randomElement(using: &random)!)
        self.random = random
        history.append(Self.genesis)
    }

    /// Goes on with a history that is already there.
    init(seed: UInt64, style: Style, after history: ModelHistory) {
        random = Seeded(seed)
        self.style = style
        self.history = history
        epochs = history.operations.map(\.epoch).max()!
    }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    mutating func pick<Element>(_ elements: some Collection<Element>) -> Element? {
        elements.randomElement(using: &random)
    }

    var people: [ModelPerson] {
        (0..<style.nodes).flatMap { node in (1...style.people).map { ModelPerson(node: node, handle: $0) } }
    }

    /// One more operation, by `author` and of `kind` where they are given.
    mutating func write(by wanted: ModelPerson? = nil, _ wantedKind: ModelKind? = nil) {
        let origin = wanted?.node ?? Int.random(in: 0..<style.nodes, using: &random)
        let place = place(origin)
        var known = place.prev.map { history.pasts[$0].union(IDs([$0])) } ?? IDs()
        if place.prev == nil || chance(60) { known.formUnion(knowledge(origin)) }
        if place.prev == nil { known.insert(0) }
        let before = place.prev.map { history.pasts[$0].union(IDs([$0])) } ?? IDs()
        let deps = history.heads(of: known).filter { !before.contains($0) }
        let author = wanted ?? self.author(origin, known)
        let time = history.time(after: known) + [0, 0, 1, 2, 9].randomElement(using: &random)!
        history.append(
            ModelOperation(
                id: history.operations.count, origin: origin, epoch: place.epoch, seq: place.seq, key: place.key,
                prev: place.prev, deps: deps, time: time, handle: author.handle,
                kind: wantedKind ?? kind(author, known), tie: Int.random(in: 0..<1_000_000, using: &random)))
    }

    private struct Place {
        var epoch: Int
        var seq: Int
        var key: Int
        var prev: Int?
    }

    private mutating func place(_ origin: Int) -> Place {
        let own = history.operations.filter { $0.origin == origin }
        let highest = own.map(\.key).max() ?? 0
        if let forked = pick(own), chance(style.forks) {
            if forked.seq == 0, forked.id != 0 || chance(50) {
                return Place(epoch: forked.epoch, seq: 0, key: forked.key, prev: nil)
            }
            return Place(epoch: forked.epoch, seq: forked.seq + 1, key: forked.key, prev: forked.id)
        }
        let tips = own.filter { one in !own.contains { $0.prev == one.id } }
        if let tip = pick(tips), chance(75) {
            return Place(epoch: tip.epoch, seq: tip.seq + 1, key: tip.key, prev: tip.id)
        }
        epochs += 1
        let key = chance(style.handovers) ? highest + 1 : chance(10) ? max(0, highest - 1) : highest
        return Place(epoch: epochs, seq: 0, key: key, prev: nil)
    }

    /// What an operation of `origin` says that it has seen.
    private mutating func knowledge(_ origin: Int) -> IDs {
        if chance(style.informed) { return history.all }
        if chance(30) { return IDs([0]) }
        var known = IDs([0])
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let one = pick(history.operations)!.id
            known.insert(one)
            known.formUnion(history.pasts[one])
        }
        return known
    }

    private mutating func author(_ origin: Int, _ known: IDs) -> ModelPerson {
        let admins = known.compactMap { id -> ModelPerson? in
            switch history.operations[id].kind {
            case .create: history.operations[id].author
            case .add(let person, admin: true), .promote(let person): person
            default: nil
            }
        }
        if origin == 0, chance(8) { return ModelPerson(node: 0, handle: 0) }
        if let admin = pick(admins.filter { $0.node == origin }), chance(75) { return admin }
        return ModelPerson(node: origin, handle: .random(in: 1...style.people, using: &random))
    }

    private mutating func kind(_ author: ModelPerson, _ known: IDs) -> ModelKind {
        let other = pick(people.filter { $0 != author })!
        let dice = Int.random(in: 0..<100, using: &random)
        if author.handle == 0, dice >= 65 { return .message }
        if dice >= 100 - style.leaves { return chance(60) ? .leave : .stepDown }
        return switch dice {
        case 0..<22: .add(chance(15) ? author : other, admin: chance(60))
        case 22..<34: .promote(chance(10) ? author : other)
        case 34..<46: .demote(other)
        case 46..<65: .remove(other)
        case 65..<73: .settings
        default: .message
        }
    }
}
