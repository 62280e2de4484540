/// When something was written: milliseconds since 1970 times 65,536, and a counter in the room below, so
/// that an operation is always later than all that its author knew, whatever the clocks say.
package struct HybridTime: Hashable, Comparable, Sendable {
    package let value: UInt64

    /// Nil from 2⁶³ on.
    package init?(_ value: UInt64) {
        guard value < Limits.timeEnd else { return nil }
        self.value = value
    }

    /// The beginning of a millisecond; the first or last there is for a clock that is beyond.
    package init(milliseconds: Int64) {
        value = UInt64(min(max(milliseconds, 0), Self.millisecondsMax)) << 16
    }

    package static let millisecondsMax: Int64 = (1 << 47) - 1
    /// How far ahead of the local clock an operation may be and still be applied at once.
    package static let aheadMillisecondsMax: Int64 = 300_000

    /// What an author writes who knows `past` and looks at the clock: the clock's time, unless the past has
    /// reached it. Nil at the end of time, where no honest past is.
    package static func next(after past: HybridTime?, clockMilliseconds: Int64) -> HybridTime? {
        let clock = HybridTime(milliseconds: clockMilliseconds)
        guard let past, past >= clock else { return clock }
        return HybridTime(past.value + 1)
    }

    package var milliseconds: Int64 { Int64(value >> 16) }

    /// Whether to let it wait: neither applied nor refused.
    package func isEarly(clockMilliseconds: Int64) -> Bool {
        // Milliseconds have 47 bits, so the difference of clamped ones can't overflow.
        milliseconds - min(max(clockMilliseconds, 0), Self.millisecondsMax) > Self.aheadMillisecondsMax
    }

    package static func < (left: HybridTime, right: HybridTime) -> Bool { left.value < right.value }
}
