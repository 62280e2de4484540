import Bytes

/// 32 bytes kept in place, without an allocation: what a hash or a key is made of.
package struct Bytes32: Hashable, Sendable {
    // In memory they lie as they came; a word by itself means nothing.
    private var word0: UInt64
    private var word1: UInt64
    private var word2: UInt64
    private var word3: UInt64

    package static let count = 32

    /// All zero.
    package init() {
        (word0, word1, word2, word3) = (0, 0, 0, 0)
    }

    /// Nil unless there are exactly 32 of them.
    package init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        word0 = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
        word1 = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)
        word2 = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 16, as: UInt64.self)
        word3 = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    /// 64 digits, in either case; nil for anything else.
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

    package var array: [UInt8] {
        withSpan { span in
            [UInt8](unsafeUninitializedCapacity: Self.count) { room, count in
                for index in 0..<Self.count { room[index] = span[index] }
                count = Self.count
            }
        }
    }

    /// For a C function that reads 32 bytes.
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes(of: self) { raw in
            // Never empty, so it has a base address.
            body(raw.assumingMemoryBound(to: UInt8.self).baseAddress!)
        }
    }

    /// For a C function that writes 32 bytes.
    mutating func withMutablePointer(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        withUnsafeMutableBytes(of: &self) { raw in
            // Never empty, so it has a base address.
            body(raw.assumingMemoryBound(to: UInt8.self).baseAddress!)
        }
    }
}

extension Bytes32: Comparable {
    /// Byte by byte, as the hex of both would compare.
    package static func < (left: Bytes32, right: Bytes32) -> Bool {
        if left.word0 != right.word0 { return UInt64(bigEndian: left.word0) < UInt64(bigEndian: right.word0) }
        if left.word1 != right.word1 { return UInt64(bigEndian: left.word1) < UInt64(bigEndian: right.word1) }
        if left.word2 != right.word2 { return UInt64(bigEndian: left.word2) < UInt64(bigEndian: right.word2) }
        return UInt64(bigEndian: left.word3) < UInt64(bigEndian: right.word3)
    }
}

extension Bytes32: CustomStringConvertible {
    /// In hex, lower case.
    package var description: String {
        withSpan { Hex.encode($0) }
    }
}
