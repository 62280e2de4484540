import Operations
import Testing

@testable import Gossip

struct CausalBufferTests {
    private typealias Buffer = CausalBuffer<UInt64>

    private func parked(
        _ number: UInt64, room id: RoomID = room(1), origin: UInt64 = 1, peer: UInt64 = 1, bytes: Int = 100
    ) -> Buffer.Parked {
        .init(
            id: operation(number), room: id, place: FeedPosition(feed: feed(origin), seq: number), bytes: bytes,
            peer: node(peer), content: number)
    }

    /// Applies `number` and all that it sets free.
    private func apply(_ number: UInt64, _ buffer: inout Buffer) -> [UInt64] {
        var applied: [UInt64] = []
        var ready = [number]
        while let next = ready.popLast() {
            applied.append(next)
            ready += buffer.applied(operation(next)).map(\.content)
        }
        return applied
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `whatever the order, all are applied, each after its past`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // Each builds on up to three before it.
        let pasts = (0..<200 as Range<UInt64>).map { number -> Set<UInt64> in
            guard number > 0 else { return [] }
            return Set((0..<3).map { _ in UInt64.random(in: (number > 9 ? number - 9 : 0)..<number, using: &random) })
        }
        var buffer = Buffer()
        var applied: Set<UInt64> = []
        for number in (0..<200 as Range<UInt64>).shuffled(using: &random) {
            let lacking = pasts[Int(number)].subtracting(applied)
            if lacking.isEmpty {
                for next in apply(number, &buffer) {
                    #expect(pasts[Int(next)].isSubset(of: applied))
                    applied.insert(next)
                }
            } else {
                expect(buffer.park(parked(number), lacking: lacking.map { operation($0) }) == .parked)
            }
        }
        #expect(applied.count == 200)
        #expect(buffer.count == 0 && buffer.bytes == 0)
        expect(buffer.wanted(at: 0, limit: 100).isEmpty)
    }

    @Test
    func `what is ahead of the clock is handed out when its time has come and its past is there`() {
        var buffer = Buffer()
        expect(buffer.park(parked(1), lacking: [], until: 100) == .parked)
        expect(buffer.park(parked(2), lacking: [operation(9)], until: 50) == .parked)
        expect(buffer.park(parked(3), lacking: [operation(1)]) == .parked)
        #expect(buffer.nextRelease == 50)
        expect(buffer.released(at: 49).isEmpty)
        expect(buffer.released(at: 60).isEmpty, "the second still lacks its past")
        expect(buffer.applied(operation(9)).map(\.content) == [2])
        expect(buffer.released(at: 100).map(\.content) == [1])
        expect(buffer.applied(operation(1)).map(\.content) == [3])
        #expect(buffer.count == 0 && buffer.bytes == 0 && buffer.nextRelease == nil)
    }

    @Test
    func `what is refused takes along what builds on it, and nothing else`() {
        var buffer = Buffer()
        expect(buffer.park(parked(2), lacking: [operation(1)]) == .parked)
        expect(buffer.park(parked(3), lacking: [operation(2), operation(9)]) == .parked)
        expect(buffer.park(parked(4), lacking: [operation(9)]) == .parked)
        expect(buffer.refused(operation(1)) == 2)
        #expect(buffer.count == 1)
        expect(apply(9, &buffer) == [9, 4])
        expect(buffer.park(parked(5), lacking: [operation(3)]) == .deadPast, "it is remembered")
        expect(buffer.park(parked(6), lacking: [operation(5)]) == .deadPast, "and what comes of it")
    }

    @Test
    func `the memory of what was refused is bounded`() {
        var limits = Buffer.Limits()
        limits.deadMax = 10
        var buffer = Buffer(limits: limits)
        for number in 0..<100 as Range<UInt64> { buffer.refused(operation(number)) }
        expect(buffer.park(parked(1_000), lacking: [operation(99)]) == .deadPast)
        expect(buffer.park(parked(1_001), lacking: [operation(1)]) == .parked)
    }

    @Test
    func `a cycle and an operation that names itself stop nobody`() {
        var buffer = Buffer()
        expect(buffer.park(parked(1), lacking: [operation(1)]) == .selfDependency)
        expect(buffer.park(parked(2), lacking: [operation(3)]) == .parked)
        expect(buffer.park(parked(3), lacking: [operation(2)]) == .parked)
        expect(buffer.wanted(at: 0, limit: 10).isEmpty, "both are here: there is nothing to ask for")
        expect(buffer.park(parked(5), lacking: [operation(4)]) == .parked)
        expect(apply(4, &buffer) == [4, 5])
        expect(buffer.refused(operation(2)) == 2, "a cycle ends")
    }

