import Gossip
import Testing

@testable import Simulation

struct EventQueueTests {
    @Test
    func `what is due comes by time, and of one moment in the order in which it was planned`() {
        var random = SeededRandom(seed: 1)
        var queue = EventQueue<Int>()
        var expected: [(time: Int64, event: Int)] = []
        for number in 0..<500 {
            let time = Int64.random(in: 0...40, using: &random)
            queue.add(number, at: time)
            expected.append((time, number))
        }
        expected.sort { $0.time == $1.time ? $0.event < $1.event : $0.time < $1.time }
        for (time, event) in expected {
            let next = queue.next()
            #expect(next?.time == time)
            #expect(next?.event == event)
        }
        #expect(queue.nextTime == nil)
    }
}
