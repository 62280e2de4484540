import Operations
import Testing

@testable import Gossip

struct BackoffTests {
    @Test
    func `the waits grow with the silence, up to an hour`() {
        var random = SeededRandom(seed: 1)
        var backoff = Backoff(lastContact: 0)
        var now: Int64 = 0
        var attempts = 0
        var waits: [Int64] = []
        while now < 10_000 {
            backoff.fail(at: now, using: &random)
            waits.append((backoff.waitsUntil ?? 0) - now)
            now = backoff.waitsUntil ?? 0
            attempts += 1
        }
        #expect((10...25).contains(attempts))
        #expect(waits.allSatisfy { $0 >= 187 && $0 <= 2_500 })
        now = 5 * 86_400_000
        backoff.fail(at: now, using: &random)
        #expect((2_700_000...3_600_000).contains((backoff.waitsUntil ?? 0) - now))
    }

    @Test
    func `the peer's own wish is kept, within an hour`() {
        var random = SeededRandom(seed: 1)
        var backoff = Backoff(lastContact: 0)
        backoff.fail(at: 0, least: 30_000, using: &random)
        #expect(backoff.isWaiting(at: 29_999))
        backoff.fail(at: 0, least: .max, using: &random)
        #expect(!backoff.isWaiting(at: Backoff.longest))
    }

    @Test
    func `a call by the peer ends the wait, once a minute`() {
        var random = SeededRandom(seed: 1)
        var backoff = Backoff(lastContact: 0)
        backoff.fail(at: 86_400_000, using: &random)
        let called: Int64 = 86_500_000
        expect(backoff.contact(at: called))
        #expect(!backoff.isWaiting(at: called))
        backoff.fail(at: called + 10_000, using: &random)
        expect(!backoff.contact(at: called + 11_000))
        #expect(backoff.isWaiting(at: called + 11_000))
        expect(backoff.contact(at: called + 60_000))
    }
}

struct TokenBucketTests {
    @Test
    func `so many a second, and a burst after a rest`() {
        var bucket = TokenBucket(perSecond: 10, burst: 20, now: 0)
        expect((0..<20).allSatisfy { _ in bucket.take(1, at: 0) })
        expect(!bucket.take(1, at: 99))
        expect(bucket.take(1, at: 100))
        expect(!bucket.take(1, at: 100))
        expect(bucket.wait(for: 5, at: 100) == 500)
        expect(bucket.take(5, at: 600))
        expect(bucket.take(20, at: .max))
    }

    @Test
    func `what is more than a bucket is taken from a full one and paid for`() {
        var bucket = TokenBucket(perSecond: 10, burst: 20, now: 0)
        expect(bucket.take(100, at: 0))
        expect(!bucket.take(1, at: 8_000))
        expect(bucket.take(1, at: 8_100))
        bucket.spend(1_000_000, at: 8_100)
        expect(bucket.wait(for: 1, at: 8_100) <= 2_100, "the debt has an end")
    }

    @Test
    func `time does not run back`() {
        var bucket = TokenBucket(perSecond: 10, burst: 20, now: 1_000)
        expect(bucket.take(20, at: 1_000))
        expect(!bucket.take(1, at: 0))
        expect(!bucket.take(1, at: 1_050))
    }
}

struct FairQueueTests {
    @Test
    func `who brings a hundred times as much delays nobody else`() {
        var queue = FairQueue<Int, Int>(quantum: 100, costMaxOfOne: 1_000_000, costMax: 10_000_000)
        for item in 0..<1_000 { expect(queue.append(item, cost: 100, for: 0)) }
        for item in 0..<10 { expect(queue.append(item, cost: 100, for: 1)) }
        var order: [Int] = []
        while let (key, _) = queue.next() { order.append(key) }
        #expect(order.prefix(20) == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
        #expect(order.count == 1_010)
        #expect(queue.cost == 0)
    }

    @Test
    func `turns go by what things cost, in the order in which each key brought them`() {
        var random = SeededRandom(seed: 2)
        var queue = FairQueue<Int, Int>(quantum: 1_000, costMaxOfOne: .max, costMax: .max)
        var costs: [Int: [Int]] = [:]
        for item in 0..<3_000 {
            // Key 0 brings large things and the others small ones.
            let key = item % 3
            let cost =
                key == 0 ? Int.random(in: 1_000...9_000, using: &random) : Int.random(in: 1...100, using: &random)
            expect(queue.append(cost, cost: cost, for: key))
            costs[key, default: []].append(cost)
        }
        var spent = [0, 0, 0]
        var seen = [0, 0, 0]
        while let (key, cost) = queue.next() {
            #expect(costs[key]?[seen[key]] == cost)
            spent[key] += cost
            seen[key] += 1
            guard seen.allSatisfy({ $0 < 1_000 }) else { break }
            #expect((spent.max() ?? 0) - (spent.min() ?? 0) <= 11_000)
        }
        #expect(spent[0] > 10_000)
    }

