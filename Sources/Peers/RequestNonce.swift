import Bytes
import Keys

/// 16 random bytes that make a request one of its own; 22 characters of base64url.
package struct RequestNonce: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package init() {
        let random = SecureRandom()
        (high, low) = (random.next(), random.next())
    }

    /// Nil unless there are 16.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    package init?(_ text: String) {
        guard text.utf8.count == 22, let bytes = Base64.url.decode(text) else { return nil }
        self.init(bytes)
    }

    package var description: String {
        var bytes: [UInt8] = []
        withUnsafeBytes(of: high.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: low.bigEndian) { bytes.append(contentsOf: $0) }
        return Base64.url.encode(bytes)
    }
}
