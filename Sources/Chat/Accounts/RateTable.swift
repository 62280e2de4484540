/// How often something may be done: so many at once, and one more each so often.
package struct Rate: Hashable, Sendable {
    package let burst: Int64
    /// Until one more is allowed.
    package let intervalMilliseconds: Int64

    package init(burst: Int64, each intervalMilliseconds: Int64) {
        precondition((1...1_000_000).contains(burst) && (1...86_400_000).contains(intervalMilliseconds))
        self.burst = burst
        self.intervalMilliseconds = intervalMilliseconds
    }

    var span: Int64 { burst * intervalMilliseconds }
}

/// Who has done it how often, for as many as there is room.
///
/// Of each only one number is kept: when they will be as good as new. (With `burst` in hand that is now; each use
/// moves it on by the interval; it may not lie further ahead than `burst` uses.) Who is as good as new needs no
/// entry, so the table holds those only who were busy lately; when it is full, those who were the least are let go.
package struct RateTable<Key: Hashable & Sendable>: Sendable {
    package let rate: Rate
    private let countMax: Int
    private var goodAt: [Key: Int64] = [:]

    package init(_ rate: Rate, countMax: Int = 65_536) {
        precondition(countMax >= 4)
        self.rate = rate
        self.countMax = countMax
    }

    package var count: Int { goodAt.count }

    /// Nil when it was counted and may be done; else in how many milliseconds, and nothing was counted.
    package mutating func take(_ key: Key, at now: Int64) -> Int64? {
        let start = max(goodAt[key] ?? now, now)
        let wait = start + rate.intervalMilliseconds - now - rate.span
        guard wait <= 0 else { return wait }
        if goodAt[key] == nil { makeRoom(now) }
        goodAt[key] = start + rate.intervalMilliseconds
        return nil
    }

    /// It doesn't count after all.
    package mutating func giveBack(_ key: Key, at now: Int64) {
        guard let good = goodAt[key] else { return }
        let earlier = good - rate.intervalMilliseconds
        goodAt[key] = earlier > now ? earlier : nil
    }

    private mutating func makeRoom(_ now: Int64) {
        guard goodAt.count >= countMax else { return }
        goodAt = goodAt.filter { $0.value > now }
        guard goodAt.count > countMax / 4 * 3 else { return }
        let sorted = goodAt.values.sorted()
        let limit = sorted[sorted.count / 4]
        goodAt = goodAt.filter { $0.value > limit }
    }
}
