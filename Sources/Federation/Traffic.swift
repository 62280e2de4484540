import Synchronization

/// How many bytes went to peers since the start, heads and addresses aside.
package struct Traffic: Equatable, Sendable {
    /// In what was asked and pushed.
    package let asked: Int
    /// In answers.
    package let answered: Int
}

final class TrafficCount: Sendable {
    let asked = Atomic<Int>(0)
    let answered = Atomic<Int>(0)
}

extension Federation {
    package var traffic: Traffic {
        Traffic(
            asked: core.traffic.asked.load(ordering: .relaxed), answered: core.traffic.answered.load(ordering: .relaxed)
        )
    }
}
