import Bytes
import CBOR
import Keys
package import Operations
package import RoomModel

/// A room of the vectors, as the naive model sees some of its operations.
package struct RoomVector {
    package let plan: RoomPlan
    package let built: PlannedRoom

    package init(_ plan: RoomPlan) {
        self.plan = plan
        built = PlannedRoom(plan, isSigned: true)!  // a plan of our own
    }

    package var certificates: [OperationID: Certificate] {
        Dictionary(uniqueKeysWithValues: zip(built.operations.map(\.id), built.certificates))
    }

    /// The room with the first operations, all payloads, and the registers or none.
    package func room(first count: Int, withRegisters: Bool) -> NaiveRoom {
        let operations = Array(built.operations[..<count])
        return NaiveRoom(
            built.id, built.nature, operations: operations, payloadsHere: Set(operations.map(\.id)),
            certificates: certificates, registers: withRegisters ? built.registers : [])
    }

    func envelope(_ number: Int) throws -> Envelope {
        let operation = built.operations[number]
        return try Envelope(
            operation: operation, certificate: operation.header.seq == 0 ? built.certificates[number].encoded : nil)
    }
}

extension VectorFile {
    static func authority() throws -> VectorFile {
        try authority("authority.json", "The examples of authority.md and others", AuthorityScenario.all)
    }

    static func feeds() throws -> VectorFile {
        try authority("feeds.json", "Example 27 of authority.md", AuthorityScenario.ofManyFeeds)
    }

    private static func authority(
        _ name: String, _ subject: String, _ scenarios: [AuthorityScenario]
    ) throws -> VectorFile {
        let scenarios = try scenarios.map { scenario in
            let vector = RoomVector(scenario.plan)
            let room = vector.room(first: vector.built.operations.count, withRegisters: false)
            let passedOn = Set(room.passedOn.map(\.id))
            let users = Set(scenario.plan.steps.indices.flatMap { people(vector.built.operations[$0]) }).sorted()
            return Description.object([
                ("name", .text(scenario.name)), ("room", .name(vector.built.id)),
                (
                    "operations",
                    .list(
                        try vector.built.operations.enumerated().map { number, operation in
                            .object([
                                ("about", .text(about(operation, vector.built))), ("id", .name(operation.id)),
                                ("counts", .bool(room.counts(operation.id))),
                                ("passed_on", .bool(passedOn.contains(operation.id))),
                                ("envelope", .hex(try vector.envelope(number).encoded)),
                            ])
                        })
                ),
                (
                    "standings",
                    .list(
                        users.map { user in
                            .list([.name(user.node), .name(user.handle), .text(room.standing(of: user).rawValue)])
                        })
                ),
            ])
        }
        return VectorFile(
            name,
            "\(subject): operations in causal order, which of them count, which are passed on, and how everybody stands in the end.",
            [("scenarios", .list(scenarios))])
    }

    private static func people(_ operation: Operation) -> [UserID] {
        switch operation.header.target {
        case .user(let user), .grant(let user, _): [user]
        case .none, .operation: operation.header.author.isNode ? [] : [operation.header.authorID]
        }
    }

    /// "north/ada member.add east/bo admin, behind 3 and 5"
    private static func about(_ operation: Operation, _ built: PlannedRoom) -> String {
        func name(_ user: UserID) -> String {
            let node = PlannedNode.all.first { $0.id == user.node }?.name ?? "?"
            return user.handle.isNode ? node : "\(node)/\(user.handle)"
        }
        func number(_ id: OperationID) -> String {
            built.operations.firstIndex { $0.id == id }.map { "\($0)" } ?? "nothing"
        }
        let header = operation.header
        var words = [name(header.authorID), header.kind.name]
        switch header.target {
        case .none: break
        case .operation(let id): words.append(number(id))
        case .user(let user): words.append(name(user))
        case .grant(let user, let role): words += [name(user), role.rawValue]
        }
        let past = (header.seq == 0 ? [] : [OperationID(header.previous)]) + header.dependencies
        let numbers = past.compactMap { Int(number($0)) }.sorted().map { "\($0)" }
        return words.joined(separator: " ") + (past.isEmpty ? "" : ", behind \(numbers.joined(separator: " and "))")
    }

