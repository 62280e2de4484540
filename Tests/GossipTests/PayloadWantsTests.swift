import Testing

@testable import Gossip

struct PayloadWantsTests {
    @Test
    func `what nobody has is asked for more and more rarely, and at last once an hour`() {
        var wants = PayloadWants()
        wants.update(room(1), missing: [operation(1), operation(2)])
        var times: [Int64] = []
        var now: Int64 = 0
        for turn in 0..<16 {
            let due = wants.due(at: now)
            #expect(due.map(\.room) == [room(1)] && due.first?.ids.count == 2 && due.first?.times == turn)
            times.append(now)
            now = wants.nextAsk ?? now
        }
        let waits = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(waits == waits.sorted() && waits.first == 2_000 && waits.last == 3_600_000)
    }

    @Test
    func `what came is forgotten, what is new is asked for at once`() {
        var wants = PayloadWants()
        wants.update(room(1), missing: [operation(1), operation(2)])
        let first = wants.due(at: 0)
        #expect(first.first?.ids.count == 2)
        wants.update(room(1), missing: [operation(2), operation(3)])
        let due = wants.due(at: 1)
        #expect(due.first?.ids == [operation(3)])
        wants.update(room(1), missing: [])
        #expect(wants.isEmpty && wants.nextAsk == nil)
    }
}
