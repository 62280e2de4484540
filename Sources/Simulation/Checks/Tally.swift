import Gossip
import Operations
import Replica

/// How often things happened that the laws are about: a run in which nobody is ever removed proves nothing about
/// removals.
package struct Tally: Sendable {
    package private(set) var counts: [String: Int] = [:]

    package init() {}

    mutating func add(_ count: Int, _ name: String) {
        if count > 0 { counts[name, default: 0] += count }
    }

    package mutating func add(_ other: Tally) {
        for (name, count) in other.counts { add(count, name) }
    }

    /// By name.
    package var lines: [String] { counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } }

    mutating func add(_ outcome: IntakeOutcome) {
        add(outcome.forked.count, "forks proved")
        add(outcome.own.count, "own operations learnt from others")
        add(Int(outcome.parked), "operations before their past or their time")
        add(Int(outcome.faults), "refusals")
        add(outcome.isTurnedAway ? 1 : 0, "messages turned away")
        add(outcome.lacksBeginnings ? 1 : 0, "runs of feeds whose beginning was not here")
    }
}

extension World {
    /// What honest nodes hold in the end.
    func count() -> Tally {
        var tally = tally
        for index in plan.honest {
            let keeper = machines[index].node.keeper
            for (id, room) in keeper.rooms {
                switch room.fold.nature {
                case .group: tally.add(1, "groups")
                case .direct: tally.add(1, "direct rooms")
                case .directory: tally.add(1, "directories")
                }
                tally.add(room.isDeleted ? 1 : 0, "deleted rooms")
                let held = room.order.compactMap { room.records.position(of: $0) }
                tally.add(held.count { !room.records.counts(at: $0) }, "void operations")
                tally.add(held.count { !room.fold.isPassedOn($0) }, "operations set aside")
                tally.add(room.posts.count { room.message($0)?.isDeleted ?? false }, "deleted messages")
                tally.add(room.wantedPayloads.count, "payloads that nobody has")
                tally.add(room.registers.count, "receipt registers")
                let former = machines.filter {
                    if case .left = keeper.standing(of: $0.node.id, in: id) { true } else { false }
                }
                tally.add(former.count, "former participants")
                let epochs = Dictionary(grouping: room.clock.feeds.keys, by: \.origin).values
                tally.add(epochs.count { $0.count > 1 }, "origins with several epochs")
            }
        }
        return tally
    }
}
