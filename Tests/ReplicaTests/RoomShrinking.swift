@testable import RoomModel

extension RoomPlan {
    /// The plan without one operation: what followed it follows what it followed.
    func splicing(_ gone: Int) -> RoomPlan {
        let removed = steps[gone]
        var smaller = RoomPlan(nature)
        let number = { (other: Int) in other == gone ? -1 : other > gone ? other - 1 : other }
        for (index, var step) in steps.enumerated() where index != gone {
            var deps = step.deps.filter { $0 != gone }
            if step.deps.contains(gone) { deps += removed.deps + [removed.prev].compactMap(\.self) }
            if step.prev == gone {
                deps += removed.deps
                step.prev = removed.prev
            }
            step.prev = step.prev.map(number)
            step.deps = Set(deps.map(number)).filter { $0 != step.prev }.sorted()
            step.kind = step.kind.renumbered(number)
            smaller.steps.append(step)
        }
        smaller.proofs = proofs.filter { $0 != gone }.map(number)
        smaller.registers = registers.map { register in
            var register = register
            register.readers = register.readers.map { ($0.handle, $0.upTo.map(number), $0.exceptions.map(number)) }
            return register
        }
        return smaller
    }

    /// Plans with one thing less, those that lose most first.
    private var smallerOnes: [RoomPlan] {
        var plans = steps.indices.reversed().map { splicing($0) }
        func add(_ change: (inout RoomPlan) -> Void) {
            var smaller = self
            change(&smaller)
            plans.append(smaller)
        }
        for index in registers.indices { add { $0.registers.remove(at: index) } }
        for index in proofs.indices { add { $0.proofs.remove(at: index) } }
        for index in steps.indices {
            for dep in steps[index].deps { add { $0.steps[index].deps.removeAll { $0 == dep } } }
            if steps[index].delivery != .atOnce { add { $0.steps[index].delivery = .atOnce } }
            if steps[index].isSpoilt { add { $0.steps[index].isSpoilt = false } }
        }
        return plans
    }

    /// A plan that still fails, from which nothing can be taken away.
    func shrunk(while fails: (RoomPlan) -> Bool) -> RoomPlan {
        var smallest = self
        while let smaller = smallest.smallerOnes.first(where: { PlannedRoom($0) != nil && fails($0) }) {
            smallest = smaller
        }
        return smallest
    }
}

extension RoomPlan.Kind {
    fileprivate func renumbered(_ number: (Int) -> Int) -> RoomPlan.Kind {
        switch self {
        case .create, .open, .join, .add, .role, .remove, .leave, .set, .put, .close: self
        case .post(let content, let replyTo): .post(content, replyTo: replyTo.map(number))
        case .edit(let target, let change): .edit(number(target), change)
        case .delete(let target): .delete(number(target))
        case .react(let target, let value): .react(number(target), value)
        case .pin(let target, let isPinned): .pin(number(target), isPinned)
        case .unknown(let target): .unknown(target.map(number))
        }
    }
}
