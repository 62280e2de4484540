import SQLite

/// One segment's pages, found by the words on them. Which word a page begins with is read when it is needed.
struct SegmentReader {
    let pages: [Int64]
    let documentCount: Int
    private var firstWords: [[UInt8]?]

    init(pages: [Int64], documentCount: Int) {
        self.pages = pages
        self.documentCount = documentCount
        firstWords = Array(repeating: nil, count: pages.count)
    }

    /// The word that a page begins with.
    mutating func firstWord(of index: Int, in connection: Connection) throws -> [UInt8] {
        if let known = firstWords[index] { return known }
        var select = try connection.statement("SELECT data FROM search_page WHERE id = ?1")
        select.bind(1, pages[index])
        guard try select.step() else { throw SearchFault.missingPage(pages[index]) }
        var cursor = WordPage.Cursor()
        guard try cursor.next(in: select.bytes(0)) else { throw SearchFault.malformedPage }
        firstWords[index] = cursor.word
        return cursor.word
    }

    /// The first page that may have `word` or a word behind it.
    mutating func startPage(of word: [UInt8], in connection: Connection) throws -> Int {
        var low = 0
        var high = pages.count - 1
        // The last page that begins before the word; a word that begins a page may have begun on the page before.
        while low < high {
            let middle = (low + high + 1) / 2
            if try firstWord(of: middle, in: connection).lexicographicallyPrecedes(word) {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return low
    }

    /// Those messages of the segment that have a word, or one that begins with it.
    mutating func documents(with word: [UInt8], asPrefix: Bool, in connection: Connection) throws -> OrdinalSet {
        var found = OrdinalSet(below: documentCount)
        guard !pages.isEmpty else { return found }
        var index = try startPage(of: word, in: connection)
        while index < pages.count {
            var select = try connection.statement("SELECT data FROM search_page WHERE id = ?1")
            select.bind(1, pages[index])
            guard try select.step() else { throw SearchFault.missingPage(pages[index]) }
            let page = select.bytes(0)
            var cursor = WordPage.Cursor()
            while try cursor.next(in: page) {
                let order = cursor.order(word.span)
                if order < 0 { continue }
                guard order == 0 || asPrefix && cursor.begins(with: word.span) else { return found }
                try cursor.ordinals(in: page, below: documentCount) { found.insert($0) }
            }
            index += 1
        }
        return found
    }
}
