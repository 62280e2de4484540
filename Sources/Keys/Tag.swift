/// What a hash or a signature is for. Two uses with different tags can never be taken for each other:
/// an operation's signature says nothing about a receipt whose bytes happen to be the same.
///
/// A tag is 1 to 16 characters of `a-z 0-9 - . /`, the first a letter, and is used as 16 bytes, filled
/// up with zeros. As no tag holds a zero, no two tags fill up to the same bytes.
///
/// - **Hash**: `H(tag, x)` is BLAKE2b-256 of `x` with these 16 bytes as its *personalisation* (RFC 7693
///   leaves it zero): another function for each tag, so neither equal nor shifted `x` can collide, and
///   none collides with a plain BLAKE2b-256.
/// - **Signature**: Ed25519 over these 16 bytes followed by the message. The tag's length is fixed, so
///   the pair can be read back in one way only. HTTP message signatures (RFC 9421) sign their base
///   without a tag; it begins with a quotation mark, and no tag does.
package struct Tag: Hashable, Sendable {
    /// The characters, then zeros.
    let bytes: InlineTag

    package static let count = 16

    package init(_ name: StaticString) {
        let count = name.utf8CodeUnitCount
        precondition(count >= 1 && count <= Self.count, "A tag has 1 to 16 characters")
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<count {
            let byte = name.utf8Start[index]
            let isLetter = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            // `-`, `.`, `/` and the digits are neighbours in ASCII.
            let isOther = byte >= UInt8(ascii: "-") && byte <= UInt8(ascii: "9")
            precondition(isLetter || (isOther && index > 0), "A tag is of a-z 0-9 - . / and begins with a letter")
            if index < 8 {
                words.0 |= UInt64(byte) << UInt64(8 * index)
            } else {
                words.1 |= UInt64(byte) << UInt64(8 * (index - 8))
            }
        }
        bytes = InlineTag(low: words.0.littleEndian, high: words.1.littleEndian)
    }

    struct InlineTag: Hashable, Sendable {
        let low: UInt64
        let high: UInt64
    }

    /// For a C function that reads 16 bytes.
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes(of: bytes) { raw in
            // Never empty, so it has a base address.
            body(raw.assumingMemoryBound(to: UInt8.self).baseAddress!)
        }
    }
}
