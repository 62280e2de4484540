/// A range of positions in a head, in half the room: heads are limited long before 32 bits are not enough.
struct Extent: Sendable {
    private let lower: UInt32
    private let upper: UInt32

    init(_ range: Range<Int>) {
        lower = UInt32(range.lowerBound)
        upper = UInt32(range.upperBound)
    }

    var range: Range<Int> { Int(lower)..<Int(upper) }
}
