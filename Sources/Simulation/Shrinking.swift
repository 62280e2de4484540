/// Finds a shorter plan that still breaks the same law: first all that one node does and suffers is taken away, then steps
/// by halves, quarters, and so on to single ones, as long as it still fails.
package struct Shrinking {
    private let sabotage: Sabotage?
    private let law: String
    private var runsLeft: Int
    package private(set) var plan: Plan

    /// `violation`: what running `plan` came to.
    package init(_ plan: Plan, _ violation: Violation, sabotage: Sabotage? = nil, runsMax: Int = 300) {
        self.plan = plan
        self.sabotage = sabotage
        law = violation.law
        runsLeft = runsMax
    }

    package mutating func shrink() {
        for node in 0..<plan.nodeCount where runsLeft > 0 { takeIfShorter(plan.idling(node)) }
        var size = max(1, plan.steps.count / 2)
        while runsLeft > 0 {
            let isShorter = takeAway(size)
            if size == 1, !isShorter { return }
            size = isShorter ? min(size, max(1, plan.steps.count / 2)) : max(1, size / 2)
        }
    }

    /// Whether any part of that size could be spared.
    private mutating func takeAway(_ size: Int) -> Bool {
        var isShorter = false
        var start = 0
        while start < plan.steps.count, runsLeft > 0 {
            var shorter = plan
            shorter.steps.removeSubrange(start..<min(start + size, plan.steps.count))
            if takeIfShorter(shorter) {
                isShorter = true
            } else {
                start += size
            }
        }
        return isShorter
    }

    /// Whether it is shorter and still fails in the same way.
    @discardableResult
    private mutating func takeIfShorter(_ shorter: Plan) -> Bool {
        guard shorter.steps.count < plan.steps.count else { return false }
        runsLeft -= 1
        guard Simulation.run(shorter, sabotage: sabotage).violation?.law == law else { return false }
        plan = shorter
        return true
    }
}
