/// So many a second on the average, and so many at once after a rest.
///
/// What costs more than a whole bucket may be taken from a full one; the debt is paid before anything else.
package struct TokenBucket: Sendable {
    package let perSecond: Int64
    package let burst: Int64
    /// In thousandths, so that milliseconds are exact. Below zero is debt.
    private var thousandths: Int64
    private var filledAt: Int64

    package init(perSecond: Int64, burst: Int64, now: Int64) {
        precondition(perSecond > 0 && perSecond <= 1 << 32, "rates of up to four thousand million a second")
        precondition(burst > 0 && burst <= 1 << 40, "bursts of up to a million million")
        self.perSecond = perSecond
        self.burst = burst
        thousandths = burst * 1_000
        filledAt = now
    }

    /// Whether `cost` was taken; else nothing was.
    package mutating func take(_ cost: Int64, at now: Int64) -> Bool {
        precondition(cost >= 0, "nothing gives tokens back")
        refill(now)
        guard thousandths >= min(cost, burst) * 1_000 else { return false }
        thousandths -= min(cost, 1 << 42) * 1_000
        return true
    }

    /// Takes what has already been spent, whether it is there or not: of an answer the size is known when it
    /// is made.
    package mutating func spend(_ cost: Int64, at now: Int64) {
        precondition(cost >= 0, "nothing gives tokens back")
        refill(now)
        thousandths = max(thousandths - min(cost, 1 << 42) * 1_000, -(burst * 1_000))
    }

    /// In how many milliseconds `cost` can be taken.
    package mutating func wait(for cost: Int64, at now: Int64) -> Int64 {
        refill(now)
        let lacking = min(cost, burst) * 1_000 - thousandths
        return lacking <= 0 ? 0 : (lacking + perSecond - 1) / perSecond
    }

    private mutating func refill(_ now: Int64) {
        guard now > filledAt else { return }
        // A bucket that has been left alone for longer than it takes to fill is full.
        let elapsed = min(now - filledAt, (burst * 1_000 - thousandths) / perSecond + 1)
        thousandths = min(burst * 1_000, thousandths + elapsed * perSecond)
        filledAt = now
    }
}
