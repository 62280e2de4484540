import Testing

@testable import Operations

struct HybridTimeTests {
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `the next time is after the past and not before the clock`(seed: UInt64) throws {
        var random = Seeded(seed)
        let clock = Int64(random.next() >> (17 + random.next() % 40))
        let past = HybridTime((random.next() >> (1 + random.next() % 40)))!
        guard let next = HybridTime.next(after: past, clockMilliseconds: clock) else {
            Issue.record("only the last moment has none after it")
            return
        }
        #expect(next > past)
        #expect(next.milliseconds >= clock)
        // No later than it has to be: a clock that was right stays right.
        #expect(next == HybridTime(milliseconds: clock) || next.value == past.value + 1)
    }

    @Test
    func `an author whose clock stands still, or runs back, still goes on`() throws {
        var time: HybridTime?
        for step in 0..<70_000 {
            let next = try #require(HybridTime.next(after: time, clockMilliseconds: 1_000 - Int64(step % 3)))
            if let time { #expect(next > time) }
            time = next
        }
        // 65,536 in one millisecond reach into the next.
        #expect(time?.milliseconds == 1_001)
    }

    @Test
    func `there is an end of time, and nothing overflows there`() {
        #expect(HybridTime(1 << 63) == nil)
        #expect(HybridTime.next(after: HybridTime((1 << 63) - 1), clockMilliseconds: 0) == nil)
        #expect(HybridTime(milliseconds: .max).value == ((1 << 47) - 1) << 16)
        #expect(HybridTime(milliseconds: .min).value == 0)
        #expect(HybridTime((1 << 63) - 1)!.isEarly(clockMilliseconds: .min))
        #expect(!HybridTime(0)!.isEarly(clockMilliseconds: .max))
    }

    @Test
    func `five minutes ahead are taken at once, a millisecond more has to wait`() {
        let clock: Int64 = 1_800_000_000_000
        #expect(!HybridTime(milliseconds: clock + 300_000).isEarly(clockMilliseconds: clock))
        #expect(HybridTime(milliseconds: clock + 300_001).isEarly(clockMilliseconds: clock))
        #expect(!HybridTime(milliseconds: 0).isEarly(clockMilliseconds: clock))
    }
}
