/// A node's clock, which may be set wrongly, and run too fast or too slowly.
struct WallClock: Sendable, Equatable {
    /// Against true time, when it was set.
    private(set) var offset: Int64 = 0
    /// Millionths by which it is too fast.
    private(set) var drift: Int64 = 0
    private var setAt: Int64 = 0

    /// What it shows.
    func time(at now: Int64) -> Int64 { now + offset + (now - setAt) * drift / 1_000_000 }

    /// It jumps, and runs on as before.
    mutating func jump(to offset: Int64, at now: Int64) { (self.offset, setAt) = (offset, now) }

    /// From here on it runs at another speed.
    mutating func drift(by millionths: Int64, at now: Int64) {
        jump(to: time(at: now) - now, at: now)
        drift = millionths
    }

    mutating func setRight(at now: Int64) {
        drift = 0
        jump(to: 0, at: now)
    }
}
