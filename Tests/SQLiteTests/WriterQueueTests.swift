import Testing

@testable import SQLite

struct WriterQueueTests {
    /// A class, because `#expect` can't change a value.
    private final class Queue {
        private var queue: WriterQueue<Int>

        init(_ limits: WriterLimits) { queue = WriterQueue(limits: limits) }

        var isEmpty: Bool { queue.isEmpty }
        func takeGroup() -> [Int] { queue.takeGroup() }

        func append(_ item: Int, bytes: Int, isAlone: Bool = false, to lane: WriterLane) -> Bool {
            queue.append(item, bytes: bytes, isAlone: isAlone, to: lane)
        }
    }

    private func queue(_ change: (inout WriterLimits) -> Void = { _ in }) -> Queue {
        var limits = WriterLimits()
        limits.groupCountMax = 3
        limits.groupBytesMax = 100
        limits.waitingCountMax = 5
        limits.waitingBytesMax = 1_000
        change(&limits)
        return Queue(limits)
    }

    @Test func `a group is what waits, in order, up to a count and a weight`() {
        let queue = queue()
        for item in 1...4 { #expect(queue.append(item, bytes: 10, to: .people)) }
        #expect(queue.takeGroup() == [1, 2, 3])
        #expect(queue.append(5, bytes: 90, to: .people) && queue.append(6, bytes: 1, to: .people))
        #expect(queue.takeGroup() == [4, 5])
        #expect(queue.takeGroup() == [6])
        #expect(queue.isEmpty && queue.takeGroup() == [])
    }

    @Test func `one that is too heavy for a group goes without company`() {
        let queue = queue()
        for (item, bytes) in [(1, 10), (2, 101), (3, 10)] { #expect(queue.append(item, bytes: bytes, to: .people)) }
        #expect(queue.takeGroup() == [1])
        #expect(queue.takeGroup() == [2])
        #expect(queue.takeGroup() == [3])
    }

    @Test func `one that wants to be alone is, and keeps its place`() {
        let queue = queue()
        for item in 1...4 { #expect(queue.append(item, bytes: 0, isAlone: item == 2, to: .people)) }
        #expect(queue.takeGroup() == [1])
        #expect(queue.takeGroup() == [2])
        #expect(queue.takeGroup() == [3, 4])
    }

    @Test func `a full lane says so, by count and by weight, and the other takes on`() {
        let queue = queue()
        for item in 1...5 { #expect(queue.append(item, bytes: 1, to: .people)) }
        #expect(!queue.append(6, bytes: 1, to: .people))
        #expect(queue.append(7, bytes: 999, to: .peers) && queue.append(8, bytes: 1, to: .peers))
        #expect(!queue.append(9, bytes: 1, to: .peers))
        #expect(queue.takeGroup() == [1, 2, 3])
        #expect(queue.append(6, bytes: .max, to: .people) == false)
        #expect(queue.append(6, bytes: 1, to: .people))
    }

    @Test func `one that weighs more than all that may wait is taken when nothing waits`() {
        let queue = queue()
        #expect(queue.append(1, bytes: .max, to: .people))
        #expect(!queue.append(2, bytes: 1, to: .people))
        #expect(queue.takeGroup() == [1])
        #expect(queue.append(-1, bytes: -5, to: .people) && queue.takeGroup() == [-1])
    }

    @Test func `people go first, and after sixteen groups of theirs peers have one`() {
        let queue = queue { $0.waitingCountMax = 1_000 }
        for item in 1...60 { #expect(queue.append(item, bytes: 0, to: .people)) }
        for item in 1...6 { #expect(queue.append(-item, bytes: 0, to: .peers)) }
        var order = ""
        while !queue.isEmpty { order += (queue.takeGroup().first ?? 0) > 0 ? "p" : "r" }
        #expect(order == String(repeating: "p", count: 16) + "r" + String(repeating: "p", count: 4) + "r")
    }

    @Test func `only groups that others waited for are counted`() {
        let queue = queue { $0.waitingCountMax = 1_000 }
        for round in 1...20 {
            #expect(queue.append(round, bytes: 0, to: .people))
            #expect(queue.takeGroup() == [round])
        }
        for item in 1...60 { #expect(queue.append(item, bytes: 0, to: .people)) }
        #expect(queue.append(-1, bytes: 0, to: .peers))
        for _ in 0..<16 { #expect(queue.takeGroup()[0] > 0) }
        #expect(queue.takeGroup() == [-1])
    }

    @Test func `nothing is lost or turned around, however much comes and goes`() {
        let queue = queue { $0.waitingCountMax = 50 }
        var (next, expected, refused) = (0, 0, 0)
        for round in 0..<1_000 {
            for _ in 0..<(round % 7) {
                if queue.append(next, bytes: round % 60, to: .people) { next += 1 } else { refused += 1 }
            }
            for item in queue.takeGroup() {
                #expect(item == expected)
                expected += 1
            }
        }
        while !queue.isEmpty { expected += queue.takeGroup().count }
        #expect(expected == next && refused > 0)
    }
}

struct RevertibleDictionaryTests {
    @Test func `what a command changed goes back to what it found`() {
        var values = RevertibleDictionary<String, Int>(["a": 1])
        values.commandBegins()
        values["a"] = 2
        values["b"] = 1
        values.commandBegins()
        values["a"] = 3
        values["a"] = nil
        values["c"] = 1
        values.commandRolledBack()
        #expect(values["a"] == 2 && values["b"] == 1 && values["c"] == nil && values.count == 2)
        values.groupRolledBack()
        #expect(values["a"] == 1 && values["b"] == nil && values.count == 1)
    }

    @Test func `what was committed is not undone by the next group`() {
        var values = RevertibleDictionary<String, Int>()
        values.commandBegins()
        values["a"] = 1
        values.groupCommitted()
        values.cache(5, for: "read")
        values.commandBegins()
        values["a"] = 2
        values.groupRolledBack()
        #expect(values["a"] == 1 && values["read"] == 5)
        values.cache(nil, for: "read")
        #expect(values.count == 1)
    }
}
