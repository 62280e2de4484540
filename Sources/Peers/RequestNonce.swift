import Bytes
import Keys

/// 8 random bytes that make a request one of its own. Each second has its own, so that two are alike is out of the
/// question; and they salt what is said of the content, so that nobody can look for content that is signed alike before
/// they are drawn.
package struct RequestNonce: Hashable, Sendable {
    static let bytesCount = 8
    private let number: UInt64

    package init() {
        number = SecureRandom().next()
    }

    /// Nil unless there are 8.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bytesCount else { return nil }
        number = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    var bytes: [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