    @Test
    func `a peer over its share loses its own, the oldest first`() {
        var limits = Buffer.Limits()
        limits.operationsMaxOfOne = 10
        var buffer = Buffer(limits: limits)
        expect(buffer.park(parked(1_000, origin: 2, peer: 2), lacking: [operation(9_999)]) == .parked)
        for number in 0..<30 as Range<UInt64> {
            // The first is seen again and again, and so is not the oldest.
            if number > 0 { expect(buffer.park(parked(0), lacking: [operation(500)]) == .known) }
            expect(buffer.park(parked(number), lacking: [operation(number + 500)]) == (number == 0 ? .parked : .parked))
        }
        #expect(buffer.count(of: node(1)) == 10)
        #expect(buffer.contains(operation(0)))
        #expect(!buffer.contains(operation(1)))
        #expect(buffer.contains(operation(29)))
        #expect(buffer.contains(operation(1_000)), "nobody else pays")
        #expect(buffer.evictions == 20)
    }

    @Test
    func `an origin over its share loses its own, whoever brought it`() {
        var limits = Buffer.Limits()
        limits.operationsMaxOfOne = 10
        var buffer = Buffer(limits: limits)
        for number in 0..<30 as Range<UInt64> {
            expect(buffer.park(parked(number, peer: number), lacking: [operation(number + 500)]) == .parked)
        }
        #expect(buffer.count == 10)
        #expect(buffer.contains(operation(29)))
    }

    @Test
    func `a flood drowns itself`() {
        var limits = Buffer.Limits()
        limits.bytesMax = 100_000
        limits.bytesMaxOfOne = 90_000
        var buffer = Buffer(limits: limits)
        for number in 0..<20 as Range<UInt64> {
            expect(buffer.park(parked(number, origin: number, peer: 7), lacking: [operation(number + 500)]) == .parked)
        }
        for number in 1_000..<2_000 as Range<UInt64> {
            // Many origins, so that only the peer's share and the whole bound it.
            let one = parked(number, origin: number, peer: 8, bytes: 1_000)
            expect(buffer.park(one, lacking: [operation(number + 5_000)]) == .parked)
        }
        #expect(buffer.count(of: node(7)) == 20)
        #expect(buffer.bytes <= 100_000)
    }

    @Test
    func `many names of things that do not exist are weighed`() {
        var limits = Buffer.Limits()
        limits.bytesMaxOfOne = 50_000
        var buffer = Buffer(limits: limits)
        for number in 0..<200 as Range<UInt64> {
            let past = (0..<128 as Range<UInt64>).map { operation(number * 1_000 + $0 + 10_000) }
            expect(buffer.park(parked(number), lacking: past) == .parked)
        }
        #expect(buffer.count <= 4)
        #expect(buffer.bytes <= 50_000)
        expect(buffer.park(parked(900, bytes: 60_000), lacking: [operation(1)]) == .tooLarge)
        let asked = buffer.wanted(at: 0, limit: 10_000)
        #expect(asked.count <= 4 * 128)
    }

    @Test
    func `what is missing is asked for, less and less often`() {
        var buffer = Buffer()
        expect(buffer.park(parked(1), lacking: [operation(5)]) == .parked)
        expect(buffer.wanted(at: 0, limit: 10) == [.init(id: operation(5), room: room(1), peer: node(1), times: 1)])
        expect(buffer.wanted(at: 999, limit: 10).isEmpty)
        expect(buffer.wanted(at: 1_000, limit: 10).map(\.times) == [2])
        expect(buffer.wanted(at: 2_999, limit: 10).isEmpty)
        var now: Int64 = 3_000
        var times = 2
        while now < 86_400_000 {
            if let want = buffer.wanted(at: now, limit: 10).first {
                times += 1
                #expect(want.times == times)
            }
            now += 1_000
        }
        #expect((25...45).contains(times))
        buffer.removeAll(of: node(1))
        #expect(buffer.count == 0)
        expect(buffer.wanted(at: .max, limit: 10).isEmpty)
    }

    @Test
    func `each call looks at a few, and all come up`() {
        var buffer = Buffer()
        for number in 0..<1_000 as Range<UInt64> {
            expect(buffer.park(parked(number, origin: number), lacking: [operation(number + 5_000)]) == .parked)
        }
        var asked: Set<OperationID> = []
        for _ in 0..<100 { asked.formUnion(buffer.wanted(at: 0, limit: 10).map(\.id)) }
        #expect(asked.count == 1_000)
    }
}
