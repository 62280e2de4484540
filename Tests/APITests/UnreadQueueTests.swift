import EventLoop
import Store
import Testing

@testable import API

@Suite struct UnreadQueueTests {
    private let room = RoomNumber(7)
    private let people = (1...3).map { PersonNumber($0) }

    private func told(_ queue: inout UnreadQueue, at milliseconds: UInt64) -> [PersonNumber] {
        queue.next(at: MonotonicTime(milliseconds: milliseconds)) { $0 == room ? people : [] }.map(\.person).sorted()
    }

    /// However fast messages come: else those who were told would be told again at once, for ever.
    @Test func `all messages of half a second are told once`() {
        var queue = UnreadQueue()
        var times: [UInt64: [PersonNumber]] = [:]
        for millisecond in UInt64(1_000)..<2_200 {
            queue.add(room, from: people[0], at: MonotonicTime(milliseconds: millisecond))
            let told = told(&queue, at: millisecond)
            if !told.isEmpty { times[millisecond] = told }
        }
        #expect(times == [1_500: Array(people.dropFirst()), 2_001: Array(people.dropFirst())])
    }

    @Test func `whose message it is need not be told, unless others have sent some too`() {
        var queue = UnreadQueue()
        queue.add(room, from: people[0], at: MonotonicTime(milliseconds: 0))
        queue.add(room, from: people[1], at: MonotonicTime(milliseconds: 10))
        queue.add(room, from: people[0], at: MonotonicTime(milliseconds: 20))
        #expect(told(&queue, at: 499).isEmpty)
        #expect(told(&queue, at: 500) == people)
        #expect(queue.due == .never)
    }

    @Test func `who has read something waits for nothing`() {
        var queue = UnreadQueue()
        queue.add(people[2], [room], at: MonotonicTime(milliseconds: 5))
        #expect(told(&queue, at: 5) == [people[2]])
        #expect(queue.due == .never)
    }

    @Test func `many are told some at a time`() {
        var queue = UnreadQueue()
        let many = (1...150).map { PersonNumber($0) }
        queue.add(room, from: nil, at: MonotonicTime(milliseconds: 0))
        var counts: [Int] = []
        var heard: Set<PersonNumber> = []
        for millisecond in UInt64(500)..<510 {
            let next = queue.next(at: MonotonicTime(milliseconds: millisecond)) { _ in many }
            if !next.isEmpty { counts.append(next.count) }
            heard.formUnion(next.map(\.person))
        }
        #expect(counts == [64, 64, 22] && heard == Set(many))
    }
}
