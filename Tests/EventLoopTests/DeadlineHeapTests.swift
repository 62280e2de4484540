import Testing

@testable import EventLoop

struct DeadlineHeapTests {
    @Test(arguments: 1...25 as ClosedRange<UInt64>)
    func `entries come out as they would from a sorted array`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heap = DeadlineHeap()
        var model: [(due: UInt64, token: UInt64)] = []
        for token in 0..<400 as Range<UInt64> {
            if random.next() % 5 < 3 {
                // Few different times, so that many are the same.
                let due = random.next() % 40
                heap.insert(.init(due: MonotonicTime(milliseconds: due), token: token))
                model.append((due, token))
            } else {
                let now = random.next() % 40
                let found = heap.removeDue(by: MonotonicTime(milliseconds: now))
                let least = model.map(\.due).min()
                guard let least, least <= now else {
                    #expect(found == nil, "seed \(seed)")
                    continue
                }
                #expect(found?.due.milliseconds == least, "seed \(seed)")
                let index = model.firstIndex { $0.due == least && $0.token == found?.token }
                #expect(index != nil, "seed \(seed)")
                if let index { model.remove(at: index) }
            }
            #expect(heap.count == model.count, "seed \(seed)")
            #expect(heap.earliest?.milliseconds == model.map(\.due).min(), "seed \(seed)")
        }
        var rest: [UInt64] = []
        while let entry = heap.removeDue(by: .never) { rest.append(entry.due.milliseconds) }
        #expect(rest == model.map(\.due).sorted(), "seed \(seed)")
        #expect(heap.earliest == nil)
    }
}

struct MonotonicTimeTests {
    @Test func `adding ends at never`() {
        #expect(MonotonicTime(milliseconds: 5) + 7 == MonotonicTime(milliseconds: 12))
        #expect(MonotonicTime(milliseconds: .max - 1) + 1 == .never)
        #expect(MonotonicTime(milliseconds: .max - 1) + 2 == .never)
        #expect(MonotonicTime.never + .max == .never)
        #expect(MonotonicTime.now() < .never)
    }

    @Test func `it does not run backward`() {
        let earlier = MonotonicTime.now()
        #expect(earlier <= .now())
    }
}
