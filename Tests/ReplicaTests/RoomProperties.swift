import Keys
import Operations

@testable import RoomModel

extension PlannedRoom {
    var certificatesByID: [OperationID: Certificate] {
        Dictionary(uniqueKeysWithValues: zip(operations.map(\.id), certificates))
    }

    /// Of the forks that a plan has proofs of.
    func forks(_ plan: RoomPlan) -> [Feed: UInt64] {
        var forks: [Feed: UInt64] = [:]
        for number in plan.proofs {
            let header = operations[number].header
            forks[header.feed] = min(forks[header.feed] ?? .max, header.seq)
        }
        return forks
    }
}

extension NaiveRoom {
    /// All of a plan, with all payloads but those that never come.
    init(whole plan: RoomPlan, feedsMax: Int = 64) {
        let built = PlannedRoom(plan)!  // plans can be written
        let here = plan.steps.indices.filter { plan.steps[$0].delivery != .never }.map { built.operations[$0].id }
        self.init(
            built.id, built.nature, operations: built.operations, payloadsHere: Set(here),
            certificates: built.certificatesByID, forks: built.forks(plan), registers: built.registers,
            feedsMax: feedsMax)
    }
}

/// What the sentences promise, whatever computes it.
enum RoomProperties {
    static func complaint(seed: UInt64) -> String? {
        let plan = RoomGenerator.plan(seed: seed)
        let feedsMax = [2, 3, 64][Int(seed % 3)]
        guard complaint(plan, feedsMax) != nil else { return nil }
        let smallest = plan.shrunk { complaint($0, feedsMax) != nil }
        return "seed \(seed), \(feedsMax) feeds: \(complaint(smallest, feedsMax)!)\n\(smallest)"
    }

    /// Whoever has what is passed on, or no more than the clock names, and the fork proofs, agrees with whoever has more.
    private static func complaint(_ plan: RoomPlan, _ feedsMax: Int) -> String? {
        guard let built = PlannedRoom(plan) else { return nil }
        let room = NaiveRoom(whole: plan, feedsMax: feedsMax)
        return complaint(room, built, who: "who has what is passed on", room.passedOn, feedsMax)
            ?? complaint(room, built, who: "who has what the clock names", room.namedByClock, feedsMax)
    }

    private static func complaint(
        _ room: NaiveRoom, _ built: PlannedRoom, who: String, _ held: [Operation], _ feedsMax: Int
    ) -> String? {
        let less = NaiveRoom(
            room.id, room.nature, operations: held, payloadsHere: room.here,
            certificates: built.certificatesByID, forks: room.forks, registers: room.registers, feedsMax: feedsMax)
        let numbers = Dictionary(uniqueKeysWithValues: built.operations.enumerated().map { ($1.id, $0) })
        let lacking = Set(room.passedOn.map(\.id)).subtracting(less.passedOn.map(\.id)).map { numbers[$0]! }
        if !lacking.isEmpty { return "\(who), does not pass on \(lacking.sorted())" }
        let differing = less.operations.indices.filter { x in
            less.counting.contains(x) != room.counting.contains(room.numbers[less.operations[x].id]!)
        }
        if !differing.isEmpty {
            return "\(who), differs about \(differing.map { numbers[less.operations[$0].id]! })"
        }
        if less.digest != room.digest { return "\(who), has another digest" }
        if less.dump != room.dump { return "\(who), shows something else" }
        if less.heads != room.heads { return "\(who), builds on something else" }
        if less.clock != room.clock { return "\(who), has another clock" }
        // What somebody signed themselves they keep and show, passed on or not; here it is by nobody.
        for node in PlannedNode.all
        where less.view(of: node.id, toldBy: Story.Node("nobody").id)
            != room.view(of: node.id, toldBy: Story.Node("nobody").id)
        {
            return "\(who), shows \(node.name) something else"
        }
        return nil
    }
}
