/// What somebody looks for: words that a message must all have.
///
/// Any text is a query. One without a word in it finds nothing.
package struct TermQuery: Sendable, Equatable {
    package struct Word: Sendable, Equatable {
        package let bytes: [UInt8]
        /// Longer words that begin like this are found too.
        package let isPrefix: Bool
    }

    package let words: [Word]

    /// Words behind so many are not looked at: more is found than was asked for, and never less.
    package static let wordsMax = 16

    package var isEmpty: Bool { words.isEmpty }

    package init(_ text: Span<UInt8>) {
        var scanner = TermScanner(for: .asking)
        scanner.scan(text)
        var words: [Word] = []
        for found in scanner.words {
            let bytes = Array(scanner.bytes[found.term.range])
            let word = Word(bytes: bytes, isPrefix: found.isLast || found.isAlone || Self.endsInHangul(bytes))
            if words.contains(word) { continue }
            words.append(word)
            if words.count == Self.wordsMax { break }
        }
        self.words = words
    }

    package init(_ text: String) {
        self.init(Array(text.utf8).span)
    }

    /// Whether a message with these words is one that was looked for.
    package func matches(_ list: TermList) -> Bool {
        !isEmpty && words.allSatisfy { list.contains($0.bytes.span, asPrefix: $0.isPrefix) }
    }

    /// Korean writes its particles on to the word: 서울 has to find 서울에서.
    private static func endsInHangul(_ word: [UInt8]) -> Bool {
        guard word.count >= 3 else { return false }
        let end = word[(word.count - 3)...]
        // U+AC00 to U+D7A3 in UTF-8.
        return end.lexicographicallyPrecedes([0xED, 0x9E, 0xA4]) && !end.lexicographicallyPrecedes([0xEA, 0xB0, 0x80])
    }
}
