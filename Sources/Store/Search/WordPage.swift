import Bytes

/// A page of the index: words in the order of their bytes, each with the messages that have it.
///
/// Two bytes say how many are in use. An entry is: how many bytes its word shares with the word before it, how
/// many bytes follow, those; how many bytes of postings follow, those. Postings are a message's place in its segment
/// and then the steps to the next ones, as varints. A word with too many for a page is several entries.
enum WordPage {
    /// With its key and head just what SQLite keeps on one page of 4,096 bytes, so that every row fills one.
    static let bytes = 4_056
    static let headBytes = 2
    /// An entry with more postings is written as several, so that little of a page is lost at its end.
    static let postingsBytesMax = 512

    /// Goes through the entries of a page.
    struct Cursor {
        private(set) var word: [UInt8] = []
        private(set) var postings = 0..<0
        private var at = WordPage.headBytes

        init() {
            word.reserveCapacity(64)
        }

        /// False at the end.
        mutating func next(in page: Span<UInt8>) throws(SearchFault) -> Bool {
            guard page.count >= WordPage.headBytes else { throw .malformedPage }
            let end = Int(page[0]) | Int(page[1]) << 8
            guard end <= page.count else { throw .malformedPage }
            guard at < end else { return false }
            guard at + 3 <= end else { throw .malformedPage }
            let shared = Int(page[at])
            let own = Int(page[at + 1])
            at += 2
            guard shared <= word.count, at + own < end else { throw .malformedPage }
            word.removeLast(word.count - shared)
            word.append(copying: page.extracting(at..<at + own))
            at += own
            guard let count = page.varint(at: &at), count > 0, count <= UInt64(end - at) else { throw .malformedPage }
            postings = at..<at + Int(count)
            at = postings.upperBound
            return true
        }

        /// Where the word of this entry stands to another: negative before it, zero where they are the same.
        func order(_ other: Span<UInt8>) -> Int {
            let shorter = min(word.count, other.count)
            for index in 0..<shorter where word[index] != other[index] {
                return Int(word[index]) - Int(other[index])
            }
            return word.count - other.count
        }

        func begins(with prefix: Span<UInt8>) -> Bool {
            guard word.count >= prefix.count else { return false }
            for index in 0..<prefix.count where word[index] != prefix[index] { return false }
            return true
        }

        /// Adds the postings of this entry.
        func ordinals(in page: Span<UInt8>, below limit: Int, _ visit: (Int) -> Void) throws(SearchFault) {
            var at = postings.lowerBound
            var ordinal: UInt64 = 0
            var isFirst = true
            while at < postings.upperBound {
                guard let step = page.varint(at: &at), step < UInt64(limit), isFirst || step > 0 else {
                    throw .malformedPage
                }
                ordinal += step
                isFirst = false
                guard ordinal < UInt64(limit), at <= postings.upperBound else { throw .malformedPage }
                visit(Int(ordinal))
            }
        }
    }

    /// Puts entries on pages, words in their order.
    struct Writer {
        private(set) var pages: [[UInt8]] = []
        private var page: [UInt8] = []
        private var lastWord: [UInt8] = []
        private var postings: [UInt8] = []

        init() {
            begin()
        }

        private mutating func begin() {
            page = [0, 0]
            page.reserveCapacity(WordPage.bytes)
            lastWord.removeAll(keepingCapacity: true)
        }

        /// Ordinals ascend.
        mutating func add(_ word: [UInt8], _ ordinals: [Int]) {
            var index = 0
            while index < ordinals.count {
                postings.removeAll(keepingCapacity: true)
                var last = 0
                while index < ordinals.count, postings.count < WordPage.postingsBytesMax {
                    postings.append(varint: UInt64(ordinals[index] - last))
                    last = ordinals[index]
                    index += 1
                }
                add(word)
            }
        }

        private mutating func add(_ word: [UInt8]) {
            if page.count + word.count + postings.count + 4 > WordPage.bytes { close() }
            var shared = 0
            while shared < lastWord.count, shared < word.count, lastWord[shared] == word[shared] { shared += 1 }
            page.append(UInt8(shared))
            page.append(UInt8(word.count - shared))
            page.append(contentsOf: word[shared...])
            page.append(varint: UInt64(postings.count))
            page.append(contentsOf: postings)
            lastWord.removeAll(keepingCapacity: true)
            lastWord.append(contentsOf: word)
        }

        private mutating func close() {
            page[0] = UInt8(truncatingIfNeeded: page.count)
            page[1] = UInt8(truncatingIfNeeded: page.count >> 8)
            page.append(contentsOf: repeatElement(0, count: WordPage.bytes - page.count))
            pages.append(page)
            begin()
        }

        /// All pages, the last one too.
        consuming func finish() -> [[UInt8]] {
            if page.count > WordPage.headBytes { close() }
            return pages
        }
    }
}
