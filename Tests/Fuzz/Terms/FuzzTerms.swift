import Terms

/// The words of any bytes: within their bounds, in order, each once, folded for good; and a message is found
/// by each of its words, by each beginning of one, and by itself.
@c(LLVMFuzzerTestOneInput)
func fuzzTerms(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let list = TermList(of: text)
    let span = list.bytes.span
    for (index, term) in list.terms.enumerated() {
        precondition(term.count > 0 && term.count <= Term.bytesMax, "a word out of bounds")
        let word = span.extracting(term.range)
        precondition(Term.key(of: word) == term.key, "a key of another word")
        if index > 0 {
            precondition(Term.order(list.terms[index - 1], in: span, term, in: span) < 0, "words out of order")
        }
        precondition(list.contains(word, asPrefix: false) && list.contains(word, asPrefix: true), "a word is lost")
        precondition(list.contains(word.extracting(0..<(term.count + 1) / 2), asPrefix: true), "a beginning is lost")
    }
    precondition(list.terms.count <= TermList.wordsMax + 2, "more words than the limit")
    let valid = list.words.joined(separator: " ")
    precondition(
        Array(valid.utf8).count == list.terms.reduce(max(list.terms.count - 1, 0)) { $0 + $1.count }, "no text")

    let query = TermQuery(text.span)
    precondition(query.words.count <= TermQuery.wordsMax, "more questions than the limit")
    precondition(query.isEmpty == list.terms.isEmpty, "a text with words is a query with words")
    precondition(query.isEmpty || query.matches(list), "a message is not found by itself")
    return 0
}