    @Test
    func `what does not fit is refused and changes nothing`() {
        var queue = FairQueue<Int, Int>(quantum: 10, costMaxOfOne: 100, costMax: 150)
        expect(queue.append(0, cost: 100, for: 0))
        expect(!queue.append(1, cost: 1, for: 0))
        expect(queue.append(2, cost: 50, for: 1))
        expect(!queue.append(3, cost: 1, for: 2))
        expect(!queue.append(4, cost: .max, for: 2))
        #expect(queue.count == 2)
        queue.removeAll(of: 0)
        #expect(queue.cost == 50)
        expect(queue.next()?.item == 2)
        expect(queue.next() == nil)
        expect(queue.append(5, cost: 100, for: 0))
        expect(queue.next()?.item == 5)
    }

    @Test
    func `keys come and go without a trace`() {
        var queue = FairQueue<Int, Int>(quantum: 1, costMaxOfOne: 100, costMax: 100)
        for key in 0..<10_000 {
            expect(queue.append(key, cost: 0, for: key))
            expect(queue.append(key, cost: 1, for: key + 1))
            if key % 3 == 0 { queue.removeAll(of: key + 1) }
            while queue.next() != nil {}
            #expect(queue.isEmpty && queue.cost == 0)
        }
    }
}

struct IntakeQueueTests {
    private func queue(bytesMaxOfPeer: Int = 1_000_000) -> IntakeQueue<Int> {
        var limits = IntakeQueue<Int>.Limits()
        limits.quantum = 1_000
        limits.bytesMaxOfPeer = bytesMaxOfPeer
        limits.bytesMax = 4 * bytesMaxOfPeer
        return IntakeQueue(limits: limits)
    }

    @Test
    func `people of the node come first, and the others are not forgotten`() {
        var queue = queue()
        for item in 0..<100 { expect(queue.append(item, bytes: 100, from: node(1), in: room(1))) }
        var locals = 0
        var replicated = 0
        for _ in 0..<170 {
            switch queue.next(hasLocal: true) {
            case .local: locals += 1
            case .replicated: replicated += 1
            case .nothing: Issue.record("there is work")
            }
        }
        #expect(locals == 160)
        #expect(replicated == 10)
    }

    @Test
    func `a flood of one peer, or in one room, costs the others one turn`() {
        var queue = queue()
        for item in 0..<1_000 { expect(queue.append(item, bytes: 1_000, from: node(1), in: room(1))) }
        expect(queue.append(7, bytes: 1_000, from: node(2), in: room(1)))
        expect(queue.append(8, bytes: 1_000, from: node(2), in: room(2)))
        var seen: [(NodeID, RoomID)] = []
        for _ in 0..<6 {
            guard case .replicated(_, let peer, let room) = queue.next(hasLocal: false) else { break }
            seen.append((peer, room))
        }
        #expect(seen.filter { $0.0 == node(2) }.count == 2)
        #expect(Set(seen.filter { $0.0 == node(2) }.map(\.1)) == [room(1), room(2)])
    }

    @Test
    func `who has too much waiting is told to wait, and nobody else`() {
        var queue = queue(bytesMaxOfPeer: 1_000)
        expect(queue.append(1, bytes: 1_000, from: node(1), in: room(1)))
        expect(!queue.append(2, bytes: 1, from: node(1), in: room(2)))
        expect(queue.append(3, bytes: 1_000, from: node(2), in: room(1)))
        expect(queue.append(4, bytes: 1_000, from: node(3), in: room(1)))
        expect(queue.append(5, bytes: 1_000, from: node(4), in: room(1)))
        expect(!queue.append(6, bytes: 1, from: node(5), in: room(1)))
        queue.removeAll(of: node(1))
        #expect(queue.bytes == 3_000)
        expect(queue.append(7, bytes: 0, from: node(5), in: room(1)))
        var count = 0
        while case .replicated = queue.next(hasLocal: false) { count += 1 }
        #expect(count == 4)
        #expect(queue.bytes == 0)
    }
}
