import Keys
import Operations
import Replica

@testable import RoomModel

/// A plan's operations, payloads, registers and fork proofs taken in by the real fold in an order of the seed's, and held
/// against the naive model; at the end or after every arrival.
struct ReplayedRoom {
    enum Arrival {
        case operation(Int, withPayload: Bool)
        case payload(Int)
        case register(Int)
        case proof(Int)
        /// The room is loaded from its records.
        case restart
    }

    let plan: RoomPlan
    let built: PlannedRoom
    private let feedsMax: Int
    private var room: Room
    private var records = MemoryRecords()
    private var shadow = RoomShadow()
    private var held: [Int] = []
    /// Whose payloads were brought and not dropped.
    private var here: Set<OperationID> = []
    private var forks: [Feed: UInt64] = [:]
    private var registers: [SignedRegister] = []

    init(_ plan: RoomPlan, _ built: PlannedRoom, feedsMax: Int) {
        self.plan = plan
        self.built = built
        self.feedsMax = feedsMax
        room = Room(built.id, nature: built.nature, feedsMax: feedsMax)
    }

    /// The first complaint about a plan whose parts arrive in an order of the seed's.
    static func complaint(_ plan: RoomPlan, seed: UInt64, afterEach: Bool) -> String? {
        guard let built = PlannedRoom(plan) else { return nil }
        var random = Seeded(seed ^ 0x700)
        // Few histories have as many lines as are too many.
        var replayed = ReplayedRoom(plan, built, feedsMax: [2, 3, 64, 64][Int(seed % 4)])
        let arrivals = plan.arrivals(&random)
        for (index, arrival) in arrivals.enumerated() {
            replayed.take(arrival)
            if afterEach || index == arrivals.count / 2, let complaint = replayed.complaint() {
                return "\(complaint), after \(arrivals[...index])"
            }
        }
        replayed.takeWhatIsWanted()
        return replayed.complaint().map { "\($0), after \(arrivals)" }
    }

    static func complaint(seed: UInt64, operations: ClosedRange<Int>, afterEach: Bool) -> String? {
        let plan = RoomGenerator.plan(seed: seed, operations: operations)
        guard complaint(plan, seed: seed, afterEach: afterEach) != nil else { return nil }
        // A plan that is smaller arrives in other orders, of which one may fail.
        func fails(_ plan: RoomPlan) -> UInt64? {
            ([seed] + (1...12).map { seed &+ $0 << 42 }).first {
                complaint(plan, seed: $0, afterEach: true) != nil
            }
        }
        guard fails(plan) != nil else {
            return "seed \(seed): \(complaint(plan, seed: seed, afterEach: afterEach)!)\n\(plan)"
        }
        let smallest = plan.shrunk { fails($0) != nil }
        return "seed \(seed): \(complaint(smallest, seed: fails(smallest)!, afterEach: true)!)\n\(smallest)"
    }

    // MARK: Taking in

    private mutating func take(_ arrival: Arrival) {
        var changes: [StateChange] = []
        switch arrival {
        case .operation(let number, let withPayload):
            let operation = built.operations[number]
            let isHere = withPayload && operation.payload != nil
            room.take(
                isHere ? operation : operation.with(checkedPayload: nil), rank: built.certificates[number].rank,
                into: &records,
                changes: &changes)
            held.append(number)
            if isHere { here.insert(operation.id) }
        case .payload(let number):
            let operation = built.operations[number]
            guard let payload = operation.payload else { return }
            if room.take(payload: payload, of: operation.id, into: &records, changes: &changes) {
                here.insert(operation.id)
            }
        case .register(let number):
            room.take(built.registers[number], into: &records, changes: &changes)
            registers.append(built.registers[number])
        case .proof(let number):
            let header = built.operations[number].header
            room.take(forkOf: header.feed, at: header.seq, into: &records, changes: &changes)
            forks[header.feed] = min(forks[header.feed] ?? .max, header.seq)
        case .restart:
            room = Room(built.id, nature: built.nature, feedsMax: feedsMax, restoredFrom: &records)
        }
        shadow.apply(changes, records)
        // What was covered when it was here, or came, is gone for good, unless somebody brings it again.
        here = here.filter { id in
            records.position(of: id).map { records.payload(at: $0) != nil } ?? false
        }
    }

    /// Whatever is asked for comes at last, but for what never does.
    private mutating func takeWhatIsWanted() {
        let numbers = Dictionary(uniqueKeysWithValues: built.operations.enumerated().map { ($1.id, $0) })
        for number in room.wantedPayloads(in: records).map({ numbers[$0]! }) {
            if plan.steps[number].delivery != .never { take(.payload(number)) }
        }
    }

    // MARK: Comparing

    private func complaint() -> String? {
        // A room that has no genesis begins with its first operation (Spec/rooms.md, section 8); the model begins it at once.
        if held.isEmpty, built.nature != .group { return nil }
        let model = NaiveRoom(
            built.id, built.nature, operations: held.map { built.operations[$0] }, payloadsHere: here,
            certificates: built.certificatesByID, forks: forks, registers: registers, feedsMax: feedsMax)
        return complaint(model) ?? shadow.complaint(model, room, records)
    }

