import Terms

/// The pages of a new segment from the words of its messages.
struct SegmentWords {
    /// A word of one message.
    private struct Occurrence {
        let key: UInt64
        let start: UInt32
        let count: UInt8
        let ordinal: UInt32
    }

    private var bytes: [UInt8] = []
    private var occurrences: [Occurrence] = []

    init() {}

    mutating func add(_ list: TermList, sender: Int64, ordinal: Int) {
        let base = bytes.count
        bytes.append(contentsOf: list.bytes)
        for term in list.terms {
            occurrences.append(
                Occurrence(
                    key: term.key, start: UInt32(base + term.start), count: UInt8(term.count), ordinal: UInt32(ordinal))
            )
        }
        let word = SearchDocument.senderWord(sender)
        occurrences.append(
            Occurrence(
                key: SearchDocument.senderKey(sender), start: UInt32(bytes.count), count: UInt8(word.count),
                ordinal: UInt32(ordinal)))
        bytes.append(contentsOf: word)
    }

    consuming func pages() -> [[UInt8]] {
        let bytes = bytes
        occurrences.sort { left, right in
            if left.key != right.key { return left.key < right.key }
            let order = Self.order(left, right, bytes.span)
            return order == 0 ? left.ordinal < right.ordinal : order < 0
        }
        var writer = WordPage.Writer()
        var index = 0
        var ordinals: [Int] = []
        var word: [UInt8] = []
        while index < occurrences.count {
            let first = occurrences[index]
            ordinals.removeAll(keepingCapacity: true)
            while index < occurrences.count, first.key == occurrences[index].key,
                Self.order(first, occurrences[index], bytes.span) == 0
            {
                ordinals.append(Int(occurrences[index].ordinal))
                index += 1
            }
            word.removeAll(keepingCapacity: true)
            word.append(contentsOf: bytes[Int(first.start)..<Int(first.start) + Int(first.count)])
            writer.add(word, ordinals)
        }
        return writer.finish()
    }

    /// Two words of one key.
    private static func order(_ left: Occurrence, _ right: Occurrence, _ bytes: Span<UInt8>) -> Int {
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
