package import Keys

/// The first 16 bytes of the digest of a room's clock: what bodies show of it. To hide a difference somebody would have to
/// find a collision among clocks of their own, with 2⁶⁴ hashes, and it would last until the next operation there.
package struct ShortDigest: Hashable, Sendable {
    package static let bytesCount = 16
    package let bytes: [UInt8]

    package init(_ digest: Hash) {
        bytes = Array(digest.bytes.array.prefix(Self.bytesCount))
    }

    /// Nil unless there are 16.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount else { return nil }
        self.bytes = bytes
    }
}

extension Hash {
    /// As it is shown to others.
    package var short: ShortDigest { ShortDigest(self) }
}
