import Glibc

/// Milliseconds on a clock that only runs forward, counted from some moment before the program
/// started. For deadlines; it says nothing about the time of day.
package struct MonotonicTime: Hashable, Comparable, Sendable {
    package let milliseconds: UInt64

    package init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    /// Later than any deadline.
    package static let never = MonotonicTime(milliseconds: .max)

    package static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(milliseconds: UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000)
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (time: MonotonicTime, milliseconds: UInt64) -> MonotonicTime {
        let (sum, overflow) = time.milliseconds.addingReportingOverflow(milliseconds)
        return overflow ? .never : MonotonicTime(milliseconds: sum)
    }
}
