import SQLite
import Terms

/// Whether the search index of a room holds what its messages say: each word of each that is shown, and nothing else.
struct WordCount {
    let room: Int64

    /// Which words of a message are there, as far as a sum can tell.
    private struct Words: Equatable {
        var count = 0
        var sum: UInt64 = 0

        mutating func add(_ word: some Sequence<UInt8>) {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            count += 1
            sum &+= hash
        }
    }

    init(of room: Int64) {
        self.room = room
    }

    func isSound(on connection: Connection) throws -> Bool {
        var indexed = try segments(on: connection)
        let tail = try tail(on: connection)
        var rows = try connection.statement(
            "SELECT serial, sender, time >> 16 FROM message WHERE room = ?1 AND flags & 1 AND flags & 10")
        rows.bind(1, room)
        var shown: Set<Int64> = []
        while try rows.step() {
            let message = rows.int64(0)
            guard let text = try StoredTexts().text(of: message, in: connection) else { continue }
            shown.insert(message)
            let found = indexed.removeValue(forKey: message)
            if let facts = tail[message] {
                guard found == nil, facts == [rows.int64(2), rows.int64(1)] else { return false }
                continue
            }
            var words = Words()
            let list = TermList(of: text)
            for term in list.terms { words.add(list.bytes[term.start..<term.start + Int(term.count)]) }
            words.add(SearchDocument.senderWord(rows.int64(1)))
            guard found == words else { return false }
        }
        return indexed.isEmpty && shown.isSuperset(of: tail.keys)
    }

    /// Time and sender of those that are not in a segment.
    private func tail(on connection: Connection) throws -> [Int64: [Int64]] {
        var rows = try connection.statement("SELECT message, time, sender FROM search_tail WHERE room = ?1")
        rows.bind(1, room)
        var found: [Int64: [Int64]] = [:]
        while try rows.step() { found[rows.int64(0)] = [rows.int64(1), rows.int64(2)] }
        return found
    }

    private func segments(on connection: Connection) throws -> [Int64: Words] {
        var rows = try connection.statement("SELECT id, pages FROM search_segment WHERE room = ?1")
        rows.bind(1, room)
        var found: [Int64: Words] = [:]
        while try rows.step() {
            let documents = try Segments.documents(of: rows.int64(0), in: connection).documents
            for id in try PageIDs.decode(rows.bytes(1)) {
                let page = try SearchPages.read(id, in: connection)
                var cursor = WordPage.Cursor()
                while try cursor.next(in: page.span) {
                    try cursor.ordinals(in: page.span, below: documents.count) { ordinal in
                        found[documents[ordinal].message, default: Words()].add(cursor.word)
                    }
                }
            }
        }
        return found
    }
}
