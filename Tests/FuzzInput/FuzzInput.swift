/// What a fuzzer made up, taken apart from its front: first a few bytes that choose limits and cuts, then
/// the bytes under test. An input that ends too early chooses zeros.
package struct FuzzInput {
    private let bytes: [UInt8]
    private var at = 0

    package init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    }

    package mutating func byte() -> UInt8 {
        guard at < bytes.count else { return 0 }
        at += 1
        return bytes[at - 1]
    }

    package mutating func word() -> Int {
        Int(byte()) << 8 | Int(byte())
    }

    package mutating func int64() -> Int64 {
        (0..<8).reduce(0) { value, _ in value << 8 | Int64(byte()) }
    }

    /// What comes before the next line feed, which is taken too; all there is where none comes.
    package mutating func line() -> [UInt8] {
        let line = bytes[at...].prefix { $0 != UInt8(ascii: "\n") }
        at = min(line.endIndex + 1, bytes.count)
        return Array(line)
    }

    /// Everything not taken so far.
    package mutating func rest() -> [UInt8] {
        let rest = Array(bytes[at...])
        at = bytes.count
        return rest
    }
}

/// Where the network cuts what it carries: in two places, and in pieces of one size. Five bytes of an input.
package struct FuzzCuts {
    private let places: (Int, Int)
    private let pieceCount: Int

    package init(_ input: inout FuzzInput) {
        places = (input.word(), input.word())
        pieceCount = Int(input.byte()) % 64 + 2
    }

    /// Every way in which these bytes are to be shown: for each, where its pieces end. The whole comes first.
    package func ways(_ count: Int) -> [[Int]] {
        let (first, second) = (places.0 % (count + 1), places.1 % (count + 1))
        return [
            [count],
            [min(first, second), max(first, second), count],
            Array(stride(from: pieceCount, to: count, by: pieceCount)) + [count],
            Array(0...count),
        ]
    }
}
