import RoomModel

/// In which order, and how, what belongs to a room comes to a node.
enum Arrival {
    case operation(Int, withPayload: Bool)
    case payload(Int)
    case register(Int)
    case proof(Int)

    /// Everything of a plan, each operation behind its past.
    static func all(of plan: RoomPlan, _ random: inout Seeded) -> [Arrival] {
        let pasts = plan.pasts
        var arrivals: [Arrival] = []
        var open = Array(plan.steps.indices)
        var done = IDs()
        var late = plan.registers.indices.map(Arrival.register) + plan.proofs.map(Arrival.proof)
        while !open.isEmpty || !late.isEmpty {
            let ready = open.filter { number in pasts[number].allSatisfy(done.contains) }
            let isBegun = open.count < plan.steps.count
            if isBegun, !late.isEmpty, ready.isEmpty || Int.random(in: 0..<4, using: &random) == 0 {
                arrivals.append(late.remove(at: .random(in: late.indices, using: &random)))
            } else if let next = isBegun ? ready.randomElement(using: &random) : ready.first {
                open.removeAll { $0 == next }
                done.insert(next)
                arrivals.append(.operation(next, withPayload: plan.steps[next].delivery == .atOnce))
                if plan.steps[next].delivery == .late { late.append(.payload(next)) }
            }
        }
        return arrivals
    }
}
