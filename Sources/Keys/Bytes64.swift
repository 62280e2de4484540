import Bytes

/// 64 bytes kept in place: what a signature or a long hash is made of.
package struct Bytes64: Hashable, Sendable {
    private var first: Bytes32
    private var second: Bytes32

    package static let count = 64

    /// All zero.
    package init() {
        first = Bytes32()
        second = Bytes32()
    }

    /// Nil unless there are exactly 64 of them.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.count, let first = Bytes32(bytes.extracting(0..<32)),
            let second = Bytes32(bytes.extracting(32..<64))
        else { return nil }
        self.first = first
        self.second = second
    }

    /// 128 digits, in either case; nil for anything else.
    package init?(hex: some StringProtocol) {
        guard hex.utf8.count == 2 * Self.count, let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes.span)
    }

    package func withSpan<Result, Failure>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBytes(of: self) { (raw) throws(Failure) -> Result in
            // The struct is nothing but these bytes, so they may be looked at as such.
            try body(raw.assumingMemoryBound(to: UInt8.self).span)
        }
    }

    package var array: [UInt8] { first.array + second.array }

    /// For a C function that reads 64 bytes.
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes(of: self) { raw in
            // Never empty, so it has a base address.
            body(raw.assumingMemoryBound(to: UInt8.self).baseAddress!)
        }
    }

    /// For a C function that writes 64 bytes.
    mutating func withMutablePointer(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        withUnsafeMutableBytes(of: &self) { raw in
            // Never empty, so it has a base address.
            body(raw.assumingMemoryBound(to: UInt8.self).baseAddress!)
        }
    }
}

extension Bytes64: CustomStringConvertible {
    /// In hex, lower case.
    package var description: String { first.description + second.description }
}
