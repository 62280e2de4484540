import Bytes
import Keys

/// What the `nonce` of a signature says of the content: its hash, salted with the request's random bytes. Content-Digest
/// (RFC 9530) would say the same in a field of its own, which is 90 bytes more.
package struct ContentMark: Hashable, Sendable {
    /// To put another content in this one's place somebody would have to find it among 2¹²⁸; and a pair of their own is no
    /// help, since nobody knows the salt before it is sent.
    static let bytesCount = 16
    let bytes: [UInt8]

    /// Nil unless there are 16.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bytesCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Nil for no content.
    package init?(of content: Span<UInt8>, in nonce: RequestNonce) {
        var hashing = ContentHashing(in: nonce)
        hashing.update(content)
        guard let mark = hashing.finish() else { return nil }
        self = mark
    }

    package init?(of content: [UInt8], in nonce: RequestNonce) {
        self.init(of: content.span, in: nonce)
    }
}

/// The mark of content that comes in pieces.
package struct ContentHashing: Sendable {
    private var hash = BLAKE2b(.content)
    private var isEmpty = true

    package init(in nonce: RequestNonce) {
        hash.update(nonce.bytes.span)
    }

    package mutating func update(_ bytes: Span<UInt8>) {
        guard bytes.count > 0 else { return }
        isEmpty = false
        hash.update(bytes)
    }

    /// Nil for no content: that has one writing.
    package func finish() -> ContentMark? {
        isEmpty ? nil : ContentMark(hash.finish().bytes.array.prefix(ContentMark.bytesCount))
    }
}

/// The texts of the parameter `nonce`, base64url without padding.
enum NonceText {
    /// Of a request: its random bytes, and behind them the mark of its content, if it has any.
    static func request(_ nonce: RequestNonce, _ mark: ContentMark?) -> String {
        Base64.url.encode(nonce.bytes + (mark?.bytes ?? []))
    }

    static func readRequest(_ text: String) -> (nonce: RequestNonce, mark: ContentMark?)? {
        guard let bytes = decoded(text), let nonce = RequestNonce(bytes.prefix(RequestNonce.bytesCount)) else {
            return nil
        }
        let rest = bytes.dropFirst(RequestNonce.bytesCount)
        if rest.isEmpty { return (nonce, nil) }
        return ContentMark(rest).map { (nonce, $0) }
    }

    /// Of an answer with content.
    static func answer(_ mark: ContentMark) -> String { Base64.url.encode(mark.bytes) }

    static func readAnswer(_ text: String) -> ContentMark? { decoded(text).flatMap { ContentMark($0) } }

    /// Nil for other writings of the same bytes too.
    private static func decoded(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 32, let bytes = Base64.url.decode(text) else { return nil }
        return Base64.url.encode(bytes) == text ? bytes : nil
    }
}
