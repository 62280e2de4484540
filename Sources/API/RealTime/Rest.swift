import EventLoop

/// The pause after a turn in which many connections were told something.
///
/// What a delivery costs is for the most part the call that writes it. So while a large room is busy, what comes meanwhile is
/// told together, in one call for each connection; the more there is to tell, the more goes together. Where few listen, or
/// little comes, nobody waits.
struct Rest {
    /// About four times what the deliveries cost.
    static let microsecondsPerDelivery = 25
    static let millisecondsMax = 25

    private(set) var end = MonotonicTime(milliseconds: 0)

    mutating func begin(after deliveries: Int, at now: MonotonicTime) {
        let microseconds = min(deliveries, Self.millisecondsMax * 1_000) * Self.microsecondsPerDelivery
        end = now + UInt64(min(microseconds / 1_000, Self.millisecondsMax))
    }

    func isOver(at now: MonotonicTime) -> Bool { end <= now }
}
