import Terms

/// Words by which people are looked for.
struct PersonSearch {
    private let query: TermQuery
    /// As it was written, for names with characters that are no words: `a.b-c`.
    private let text: String

    init(_ text: String) {
        query = TermQuery(text)
        self.text = text.lowercased()
    }

    func matches(_ card: PersonCard) -> Bool {
        if card.handle.hasPrefix(text) || card.address.lowercased().hasPrefix(text) { return true }
        guard !query.isEmpty else { return false }
        let list = TermList(of: Array("\(card.displayName) \(card.handle) \(card.node)".utf8))
        return query.words.allSatisfy { list.contains($0.bytes.span, asPrefix: true) }
    }
}
