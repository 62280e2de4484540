import Bytes

/// Text of any kind inside of a header field, as encoded words (RFC 2047) in base 64.
enum EncodedWord {
    /// An encoded word has at most 75 characters: 12 around it, and 63 for groups of four that hold 45 bytes.
    static let textBytesMax = 45

    /// As many words as the text needs. A reader joins them without the space that stands between two.
    /// Nothing of the text gets through as it is, so it can't end the field.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            // A word holds whole characters (section 5).
            let part = rest.prefix(utf8Bytes: textBytesMax)
            words.append("=?utf-8?B?\(Base64.padded.encode(Array(part.utf8)))?=")
            rest = rest[part.endIndex...]
        }
        return words
    }
}
