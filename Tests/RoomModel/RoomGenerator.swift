import Keys
import Operations

/// Plans of rooms in which everybody may do anything: people talk, change and take back what they said, come and go, and
/// some of them lie about what they have seen, write two histories, or go on under a key that was handed over.
package struct RoomGenerator {
    struct Style {
        var nature: RoomPlan.Nature
        var nodes: Int
        var people: Int
        var operations: Int
        // In a hundred.
        var forks: Int
        var handovers: Int
        var informed: Int
        /// How many of the operations are about who may do what.
        var authority: Int
        var late: Int
        var never: Int
        var spoilt = 4
    }

    let style: Style
    private var plan: RoomPlan
    private var built: PlannedRoom
    private var pasts: [IDs] = []
    private var random: Seeded

    package static func plan(seed: UInt64, operations: ClosedRange<Int> = 10...40) -> RoomPlan {
        var generator = RoomGenerator(seed: seed, operations: operations)
        return generator.generate()
    }

    init(seed: UInt64, operations: ClosedRange<Int>) {
        var random = Seeded(seed)
        func choose<Element>(_ elements: [Element]) -> Element { elements.randomElement(using: &random)! }
        let nodes = choose([2, 3, 3, 4])
        let nature: RoomPlan.Nature =
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<72: .group
            case 72..<80: .direct(ModelPerson(node: 0, handle: 1), ModelPerson(node: 0, handle: choose([1, 2])))
            case 80..<90: .direct(ModelPerson(node: 0, handle: 1), ModelPerson(node: 1, handle: 1))
            default: .directory(choose([0, 1]))
            }
        style = Style(
            nature: nature, nodes: nodes, people: choose([1, 2, 2, 3]),
            operations: .random(in: operations, using: &random), forks: choose([0, 0, 5, 12]),
            handovers: choose([0, 0, 5, 15]), informed: choose([30, 60, 90]), authority: choose([10, 25, 45]),
            late: choose([0, 15, 50]), never: choose([0, 0, 6]))
        plan = RoomPlan(nature)
        built = PlannedRoom(nature)
        self.random = random
    }

    mutating func generate() -> RoomPlan {
        if case .group = style.nature { found() }
        var patience = 200
        while plan.steps.count < style.operations, patience > 0 {
            if !write() { patience -= 1 }
        }
        for _ in 0..<(pick([0, 0, 1, 3])!) { addRegister() }
        let prevs = plan.steps.compactMap(\.prev)
        for (number, step) in plan.steps.enumerated() {
            if let prev = step.prev, prevs.count(where: { $0 == prev }) > 1, chance(25) { plan.proofs.append(number) }
        }
        return plan
    }

    // MARK: Dice

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func pick<Element>(_ elements: some Collection<Element>) -> Element? {
        elements.randomElement(using: &random)
    }

    // MARK: Places

    private var people: [ModelPerson] {
        (0..<style.nodes).flatMap { node in (1...style.people).map { ModelPerson(node: node, handle: $0) } }
    }

    private mutating func found() {
        _ = add(RoomPlan.Step(node: 0, handle: 1, time: 1, kind: .create(creation())))
        for person in people.dropFirst() where chance(70) {
            var step = RoomPlan.Step(
                node: 0, handle: 1, time: plan.steps.count + 1, kind: .add(person, chance(40) ? .admin : .member))
            step.prev = plan.steps.count - 1
            _ = add(step)
        }
    }

    /// Only if real operations can be made of it.
    private mutating func add(_ step: RoomPlan.Step) -> Bool {
        guard built.write(step) else { return false }
        plan.steps.append(step)
        pasts.append(RoomPlan.past(of: step, pasts))
        return true
    }

    private var origins: [Int] {
        switch style.nature {
        case .group: Array(0..<style.nodes)
        case .direct(let one, let other): [one.node, other.node]
        case .directory(let node): [node]
        }
    }

    private mutating func write() -> Bool {
        let origin = pick(origins)!
        var step = RoomPlan.Step(node: origin, handle: 0, time: 0, kind: .join)
        place(&step)
        let before = step.prev.map { pasts[$0].union(IDs([$0])) } ?? IDs()
        var known = before
        if step.prev == nil || chance(60) { known.formUnion(knowledge()) }
        let heads = IDs(
            plan.steps.indices.filter { x in known.contains(x) && !known.contains { pasts[$0].contains(x) } })
        var deps = heads.filter { !before.contains($0) }
        // What somebody names that is in the past of the rest harms nobody.
        if chance(8), let idle = pick(Array(known)), idle != step.prev, !deps.contains(idle) { deps.append(idle) }
        step.deps = deps
        step.time = (known.map { plan.steps[$0].time }.max() ?? 0) + pick([1, 1, 1, 2, 3, 12])!
        step.handle = author(origin, known)
        step.kind = kind(step, known)
        if case .open = step.kind {} else { ship(&step) }
        return add(step)
    }

    private mutating func ship(_ step: inout RoomPlan.Step) {
        step.isSpoilt = chance(style.spoilt)
        step.delivery = chance(style.never) ? .never : chance(style.late) ? .late : .atOnce
    }

    private mutating func place(_ step: inout RoomPlan.Step) {
        let own = plan.steps.indices.filter { plan.steps[$0].node == step.node }
        let prevs = Set(plan.steps.compactMap(\.prev))
        if chance(style.forks), let forked = pick(own.filter { prevs.contains($0) }) {
            step.prev = forked
        } else if let tip = pick(own.filter { !prevs.contains($0) }), chance(82) {
            step.prev = tip
        } else {
            let highest = own.map { plan.steps[$0].certificate }.max() ?? 0
            step.certificate = chance(style.handovers) ? pick([1, 2, 3])! : chance(85) ? highest : 0
        }
        if let prev = step.prev { step.certificate = plan.steps[prev].certificate }
    }

    private mutating func knowledge() -> IDs {
        let all = IDs(plan.steps.indices)
        if chance(style.informed) { return all }
        // Rarely somebody claims to know of nothing at all, not even of the room's founding.
        var known = plan.nature == .group && chance(97) ? IDs([0]) : IDs()
        if chance(20) { return known }
        for _ in 0..<pick([1, 1, 2, 3])! {
            guard let one = pick(Array(all)) else { break }
            known.insert(one)
            known.formUnion(pasts[one])
        }
        return known
    }

    private mutating func author(_ origin: Int, _ known: IDs) -> Int {
        if chance(6) { return 0 }
        if case .direct(let one, let other) = style.nature, chance(85) {
            return pick([one, other].filter { $0.node == origin })!.handle
        }
        return Int.random(in: 1...style.people, using: &random)
    }

    // MARK: What is said

    private mutating func kind(_ step: RoomPlan.Step, _ known: IDs) -> RoomPlan.Kind {
        if case .directory = style.nature { return profile(step) }
        if case .direct = style.nature, step.prev == nil { return .open }
        if step.handle == 0 {
            return chance(70) ? authority(step) : chance(50) ? .join : .unknown(nil)
        }
        if chance(style.nature == .group ? style.authority : 6) { return authority(step) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<34: return .post(content(), replyTo: chance(20) ? any() : nil)
        case 34..<52: return .edit(target(step, known, own: 85), change())
        case 52..<68: return .delete(target(step, known, own: 80))
        case 68..<82: return .react(target(step, known, own: 30), pick(["+1", "heart", "-1", nil])!)
        case 82..<88: return .pin(target(step, known, own: 30), chance(70))
        case 88..<95: return .set(setting())
        case 95..<97: return .join
        default: return .unknown(chance(50) ? any() : nil)
        }
    }

    /// Mostly a message that its author has seen.
    private mutating func target(_ step: RoomPlan.Step, _ known: IDs, own: Int) -> Int {
        if chance(6) { return any() ?? -1 }
        let posts = plan.steps.indices.filter {
            if case .post = plan.steps[$0].kind { known.contains($0) || plan.steps.count % 9 == 0 } else { false }
        }
        let theirs = posts.filter { plan.steps[$0].author == step.author }
        // The few latest of them, so that many things meet in one message.
        return (chance(own) ? pick(theirs.suffix(3)) : nil) ?? pick(posts.suffix(4)) ?? any() ?? -1
    }

    private mutating func any() -> Int? {
        chance(15) ? -1 : pick(plan.steps.indices)
    }

    private mutating func authority(_ step: RoomPlan.Step) -> RoomPlan.Kind {
        let other = chance(8) ? step.author : pick(people)!
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: return .add(other, chance(45) ? .admin : .member)
        case 30..<42: return .role(other, .admin)
        case 42..<58: return .role(other, .member)
        case 58..<86: return .remove(other)
        default: return .leave
        }
    }

    private mutating func profile(_ step: RoomPlan.Step) -> RoomPlan.Kind {
        let handle = step.handle == 0 || chance(10) ? Int.random(in: 1...style.people, using: &random) : step.handle
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<12: return .close(handle)
        case 12..<18: return chance(50) ? .join : .unknown(any())
        default:
            var change = ProfileChange()
            if chance(50) { change.name = .to(word()) }
            if chance(30) { change.avatar = .to(chance(70) ? file() : nil) }
            if chance(30) { change.extra = .to(extra()) }
            return .put(handle, change)
        }
    }

    private mutating func word() -> String {
        pick(["", "tide", "crane", "quay", "lock", "mole", "bo\u{301}", "\u{1F44B}"])!
    }

    private mutating func file() -> Attachment {
        let name = word()
        return Attachment(
            hash: Hash(of: Array(name.utf8).span), name: name, type: "text/plain", size: UInt64(name.utf8.count))
    }

    private mutating func extra() -> Extra? {
        let encoded: [UInt8] = pick([[0xF5], [0x01], [0xF6], [0x81, 0x20]])!
        return try? Extra(encoded: encoded.span)
    }

    private mutating func creation() -> RoomCreation {
        var creation = RoomCreation(name: word())
        if chance(30) { creation.details = word() }
        if chance(30) { creation.isGroup = false }
        if chance(30) { creation.client = .integer(-5) }
        if chance(30) { creation.extra = extra() }
        if chance(30) { creation.type = "client_agent" }
        if chance(30) { creation.school = word() }
        return creation
    }

    private mutating func setting() -> RoomChange {
        var change = RoomChange()
        if chance(30) { change.name = .to(word()) }
        if chance(20) { change.details = .to(word()) }
        if chance(20) { change.avatar = .to(chance(60) ? file() : nil) }
        if chance(30) { change.isArchived = .to(chance(50)) }
        if chance(20) { change.isGroup = .to(chance(50)) }
        if chance(30) { change.isDeleted = .to(chance(60)) }
        if chance(20) { change.client = .to(pick([.text("c-7"), .integer(4), nil])!) }
        if chance(20) { change.property = .to(pick([.text(""), .integer(0), nil])!) }
        if chance(20) { change.extra = .to(extra()) }
        return change
    }

    private mutating func content() -> MessageContent {
        MessageContent(
            content: word(), type: chance(80) ? "text" : "code", attachments: chance(20) ? [file()] : [],
            mentions: chance(20) ? [PlannedNode.all[0].user(1)] : [], extra: chance(20) ? extra() : nil)
    }

    private mutating func change() -> MessageChange {
        var change = MessageChange()
        if chance(60) { change.content = .to(word()) }
        if chance(20) { change.type = .to("image") }
        if chance(20) { change.attachments = .to(chance(50) ? [file()] : []) }
        if chance(20) { change.mentions = .to(chance(50) ? [PlannedNode.all[1].user(1)] : []) }
        if chance(20) { change.extra = .to(extra()) }
        return change
    }

    private mutating func addRegister() {
        let handles = Set((0..<pick([1, 1, 2])!).map { _ in Int.random(in: 1...style.people, using: &random) })
        var readers: [(handle: Int, upTo: Int?, exceptions: [Int])] = []
        for handle in handles.sorted() {
            readers.append((handle, any(), (0..<pick([0, 1, 3])!).compactMap { _ in any() }))
        }
        plan.registers.append(
            RoomPlan.Register(
                node: pick(origins)!, certificate: chance(style.handovers) ? pick([1, 2, 3])! : 0,
                counter: UInt64.random(in: 0...2, using: &random), readers: readers))
    }
}
