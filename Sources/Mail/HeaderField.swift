import Bytes

// Header fields (RFC 5322, section 2.2), folded so that lines have at most 78 characters wherever the
// words allow it.

extension [UInt8] {
    static var headerLineBytesMax: Int { 78 }

    /// Appends a field made of words that need no encoding: none holds a space or a line end. Between two
    /// words stands a space, or a line end and a space.
    mutating func appendField(_ name: StaticString, words: some Sequence<String>) {
        append(literal: name)
        append(literal: ":")
        var column = name.utf8CodeUnitCount + 1
        var isFirst = true
        for word in words {
            let count = word.utf8.count
            // The first word stays beside the name: a line of white space alone is obsolete.
            if !isFirst, column + 1 + count > Self.headerLineBytesMax {
                append(literal: "\r\n")
                column = 0
            }
            append(literal: " ")
            append(contentsOf: word.utf8)
            column += 1 + count
            isFirst = false
        }
        append(literal: "\r\n")
    }

    /// Appends a field whose value is any text at all (`unstructured` of RFC 5322).
    mutating func appendField(_ name: StaticString, text: String) {
        let text = text.onOneLine
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        if words.allSatisfy(\.isPlainWord) {
            appendField(name, words: words)
        } else {
            appendField(name, words: EncodedWord.words(of: text))
        }
    }
}

extension String {
    /// Line ends and other control characters made into spaces.
    var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator: " "
                    default: scalar
                    }
                }))
    }

    /// Whether a word may stand in a header as it is: nobody takes it for an encoded one, and it fits on a
    /// line. (An empty one would be two spaces, which folding could lose.)
    fileprivate var isPlainWord: Bool {
        (1...60).contains(utf8.count) && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !contains("=?")
    }

    /// A display name as words of a header: bare, quoted or encoded (`phrase` of RFC 5322).
    var phraseWords: [String] {
        let text = onOneLine
        guard !text.isEmpty else { return [] }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        if words.allSatisfy({ $0.isPlainWord && $0.utf8.allSatisfy(\.isAtomText) }) { return words }
        guard words.allSatisfy(\.isPlainWord), text.utf8.count <= 60 else { return EncodedWord.words(of: text) }
        // Quoted as a whole; it may only be folded at its own spaces, so it stays in one piece.
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return [quoted + "\""]
    }
}
