import Testing

@testable import parley_bench

@Suite struct HistogramTests {
    private static let edges: [UInt64] = [
        0, 1, 127, 128, 255, 256, 257, 511, 512, 1 << 20, (1 << 20) - 1, 1 << 63, .max,
    ]

    @Test(arguments: edges)
    func `a value falls into a bucket that reaches at most one part in 128 beyond it`(value: UInt64) {
        let highest = Histogram.highest(in: Histogram.bucket(of: value))
        #expect(highest >= value)
        #expect(highest - value <= value / 128)
    }

    @Test func `buckets follow each other without a gap`() {
        for bucket in 1...Histogram.bucket(of: .max) {
            let lowest = Histogram.highest(in: bucket - 1) + 1
            #expect(Histogram.bucket(of: lowest) == bucket)
            #expect(Histogram.bucket(of: Histogram.highest(in: bucket)) == bucket)
        }
        #expect(Histogram.highest(in: Histogram.bucket(of: .max)) == .max)
    }

    @Test func `quantiles of a known list`() {
        var histogram = Histogram()
        for value in (1...100).reversed() { histogram.record(UInt64(value)) }
        #expect(histogram.count == 100)
        #expect(histogram.max == 100)
        #expect(histogram.quantile(0.5) == 50)
        #expect(histogram.quantile(0.99) == 99)
        #expect(histogram.quantile(1) == 100)
        #expect(histogram.quantile(0) == 1)
    }

    @Test func `quantiles of large values are right to one part in 128, and never above the maximum`() {
        var histogram = Histogram()
        for value: UInt64 in 1...1_000 { histogram.record(value * 1_000_000) }
        for percent: UInt64 in [1, 10, 50, 90, 99] {
            let exact = percent * 10_000_000
            let read = histogram.quantile(Double(percent) / 100)
            #expect(read >= exact && read - exact <= exact / 128)
        }
        #expect(histogram.quantile(1) == 1_000_000_000)
    }

    @Test func `one value is every quantile, and nothing is zero`() {
        var histogram = Histogram()
        #expect(histogram.quantile(0.99) == 0 && histogram.max == 0)
        histogram.record(123_456_789)
        for fraction in [0, 0.5, 0.99, 1] { #expect(histogram.quantile(fraction) == 123_456_789) }
    }
}