    // MARK: A room's states

    static func history() throws -> VectorFile {
        let vector = RoomVector(sampleHistory)
        let count = vector.built.operations.count
        let states = (1...count).map { ($0, false) } + [(count, true)]
        return VectorFile(
            "history.json",
            "A room in causal order with all payloads, and what comes of its first operations: digest, and dump in CBOR; the "
                + "last state is with the registers.",
            [
                ("room", .name(vector.built.id)),
                (
                    "operations",
                    .list(
                        try vector.built.operations.enumerated().map { number, operation in
                            .object([
                                ("about", .text(about(operation, vector.built))), ("id", .name(operation.id)),
                                ("envelope", .hex(try vector.envelope(number).encoded)),
                            ])
                        })
                ), ("registers", .list(vector.built.registers.map { .hex($0.encoded) })),
                (
                    "states",
                    .list(
                        states.map { first, withRegisters in
                            let room = vector.room(first: first, withRegisters: withRegisters)
                            return .object([
                                ("operations", .number(first)), ("registers", .bool(withRegisters)),
                                ("state", .name(room.digest)), ("dump", .hex(room.dump)),
                            ])
                        })
                ),
            ])
    }

    /// Messages that are edited, deleted, pinned and reacted to; somebody is removed and goes on; somebody's feed is forked.
    package static var sampleHistory: RoomPlan {
        let (carol, alice, bob, mia) = (PlanWriter.carol, PlanWriter.alice, PlanWriter.bob, PlanWriter.mia)
        var room = PlanWriter(name: "Quay 7")
        func post(_ text: String, replyTo: Int? = nil) -> RoomPlan.Kind {
            .post(MessageContent(content: text, mentions: [PlannedNode.all[1].user(1)]), replyTo: replyTo)
        }
        func edit(_ target: Int, _ text: String) -> RoomPlan.Kind {
            var change = MessageChange()
            change.content = .to(text)
            return .edit(target, change)
        }
        room.write(carol, .add(alice, .admin))
        room.write(carol, .add(bob, .member))
        room.write(carol, .add(mia, .member))
        let welcome = room.write(carol, post("Welcome, Bø"))
        let first = room.write(alice, post("The crane is free", replyTo: welcome))
        let second = room.write(mia, post("A secret"))
        let early = room.write(alice, edit(first, "The crane is taken"), at: 30)
        room.write(alice, edit(first, "The crane is ours"), seeing: .allBut([early]), in: .fresh, at: 20)
        room.write(bob, .react(first, "+1"))
        let edited = room.write(mia, edit(second, "No secret"))
        room.write(bob, .react(second, "heart"))
        room.write(mia, .delete(second), seeing: .only([edited]))
        room.write(alice, .pin(first, true))
        var change = RoomChange()
        change.name = .to("Quay 8")
        change.extra = .to(try? Extra(encoded: [0xF5].span))
        room.write(alice, .set(change))
        room.write(bob, .react(first, nil))
        let last = room.write(mia, post("Still here"))
        let removal = room.write(alice, .remove(mia))
        room.write(mia, post("And now?"), seeing: .allBut([removal]))
        room.write(mia, .delete(last), seeing: .allBut([removal]))
        let one = room.write(bob, post("One history"))
        room.write(carol, post("Answered"))
        room.write(bob, post("Another"), seeing: .only([]), in: .onto(room.plan.steps[one].prev!))  // it went on
        room.write(bob, .unknown(first), in: .fresh)
        var plan = room.plan
        plan.registers = [
            RoomPlan.Register(node: 0, certificate: 0, counter: 1, readers: [(1, welcome, [])]),
            RoomPlan.Register(node: 0, certificate: 0, counter: 2, readers: [(1, first, [second, -1]), (2, nil, [])]),
            RoomPlan.Register(node: 3, certificate: 0, counter: 7, readers: [(3, first, [])]),
        ]
        return plan
    }
}
