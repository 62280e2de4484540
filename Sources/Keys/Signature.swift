/// An Ed25519 signature (RFC 8032): 64 bytes that may or may not be valid for a key and a message.
package struct Signature: Hashable, Sendable {
    package let bytes: Bytes64

    package init(bytes: Bytes64) {
        self.bytes = bytes
    }

    /// Nil unless there are exactly 64 bytes.
    package init?(_ bytes: Span<UInt8>) {
        guard let bytes = Bytes64(bytes) else { return nil }
        self.bytes = bytes
    }

    /// 128 digits, in either case; nil for anything else.
    package init?(hex: some StringProtocol) {
        guard let bytes = Bytes64(hex: hex) else { return nil }
        self.bytes = bytes
    }
}

extension Signature: CustomStringConvertible {
    /// In hex, lower case.
    package var description: String { bytes.description }
}
