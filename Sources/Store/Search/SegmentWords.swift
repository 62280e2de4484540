import Bytes
import Terms

/// The pages of a new segment from the words of its messages.
///
/// Most words come again and again. So each is looked up as it comes, and only the different ones are sorted in the end:
/// to sort them all would cost more than anything else that is done for a message in a catch-up.
struct SegmentWords {
    private struct Word {
        let key: UInt64
        let start: UInt32
        let count: UInt8
        /// Of its messages, among `places`.
        let first: UInt32
        var last: UInt32
    }

    /// A message that has the word, and the place of the next.
    private struct Place {
        let ordinal: UInt32
        var next: UInt32

        static let none = UInt32.max
    }

    private var bytes: [UInt8] = []
    private var words: [Word] = []
    private var places: [Place] = []
    /// At the hash of each word, or behind it, 1 more than its index; 0 where there is none. At least half are free.
    private var table = [UInt32](repeating: 0, count: 1_024)
    private var shift = UInt64(64 - 10)

    /// Nobody can tell which words come to lie at one place, and so make a heap of them.
    private static let multiplier = UInt64.random(in: .min ... .max) | 1

    init() {}

    mutating func add(_ text: [UInt8], sender: Int64, ordinal: Int) {
        let ordinal = UInt32(ordinal)
        TermList.forEachWord(of: text.span) { key, word in note(key, word, ordinal) }
        note(SearchDocument.senderKey(sender), SearchDocument.senderWord(sender).span, ordinal)
    }

    private mutating func note(_ key: UInt64, _ word: Span<UInt8>, _ ordinal: UInt32) {
        var slot = Int(truncatingIfNeeded: Self.hash(key, word) >> shift)
        while table[slot] != 0 {
            let index = Int(table[slot]) - 1
            guard words[index].key != key || !isSame(words[index], word) else { return append(ordinal, to: index) }
            slot = (slot + 1) & (table.count - 1)
        }
        let place = UInt32(places.count)
        words.append(
            Word(key: key, start: UInt32(bytes.count), count: UInt8(word.count), first: place, last: place))
        places.append(Place(ordinal: ordinal, next: Place.none))
        bytes.append(word)
        table[slot] = UInt32(words.count)
        if 2 * words.count > table.count { grow() }
    }

    /// They come in order, and the same one once for each time that the word stands in the message.
    private mutating func append(_ ordinal: UInt32, to index: Int) {
        let last = Int(words[index].last)
        guard places[last].ordinal != ordinal else { return }
        places[last].next = UInt32(places.count)
        words[index].last = UInt32(places.count)
        places.append(Place(ordinal: ordinal, next: Place.none))
    }

    private mutating func grow() {
        var table = [UInt32](repeating: 0, count: 2 * table.count)
        shift -= 1
        for (index, word) in words.enumerated() {
            let text = bytes.span.extracting(Int(word.start)..<Int(word.start) + Int(word.count))
            var slot = Int(truncatingIfNeeded: Self.hash(word.key, text) >> shift)
            while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
            table[slot] = UInt32(index + 1)
        }
        self.table = table
    }

    private static func hash(_ key: UInt64, _ word: Span<UInt8>) -> UInt64 {
        var hash = (key ^ key >> 32) &* multiplier
        var index = 8
        while index < word.count {
            hash = (hash ^ hash >> 32 ^ UInt64(word[index])) &* multiplier
            index += 1
        }
        return hash
    }

    /// Of a word with the same key, and so the same up to the eighth byte.
    private func isSame(_ known: Word, _ word: Span<UInt8>) -> Bool {
        guard Int(known.count) == word.count else { return false }
        var index = 8
        while index < word.count {
            guard bytes[Int(known.start) + index] == word[index] else { return false }
            index += 1
        }
        return true
    }

