import EventLoop
import Testing

@testable import API

@Suite struct RestTests {
    private let now = MonotonicTime(milliseconds: 1_000)

    private func end(after deliveries: Int) -> UInt64 {
        var rest = Rest()
        rest.begin(after: deliveries, at: now)
        return rest.end.milliseconds
    }

    @Test func `where few listen nobody waits`() {
        for deliveries in [0, 1, 10, 39] {
            var rest = Rest()
            rest.begin(after: deliveries, at: now)
            #expect(rest.isOver(at: now))
        }
    }

    @Test func `the more was told the longer it rests, up to a bound`() {
        #expect(end(after: 40) == 1_001)
        #expect(end(after: 200) == 1_005)
        #expect(end(after: 999) == 1_024)
        #expect(end(after: 1_000) == 1_025)
        #expect(end(after: .max) == 1_025)
    }

    @Test func `it is over when its time has come`() {
        var rest = Rest()
        rest.begin(after: 400, at: now)
        #expect(!rest.isOver(at: MonotonicTime(milliseconds: 1_009)))
        #expect(rest.isOver(at: MonotonicTime(milliseconds: 1_010)))
    }
}
