import SQLite
import Terms

/// Takes the words of one message out of its room's segments: each page that has one is written again.
struct SegmentErasure {
    private let document: SearchDocument
    private let list: TermList
    private let sender: [UInt8]

    init(_ document: SearchDocument, _ list: TermList) {
        self.document = document
        self.list = list
        sender = SearchDocument.senderWord(document.sender)
    }

    func run(in transaction: borrowing Transaction) throws {
        var candidates: [Segments.Row] = []
        do {
            var select = try transaction.statement(
                """
                SELECT id, documents, pages FROM search_segment
                WHERE room = ?1 AND first_message <= ?2 AND last_message >= ?2
                """)
            select.bind(1, document.room)
            select.bind(2, document.message)
            while try select.step() {
                let pages = try PageIDs.decode(select.bytes(2))
                candidates.append(Segments.Row(id: select.int64(0), documents: select.int(1), pages: pages))
            }
        }
        for segment in candidates { try erase(from: segment, in: transaction) }
    }

    private func erase(from segment: Segments.Row, in transaction: borrowing Transaction) throws {
        let documents = try Segments.documents(of: segment.id, in: transaction.connection).documents
        guard documents.count == segment.documents else { throw SearchFault.malformedDocuments(segment: segment.id) }
        // A message that was edited may be here twice.
        let ordinals = documents.indices.filter { documents[$0].message == document.message }
        guard !ordinals.isEmpty else { return }

        var emptied: Set<Int> = []
        for index in try pages(of: segment, in: transaction.connection) {
            let id = segment.pages[index]
            let old = try SearchPages.read(id, in: transaction.connection)
            guard let new = try page(old, without: ordinals, below: documents.count) else { continue }
            if let new {
                try SearchPages.overwrite(id, new.span, in: transaction)
            } else {
                try SearchPages.erase(id, in: transaction)
                emptied.insert(index)
            }
        }
        guard !emptied.isEmpty else { return }
        let left = segment.pages.indices.filter { !emptied.contains($0) }.map { segment.pages[$0] }
        guard !left.isEmpty else {
            return try Segments.delete(room: document.room, segment.id, in: transaction)
        }
        let ids = PageIDs.encode(left)
        var update = try transaction.statement("UPDATE search_segment SET pages = ?3 WHERE room = ?1 AND id = ?2")
        update.bind(1, document.room)
        update.bind(2, segment.id)
        update.bind(3, ids.span)
        try update.run()
    }

    /// The pages on which a word of the message may stand.
    private func pages(of segment: Segments.Row, in connection: Connection) throws -> [Int] {
        var reader = SegmentReader(pages: segment.pages, documentCount: segment.documents)
        var found: Set<Int> = []
        for word in [sender] + list.terms.map({ Array(list.bytes[$0.range]) }) {
            var index = try reader.startPage(of: word, in: connection)
            repeat {
                found.insert(index)
                index += 1
            } while try index < segment.pages.count
                && !word.lexicographicallyPrecedes(reader.firstWord(of: index, in: connection))
        }
        return found.sorted()
    }

    /// A page as it is without the message; the inner nil where nothing is left, the outer where nothing changes.
    private func page(_ old: [UInt8], without ordinals: [Int], below limit: Int) throws -> [UInt8]?? {
        var writer = WordPage.Writer()
        var cursor = WordPage.Cursor()
        var changes = false
        while try cursor.next(in: old.span) {
            var kept: [Int] = []
            try cursor.ordinals(in: old.span, below: limit) { kept.append($0) }
            if cursor.word == sender || list.contains(cursor.word.span, asPrefix: false) {
                let count = kept.count
                kept.removeAll { ordinals.contains($0) }
                changes = changes || kept.count < count
            }
            writer.add(cursor.word, kept)
        }
        guard changes else { return nil }
        let pages = writer.finish()
        // What was taken away leaves no more than there was: a word that shares less with the one now before it
        // grows by no more than that one's own bytes.
        guard pages.count <= 1 else { throw SearchFault.malformedPage }
        return .some(pages.first)
    }
}
