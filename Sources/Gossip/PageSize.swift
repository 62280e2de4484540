/// How much goes over a link at once, in bodies that bring operations.
///
/// Such a body says nothing before it is whole: over a link that breaks often, or that is too narrow for its deadline, a large one
/// would be begun again and again and never be whole. A small one costs a round more.
struct PageSize: Equatable, Sendable {
    static let bytesMax = 1_048_576
    static let bytesMin = 65_536
    private(set) var bytes = bytesMax

    mutating func shrink() { bytes = max(Self.bytesMin, bytes / 4) }
    mutating func grow() { bytes = min(Self.bytesMax, bytes * 2) }
}
