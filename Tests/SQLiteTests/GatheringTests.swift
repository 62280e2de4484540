import Testing

@testable import SQLite

@Suite struct GatheringTests {
    @Test func `who is alone waits for nobody`() {
        var gathering = Gathering(countMax: 20)
        #expect(!gathering.isWorthwhile)
        gathering.finished(1, whileCame: 0, nanoseconds: 10_000_000)
        #expect(!gathering.isWorthwhile)
    }

    @Test func `as many are waited for as were about, for half as long as they took`() {
        var gathering = Gathering(countMax: 20)
        gathering.finished(7, whileCame: 9, nanoseconds: 600_000)
        #expect(gathering.isWorthwhile && gathering.count == 16 && gathering.nanoseconds == 300_000)
    }

    @Test func `no more are waited for than make a group`() {
        var gathering = Gathering(countMax: 20)
        gathering.finished(20, whileCame: 30, nanoseconds: 600_000)
        #expect(gathering.count == 20)
    }

    @Test func `a slow disk makes nobody wait for long`() {
        var gathering = Gathering(countMax: 20)
        gathering.finished(2, whileCame: 0, nanoseconds: 30_000_000)
        #expect(gathering.nanoseconds == 1_000_000)
    }
}