    private func name(_ id: OperationID) -> String {
        built.operations.firstIndex { $0.id == id }.map { "#\($0)" } ?? "\(id)"
    }

    private func names(_ ids: some Sequence<OperationID>) -> [String] { ids.map(name).sorted() }

    private func complaint(_ model: NaiveRoom) -> String? {
        let passedOn = Set(model.passedOn.map(\.id))
        for operation in model.operations {
            let position = records.position(of: operation.id)!  // it was taken in
            let counts = model.counting.contains(model.numbers[operation.id]!)
            if records.counts(at: position) != counts {
                return "\(name(operation.id)) \(counts ? "counts" : "is void"), and is held for the reverse"
            }
            if room.isPassedOn(position) != passedOn.contains(operation.id) {
                return "\(name(operation.id)) is \(passedOn.contains(operation.id) ? "passed on" : "set aside"), "
                    + "and is held for the reverse"
            }
            if room.deletion(covering: operation.id, in: records) != model.deletion(covering: operation.id) {
                return
                    "\(name(operation.id)) is covered by \(model.deletion(covering: operation.id).map(name) ?? "-"), "
                    + "and \(room.deletion(covering: operation.id, in: records).map(name) ?? "-") is told"
            }
            let isHere = model.here.contains(operation.id) && model.covered[model.numbers[operation.id]!] == nil
            if (records.payload(at: position) != nil) != isHere { return "payload of \(name(operation.id))" }
            if room.dependencies(behind: operation.id, in: records) != model.dependencies(behind: operation.id) {
                return "behind \(name(operation.id)) one builds on \(names(model.dependencies(behind: operation.id)))"
                    + ", and not on \(names(room.dependencies(behind: operation.id, in: records)))"
            }
        }
        if room.heads(in: records) != model.heads {
            return "heads are \(names(model.heads)), not \(names(room.heads(in: records)))"
        }
        if Set(room.wantedPayloads(in: records)) != model.wanted {
            return "wanted are \(names(model.wanted)), not \(names(room.wantedPayloads(in: records)))"
        }
        if room.clock(in: records) != model.clock { return "clock \(model.clock), not \(room.clock(in: records))" }
        if room.forks(in: records) != model.forks { return "forks \(model.forks), not \(room.forks(in: records))" }
        if Set(room.participants(in: records)) != model.participants { return "participants" }
        for node in PlannedNode.all {
            for teller in PlannedNode.all {
                let told = room.view(of: node.id, toldBy: teller.id, in: records)
                let right = model.view(of: node.id, toldBy: teller.id)
                guard told != right else { continue }
                return
                    "\(node.name)'s view by \(teller.name) is \(right?.entries as Any?), not \(told?.entries as Any?)"
            }
        }
        for user in model.people.users
        where "\(room.standing(of: user, in: records))" != model.standing(of: user).rawValue {
            return "\(user) is \(model.standing(of: user)), not \(room.standing(of: user, in: records))"
        }
        if room.state(in: records) != model.digest { return "digest; dumps \(difference(model))" }
        if room.dump(in: records) != model.dump { return "dumps \(difference(model))" }
        return nil
    }

    private func difference(_ model: NaiveRoom) -> String {
        let (one, other) = (DumpRows.text(room.dump(in: records), name), DumpRows.text(model.dump, name))
        return "tell \(one.filter { !other.contains($0) }) instead of \(other.filter { !one.contains($0) })"
    }
}

extension RoomPlan {
    /// Everything in a causal order, payloads early and late, and restarts now and then.
    func arrivals(_ random: inout Seeded) -> [ReplayedRoom.Arrival] {
        let pasts = pasts
        var arrivals: [ReplayedRoom.Arrival] = []
        var open = Array(steps.indices)
        var done = IDs()
        var late: [ReplayedRoom.Arrival] =
            registers.indices.map { .register($0) } + proofs.map { .proof($0) }
        // A group begins with its founding: before that, nobody can tell that it is one.
        var first = nature == .group
        while !open.isEmpty || !late.isEmpty {
            let ready = open.filter { pasts[$0].isSubset(of: done) && (!first || $0 == 0) }
            if !first || ready.isEmpty, !late.isEmpty, ready.isEmpty || Int.random(in: 0..<4, using: &random) == 0 {
                arrivals.append(late.remove(at: .random(in: late.indices, using: &random)))
            } else if let next = ready.randomElement(using: &random) {
                open.removeAll { $0 == next }
                done.insert(next)
                first = false
                let delivery = steps[next].delivery
                arrivals.append(.operation(next, withPayload: delivery == .atOnce))
                if delivery == .late { late.append(.payload(next)) }
            }
            if Int.random(in: 0..<25, using: &random) == 0 { arrivals.append(.restart) }
        }
        return arrivals
    }
}
