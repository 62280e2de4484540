/// What is still to happen, by time and then by the order in which it was planned.
struct EventQueue<Event: Sendable>: Sendable {
    private var heap: [(time: Int64, number: UInt64, event: Event)] = []
    private var number: UInt64 = 0

    var nextTime: Int64? { heap.first?.time }
    var count: Int { heap.count }

    mutating func add(_ event: Event, at time: Int64) {
        number += 1
        heap.append((time, number, event))
        var index = heap.count - 1
        while index > 0, isBefore(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func next() -> (time: Int64, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.event)
    }

    private mutating func sink() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (heap[left], heap[right])
        return one.time == other.time ? one.number < other.number : one.time < other.time
    }
}
