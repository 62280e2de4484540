import Bytes
import Chat
import Store

/// What goes to one host, or to the relay: in order, so many at once, and nothing for a while after it has failed.
final class Lane {
    static let queuedMax = 256
    private static let delays: [Int64] = [10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000]

    let underWayMax: Int
    private(set) var queue: [OutboxEntry] = []
    private(set) var underWay = 0
    private var failures = 0
    private var pausedUntil: Timestamp?

    init(underWayMax: Int) {
        self.underWayMax = underWayMax
    }

    /// Until when it is left alone; nil where it isn't.
    func pause(at now: Timestamp) -> Timestamp? {
        pausedUntil.flatMap { $0 > now ? $0 : nil }
    }

    func isForgotten(at now: Timestamp) -> Bool {
        queue.isEmpty && underWay == 0
            && (pausedUntil.map { $0.milliseconds + Self.delays.last! < now.milliseconds } ?? true)
    }

    var isFull: Bool { queue.count >= Self.queuedMax }

    func append(_ entry: OutboxEntry) {
        queue.append(entry)
    }

    /// The next that may go now.
    func start() -> OutboxEntry? {
        guard underWay < underWayMax, !queue.isEmpty else { return nil }
        underWay += 1
        return queue.removeFirst()
    }

    /// One that was begun was not sent at all.
    func skip() {
        underWay -= 1
    }

    /// One has come to an end. What was waiting is returned where the lane rests from now on.
    func end(isFailing: Bool, retryAfterMilliseconds: Int64?, at now: Timestamp) -> [OutboxEntry] {
        underWay -= 1
        guard isFailing else {
            (failures, pausedUntil) = (0, nil)
            return []
        }
        // Those that were begun together fail together, and that is one failure.
        guard pause(at: now) == nil else { return [] }
        let delay = Self.delays[min(failures, Self.delays.count - 1)]
        failures += 1
        let asked = min(max(retryAfterMilliseconds ?? 0, 0), Self.delays[Self.delays.count - 1])
        pausedUntil = now.later(byMilliseconds: max(delay * 4 / 5, asked))
        let rest = queue
        queue = []
        return rest
    }
}
