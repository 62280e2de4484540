import Gossip
import Keys
import Operations

// What is looked at while things happen.
extension World {
    /// One law after the other, for all honest nodes.
    mutating func check() {
        guard violation == nil else { return }
        do throws(Violation) {
            try checkConvergence()
            try checkForgeries()
            try checkBounds()
        } catch {
            violation = error
        }
    }

    /// C1: equal clocks, and in each feed the same last operation: equal states; and where no payload is missing, equal
    /// dumps. Of a fork that nobody has seen both sides of, two nodes can have equal clocks and one branch each.
    private func checkConvergence() throws(Violation) {
        struct Seen {
            let node: Int
            let state: [UInt8]
            let dump: [UInt8]?
        }
        var seen: [RoomID: [[UInt8]: [Seen]]] = [:]
        for index in plan.honest where machines[index].isUp {
            let keeper = machines[index].node.keeper
            for (id, room) in keeper.rooms {
                let clock = room.digest.bytes.array + room.lastOfFeeds.flatMap(\.bytes.array)
                let own = Seen(
                    node: index, state: room.state.bytes.array, dump: room.wantedPayloads.isEmpty ? room.dump : nil)
                for other in seen[id]?[clock] ?? [] {
                    let names = "\(Self.name(of: other.node)) and \(Self.name(of: index))"
                    guard other.state == own.state else {
                        throw Violation(
                            law: "C1", what: "\(names) have one clock of \(Trace.short(id.description)) and two states")
                    }
                    if let one = other.dump, let another = own.dump, one != another {
                        throw Violation(
                            law: "C1", what: "\(names) have one clock of \(Trace.short(id.description)) and two dumps")
                    }
                }
                seen[id, default: [:]][clock, default: []].append(own)
            }
        }
    }

    /// C3: nothing is held that its author's node, or whoever has its key, did not make.
    private func checkForgeries() throws(Violation) {
        for index in plan.honest {
            for room in machines[index].node.keeper.rooms.values {
                for id in room.order where truth.makers[id] == nil {
                    let origin = room.header(of: id).flatMap { numbers[$0.origin] }.map(Self.name) ?? "nobody"
                    throw Violation(
                        law: "C3",
                        what: "\(Self.name(of: index)) holds \(Trace.short(id.description)), which \(origin) never made"
                    )
                }
            }
        }
    }

    /// C8: what hostile nodes make honest ones remember is bounded.
    private func checkBounds() throws(Violation) {
        let limits = SimulatedNode.intakeLimits
        for index in plan.honest {
            let node = machines[index].node
            let (waiting, bytes) = node.intake.waiting
            guard waiting <= limits.buffer.operationsMax, bytes <= limits.buffer.bytesMax else {
                throw Violation(
                    law: "C8", what: "\(Self.name(of: index)) lets \(waiting) operations wait, \(bytes) bytes")
            }
            let settings = SimulatedNode.sessionSettings
            for health in node.sessions.values.map(\.health) {
                // With what is under way.
                guard health.roomsToPull <= settings.neededRoomsMax + settings.roomsPerPull,
                    health.roomsToPush <= 2 * settings.owedRoomsMax + 1
                else {
                    throw Violation(
                        law: "C8",
                        what:
                            "\(Self.name(of: index)) owes a peer \(health.roomsToPush) rooms and needs \(health.roomsToPull)"
                    )
                }
            }
            for peer in numbers.keys {
                let staged = node.intake.staging.bytes(of: peer)
                // With its last message, whose size has a bound of its own.
                guard staged <= limits.staging.bytesMaxOfPeer + 4_194_304 else {
                    throw Violation(law: "C8", what: "\(Self.name(of: index)) stages \(staged) bytes for one peer")
                }
            }
        }
    }

    /// C9, over the whole run: what honest nodes sent is within a factor of what was written, to each node once, and of the
    /// time in which they looked after each other. The weather may have lost a third of it.
    mutating func checkTraffic() {
        let written = truth.operations.values.reduce(0) { $0 + $1.headerBytes.count + ($1.payload?.count ?? 0) }
        let seconds = Int(now - Self.beginning) / 1_000
        let ways = plan.links.count * 2
        let allowed = ways * (65_536 + 20 * seconds) + 8 * written * plan.nodeCount
        guard traffic.honestBytes > allowed, violation == nil else { return }
        violation = Violation(
            law: "C9",
            what: "\(traffic.honestBytes) bytes in \(seconds) s for \(written) that were written, and not \(allowed)")
    }

    /// Of those that honest nodes hold.
    var bytesOfLargestRoom: Int {
        plan.honest.flatMap { machines[$0].node.keeper.rooms.values.map(\.bytes) }.max() ?? 0
    }

    /// C2: what was acknowledged is still there when the machine comes back.
    mutating func checkDurability(of index: Int) {
        guard violation == nil, !plan.isHostile(index) else { return }
        let keeper = machines[index].node.keeper
        let lost = truth.promises.filter { $0.node == index && keeper.header(of: $0.id, in: $0.room) == nil }
        if let first = lost.map(\.id).min() {
            violation = Violation(
                law: "C2, durability",
                what: "\(Self.name(of: index)) had acknowledged \(Trace.short(first.description)) and lost it")
        }
    }
}
