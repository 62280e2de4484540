import Operations
package import RoomModel

/// A group told as a story. Everybody has seen everything, unless it is said otherwise, and goes on in the feed of
/// their node.
package struct PlanWriter {
    package enum Seeing {
        case everything
        /// These and what they had seen.
        case only([Int])
        /// All but these and what has seen them.
        case allBut([Int])
    }

    package enum Feed {
        case goingOn
        case fresh
        case freshUnder(certificate: Int)
        /// Behind this operation, whatever else is there.
        case onto(Int)
    }

    package static let office = ModelPerson(node: 0, handle: 0)
    package static let carol = ModelPerson(node: 0, handle: 1)
    package static let alice = ModelPerson(node: 1, handle: 1)
    package static let bob = ModelPerson(node: 2, handle: 2)
    package static let mia = ModelPerson(node: 3, handle: 3)
    package static let dan = ModelPerson(node: 4, handle: 4)

    package private(set) var plan = RoomPlan(.group)
    private var tips: [Int: Int] = [:]
    private var pasts: [IDs] = []

    package init(name: String = "Harbour works") {
        write(Self.carol, .create(RoomCreation(name: name)))
    }

    /// Alice, then Bob are admins, Mia is a member and everybody has spoken.
    package static func company() -> PlanWriter {
        var room = PlanWriter()
        room.write(carol, .add(alice, .admin))
        room.write(carol, .add(bob, .admin))
        room.write(carol, .add(mia, .member))
        for person in [alice, bob, mia] { room.say(person) }
        return room
    }

    @discardableResult
    package mutating func say(
        _ person: ModelPerson, seeing: Seeing = .everything, in feed: Feed = .goingOn, at time: Int? = nil
    ) -> Int {
        write(person, .post(MessageContent(content: "Ahoy"), replyTo: nil), seeing: seeing, in: feed, at: time)
    }

    /// Writes an operation and says its number. A time may be claimed that is earlier than others' or later.
    @discardableResult
    package mutating func write(
        _ person: ModelPerson, _ kind: RoomPlan.Kind, seeing: Seeing = .everything, in feed: Feed = .goingOn,
        at time: Int? = nil
    ) -> Int {
        var step = RoomPlan.Step(node: person.node, handle: person.handle, time: 1, kind: kind)
        switch feed {
        case .goingOn: step.prev = tips[person.node]
        case .fresh: step.certificate = tips[person.node].map { plan.steps[$0].certificate } ?? 0
        case .freshUnder(let certificate): step.certificate = certificate
        case .onto(let prev): step.prev = prev
        }
        if let prev = step.prev { step.certificate = plan.steps[prev].certificate }
        let before = step.prev.map { pasts[$0].union(IDs([$0])) } ?? IDs()
        let known = seen(seeing).union(before)
        step.deps = heads(of: known).filter { !before.contains($0) }
        step.time = time ?? (known.map { plan.steps[$0].time }.max() ?? 0) + 1
        pasts.append(RoomPlan.past(of: step, pasts))
        plan.steps.append(step)
        tips[person.node] = plan.steps.count - 1
        return plan.steps.count - 1
    }

    private func heads(of known: IDs) -> [Int] {
        known.filter { one in !known.contains { pasts[$0].contains(one) } }
    }

    private func seen(_ seeing: Seeing) -> IDs {
        switch seeing {
        case .everything:
            return IDs(plan.steps.indices)
        case .only(let ids):
            return ids.reduce(into: IDs(plan.steps.isEmpty ? [] : [0])) { seen, id in
                seen.insert(id)
                seen.formUnion(pasts[id])
            }
        case .allBut(let unseen):
            return IDs(plan.steps.indices.filter { !unseen.contains($0) && pasts[$0].isDisjoint(with: IDs(unseen)) })
        }
    }
}
