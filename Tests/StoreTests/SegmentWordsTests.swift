import Bytes
import RoomModel
import Terms
import Testing

@testable import Store

/// The pages of a segment against a table of words that is made the slow way.
struct SegmentWordsTests {
    private func words(in pages: [[UInt8]], messages: Int) throws -> [[UInt8]: [Int]] {
        var found: [[UInt8]: [Int]] = [:]
        var last: [UInt8] = []
        for page in pages {
            var cursor = WordPage.Cursor()
            while try cursor.next(in: page.span) {
                let word = Array(cursor.word)
                #expect(last.lexicographicallyPrecedes(word), "words ascend, and each comes once")
                last = word
                var ordinals: [Int] = []
                try cursor.ordinals(in: page.span, below: messages) { ordinals.append($0) }
                found[word] = ordinals
            }
        }
        return found
    }

    @Test(arguments: [1, 40, 3_000])
    func `each word has its messages, in order and once, however many words there are`(kinds: Int) throws {
        var random = Seeded(UInt64(kinds))
        // Of one key up to the eighth byte, and shorter ones; up to the longest that is kept.
        let beginnings = ["", "a", "straße", "abcdefgh", "abcdefghi", String(repeating: "long", count: 15)]
        let vocabulary = (0..<kinds).map { beginnings[$0 % beginnings.count] + "\($0)" }
        var segment = SegmentWords()
        var expected: [[UInt8]: [Int]] = [:]
        let messages = 400
        for ordinal in 0..<messages {
            let text = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                vocabulary.randomElement(using: &random)!  // not empty
            }.joined(separator: " ")
            let sender = Int64.random(in: 1...5, using: &random)
            segment.add(Array(text.utf8), sender: sender, ordinal: ordinal)
            let list = TermList(of: Array(text.utf8))
            for term in list.terms { expected[Array(list.bytes[term.range]), default: []].append(ordinal) }
            expected[SearchDocument.senderWord(sender), default: []].append(ordinal)
        }
        #expect(try words(in: segment.pages(), messages: messages) == expected)
    }

    @Test func `a segment of nothing has no pages`() {
        #expect(SegmentWords().pages().isEmpty)
    }
}
