import Chat
import LocalDatabase
import Testing

struct RateTests {
    @Test func `so many at once, then one each so often`() {
        var table = RateTable<String>(Rate(burst: 3, each: 1_000))
        #expect((0..<3).map { _ in table.take("a", at: 0) } == [nil, nil, nil])
        #expect(table.take("a", at: 0) == 1_000)
        #expect(table.take("a", at: 999) == 1)
        #expect(table.take("a", at: 1_000) == nil)
        #expect(table.take("a", at: 1_000) == 1_000)
        #expect(table.take("b", at: 1_000) == nil)
        #expect((0..<4).map { _ in table.take("a", at: 100_000) } == [nil, nil, nil, 1_000])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `it is a bucket that fills by one each interval`(seed: UInt64) {
        var random = SeededNumbers(seed)
        var table = RateTable<Int>(Rate(burst: 5, each: 10))
        var thousandths: Int64 = 5_000
        var now: Int64 = 0
        for _ in 0..<300 {
            let passed = Int64.random(in: 0...25, using: &random)
            now += passed
            thousandths = min(5_000, thousandths + passed * 100)
            if Int.random(in: 0...5, using: &random) == 0, thousandths <= 4_000 {
                table.giveBack(1, at: now)
                thousandths += 1_000
            }
            let isAllowed = thousandths >= 1_000
            if isAllowed { thousandths -= 1_000 }
            #expect((table.take(1, at: now) == nil) == isAllowed, "seed \(seed) at \(now)")
        }
    }

    @Test func `threat 71: the table never grows beyond its size, and forgets the least busy first`() {
        var table = RateTable<Int>(Rate(burst: 4, each: 1_000), countMax: 100)
        for _ in 0..<4 { _ = table.take(-1, at: 0) }
        for key in 0..<10_000 {
            _ = table.take(key, at: 0)
            #expect(table.count <= 100)
        }
        #expect(table.take(-1, at: 0) == 1_000)
    }

    @Test func `threat 71: passwords are tried ten times for a name and sixty times from an address`() {
        let limits = AccountLimits()
        func tries(_ count: Int, _ name: (Int) -> String, _ address: (Int) -> String, at now: Int64 = 0) -> Int {
            (0..<count).count { index in
                refusal { try limits.beginLogin(name(index), from: address(index), at: now) } == nil
            }
        }
        #expect(tries(100, { _ in "bob" }, { "a\($0)" }) == 10)
        #expect(tries(100, { _ in "nobody" }, { "b\($0)" }) == 10)
        #expect(tries(100, { "user\($0)" }, { _ in "one" }) == 60)
        // A minute later.
        #expect(tries(100, { _ in "bob" }, { "c\($0)" }, at: 60_000) == 10)
    }

    @Test func `threat 71: tries under way count until they are right, and a name's refusal costs its address nothing`()
    {
        let limits = AccountLimits()
        func begin(_ name: String, from address: String = "x") -> ChatFault? {
            refusal { try limits.beginLogin(name, from: address, at: 0) }
        }
        for _ in 0..<10 { #expect(begin("bob") == nil) }
        #expect(begin("bob") == .tooOften(waitMilliseconds: 6_000))
        limits.forgiveLogin("bob", from: "x", at: 0)
        #expect(begin("bob") == nil)
        for _ in 0..<200 { #expect(begin("bob") != nil) }
        #expect((0..<60).count { begin("user\($0)") == nil } == 50)
    }

    @Test func `a hundred registrations an hour from an address`() {
        let limits = AccountLimits()
        let refused = (0..<101).map { _ in refusal { try limits.beginRegistration(from: "x", at: 0) } }
        #expect(refused.prefix(100).allSatisfy { $0 == nil })
        #expect(refused.last == .some(.tooOften(waitMilliseconds: 36_000)))
        #expect(refusal { try limits.beginRegistration(from: "y", at: 0) } == nil)
    }
}