    consuming func pages() -> [[UInt8]] {
        let bytes = bytes
        words.sort { left, right in
            left.key != right.key ? left.key < right.key : Self.order(left, right, bytes.span) < 0
        }
        var writer = WordPage.Writer()
        var ordinals: [Int] = []
        var text: [UInt8] = []
        for word in words {
            ordinals.removeAll(keepingCapacity: true)
            var place = word.first
            while place != Place.none {
                ordinals.append(Int(places[Int(place)].ordinal))
                place = places[Int(place)].next
            }
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: bytes[Int(word.start)..<Int(word.start) + Int(word.count)])
            writer.add(text, ordinals)
        }
        return writer.finish()
    }

    /// Two words of one key.
    private static func order(_ left: Word, _ right: Word, _ bytes: Span<UInt8>) -> Int {
        var index = 8
        while index < Int(left.count) && index < Int(right.count) {
            let difference = Int(bytes[Int(left.start) + index]) - Int(bytes[Int(right.start) + index])
            if difference != 0 { return difference }
            index += 1
        }
        return Int(left.count) - Int(right.count)
    }
}

/// The pages of one segment made of several. Ordinals of messages that were erased are given up.
struct MergedSegments {
    private(set) var documents = DocumentList()
    private(set) var pages: [[UInt8]] = []

    struct Part {
        let documents: DocumentList
        let pages: [[UInt8]]
    }

    /// One part's words, one after the other.
    private struct Stream {
        private let pages: [[UInt8]]
        /// What each ordinal becomes; -1 for one that was erased.
        private let newOrdinals: [Int]
        private var page = 0
        private(set) var cursor = WordPage.Cursor()

        init(_ pages: [[UInt8]], newOrdinals: [Int]) throws(SearchFault) {
            self.pages = pages
            self.newOrdinals = newOrdinals
            try advance()
        }

        var isAtEnd: Bool { page == pages.count }

        mutating func advance() throws(SearchFault) {
            while page < pages.count {
                let bytes = pages[page]
                if try cursor.next(in: bytes.span) { return }
                page += 1
                cursor = WordPage.Cursor()
            }
        }

        func precedes(_ other: Stream) -> Bool {
            cursor.order(other.cursor.word.span) < 0
        }

        func appendOrdinals(to ordinals: inout [Int]) throws(SearchFault) {
            let bytes = pages[page]
            try cursor.ordinals(in: bytes.span, below: newOrdinals.count) { ordinal in
                if newOrdinals[ordinal] >= 0 { ordinals.append(newOrdinals[ordinal]) }
            }
        }
    }

    init(_ parts: [Part]) throws(SearchFault) {
        var streams: [Stream] = []
        for part in parts {
            var newOrdinals = try Self.living(in: part).map { $0 ? 0 : -1 }
            for (ordinal, document) in part.documents.documents.enumerated() where newOrdinals[ordinal] == 0 {
                newOrdinals[ordinal] = documents.documents.count
                documents.documents.append(document)
            }
            let stream = try Stream(part.pages, newOrdinals: newOrdinals)
            if !stream.isAtEnd { streams.append(stream) }
        }

        var writer = WordPage.Writer()
        var ordinals: [Int] = []
        var word: [UInt8] = []
        while !streams.isEmpty {
            var least = 0
            for index in streams.indices.dropFirst() where streams[index].precedes(streams[least]) { least = index }
            word.removeAll(keepingCapacity: true)
            word.append(contentsOf: streams[least].cursor.word)
            ordinals.removeAll(keepingCapacity: true)
            var hasEnded = false
            // Parts in their order have ascending ordinals.
            for index in streams.indices where index >= least {
                while !streams[index].isAtEnd, streams[index].cursor.order(word.span) == 0 {
                    try streams[index].appendOrdinals(to: &ordinals)
                    try streams[index].advance()
                }
                hasEnded = hasEnded || streams[index].isAtEnd
            }
            if hasEnded { streams.removeAll { $0.isAtEnd } }
            writer.add(word, ordinals)
        }
        pages = writer.finish()
    }

    /// A message is there as long as its sender is, whose word stands before all others.
    private static func living(in part: Part) throws(SearchFault) -> [Bool] {
        var living = [Bool](repeating: false, count: part.documents.documents.count)
        for page in part.pages {
            var cursor = WordPage.Cursor()
            while try cursor.next(in: page.span) {
                guard cursor.word.first == 1 else { return living }
                try cursor.ordinals(in: page.span, below: living.count) { living[$0] = true }
            }
        }
        return living
    }
}
