/// Counts values in buckets whose width grows with the value: each power of two is cut into 128 equal
/// parts, so that what is read back is at most 1/128 above what was recorded, from 0 to the largest value,
/// in 60 KiB and without ever growing.
struct Histogram {
    private static let partBits = 7
    private static let parts = 1 << partBits

    private var buckets = [UInt64](repeating: 0, count: (64 - partBits + 1) << partBits)
    private(set) var count: UInt64 = 0
    private(set) var max: UInt64 = 0

    mutating func record(_ value: UInt64) {
        buckets[Self.bucket(of: value)] += 1
        count += 1
        max = Swift.max(max, value)
    }

    /// The smallest recorded value, as its bucket knows it, that at least this fraction of all values does
    /// not exceed: `quantile(0.5)` is the median. 0 where nothing was recorded.
    func quantile(_ fraction: Double) -> UInt64 {
        precondition((0...1).contains(fraction), "a quantile is a fraction of the whole")
        let wanted = Swift.max(1, UInt64((fraction * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, size) in buckets.enumerated() {
            seen += size
            if seen >= wanted { return min(Self.highest(in: index), max) }
        }
        return max
    }

    /// Values below 256 have buckets of their own; above, the seven bits behind the highest one choose.
    static func bucket(of value: UInt64) -> Int {
        let bits = 64 - value.leadingZeroBitCount
        guard bits > partBits + 1 else { return Int(value) }
        let shift = bits - partBits - 1
        return shift << partBits + Int(value >> UInt64(shift))
    }

    /// The largest value that falls into a bucket.
    static func highest(in bucket: Int) -> UInt64 {
        guard bucket >= 2 * parts else { return UInt64(bucket) }
        let shift = bucket >> partBits - 1
        let part = UInt64(bucket - shift << partBits)
        return (part << UInt64(shift)) | (1 << UInt64(shift) - 1)
    }
}
