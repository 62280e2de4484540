/// One word as it is searched, among the bytes of a `TermList`.
package struct Term: Sendable {
    /// The first eight bytes, filled up with zeros: the larger word has the larger key, or the same.
    package let key: UInt64
    package let start: Int
    package let count: Int

    /// A longer word is found by its first 64 bytes, fewer where the 64th is inside a character.
    package static let bytesMax = 64

    package var range: Range<Int> { start..<start + count }

    init(key: UInt64, start: Int, count: Int) {
        self.key = key
        self.start = start
        self.count = count
    }

    /// The first eight bytes of a word as a number that sorts like it.
    package static func key(of word: Span<UInt8>) -> UInt64 {
        var key: UInt64 = 0
        for index in 0..<min(word.count, 8) {
            key |= UInt64(word[index]) << UInt64(56 - 8 * index)
        }
        return key
    }

    /// Negative where `left`, a word of `leftBytes`, comes first, zero where both are the same word.
    package static func order(
        _ left: Term, in leftBytes: Span<UInt8>, _ right: Term, in rightBytes: Span<UInt8>
    ) -> Int {
        if left.key != right.key { return left.key < right.key ? -1 : 1 }
        // No word has a zero in it, so that words of one key are the same up to the eighth byte.
        var index = 8
        while index < left.count && index < right.count {
            let difference = Int(leftBytes[left.start + index]) - Int(rightBytes[right.start + index])
            if difference != 0 { return difference }
            index += 1
        }
        return left.count - right.count
    }
}

/// The words of one message, each once, in the order of their bytes.
package struct TermList: Sendable {
    package let bytes: [UInt8]
    package let terms: [Term]

    /// Words behind so many are not found. A message of the largest size in a script with spaces has fewer.
    package static let wordsMax = 8_192

    package init(of text: Span<UInt8>) {
        var scanner = TermScanner(for: .keeping)
        scanner.scan(text)
        let bytes = scanner.bytes
        var sorted = scanner.words.map(\.term)
        sorted.sort { Term.order($0, in: bytes.span, $1, in: bytes.span) < 0 }
        var kept = 0
        for index in sorted.indices {
            let term = sorted[index]
            if kept > 0, Term.order(sorted[kept - 1], in: bytes.span, term, in: bytes.span) == 0 { continue }
            sorted[kept] = term
            kept += 1
        }
        sorted.removeSubrange(kept...)
        self.bytes = bytes
        terms = sorted
    }

    package init(of text: [UInt8]) {
        self.init(of: text.span)
    }

    /// The words as they stand in a text, each as often as it does, with their keys.
    package static func forEachWord(of text: Span<UInt8>, _ body: (UInt64, Span<UInt8>) -> Void) {
        var scanner = TermScanner(for: .keeping)
        scanner.scan(text)
        let bytes = scanner.bytes
        for word in scanner.words { body(word.term.key, bytes.span.extracting(word.term.range)) }
    }

    /// Whether `word` is one of these words, or, where `asPrefix`, the beginning of one.
    package func contains(_ word: Span<UInt8>, asPrefix: Bool) -> Bool {
        let key = Term.key(of: word)
        let sought = Term(key: key, start: 0, count: word.count)
        var low = 0
        var high = terms.count
        while low < high {
            let middle = (low + high) / 2
            if Term.order(terms[middle], in: bytes.span, sought, in: word) < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < terms.count else { return false }
        let found = terms[low]
        guard asPrefix ? found.count >= word.count : found.count == word.count else { return false }
        for index in 0..<word.count where bytes[found.start + index] != word[index] { return false }
        return true
    }

    /// The words as text, for people and tests.
    package var words: [String] {
        terms.map { String(decoding: bytes[$0.range], as: UTF8.self) }
    }
}
