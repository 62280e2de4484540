/// The messages of a segment, by their ordinal: which they are and when they were sent.
struct DocumentList: Equatable {
    struct Document: Equatable {
        let message: Int64
        let time: Int64
    }

    var documents: [Document] = []

    init() {}

    init(_ encoded: Span<UInt8>, segment: Int64) throws(SearchFault) {
        var at = 0
        var last = Document(message: 0, time: 0)
        while at < encoded.count {
            guard let message = encoded.signedVarint(at: &at), let time = encoded.signedVarint(at: &at) else {
                throw .malformedDocuments(segment: segment)
            }
            last = Document(message: last.message &+ message, time: last.time &+ time)
            documents.append(last)
        }
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(documents.count * 6)
        var last = Document(message: 0, time: 0)
        for document in documents {
            bytes.append(signedVarint: document.message &- last.message)
            bytes.append(signedVarint: document.time &- last.time)
            last = document
        }
        return bytes
    }
}

/// A set of ordinals of one segment.
struct OrdinalSet {
    private(set) var words: [UInt64]
    let limit: Int

    init(below limit: Int) {
        self.limit = limit
        words = [UInt64](repeating: 0, count: (limit + 63) / 64)
    }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    mutating func insert(_ ordinal: Int) {
        words[ordinal >> 6] |= 1 << UInt64(ordinal & 63)
    }

    func contains(_ ordinal: Int) -> Bool {
        words[ordinal >> 6] >> UInt64(ordinal & 63) & 1 == 1
    }

    mutating func formIntersection(_ other: OrdinalSet) {
        for index in words.indices { words[index] &= other.words[index] }
    }

    func forEach(_ visit: (Int) -> Void) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                visit(index << 6 | rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
    }
}
