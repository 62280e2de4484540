/// Finds a shorter plan that still breaks the same law: steps are taken away by halves, quarters, and so on to single
/// ones, as long as it still fails.
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
            runsLeft -= 1
            if Simulation.run(shorter, sabotage: sabotage).violation?.law == law {
                plan = shorter
                isShorter = true
            } else {
                start += size
            }
        }
        return isShorter
    }
}
