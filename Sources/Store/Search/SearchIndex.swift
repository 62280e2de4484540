package import SQLite
import Terms

/// Where search reads a message again whose words are not yet in a segment.
package protocol MessageTexts {
    /// What the message says now, in UTF-8; nil if it says nothing any more.
    func text(of message: Int64, in connection: Connection) throws -> [UInt8]?
}

/// A message, and what it says, in UTF-8.
package struct SearchText: Sendable {
    package let document: SearchDocument
    package let text: [UInt8]

    package init(document: SearchDocument, text: [UInt8]) {
        self.document = document
        self.text = text
    }
}

/// The writer's side of full-text search (Spec/search.md).
///
/// A new message is a small row in its room's tail, and its words stand nowhere but in its text. When a tail is long
/// enough its words are sorted and written, page by page, as a *segment*; segments that lie together are merged
/// into larger ones. So a word is written a few times, in order, instead of once at a random place, and a search
/// looks at a few segments of each room. Everything is in the database: a transaction or savepoint that is
/// undone takes with it what was done here.
package struct SearchIndex<Texts: MessageTexts> {
    private let texts: Texts
    private let shape: SearchShape
    /// Rooms whose tail is long enough; one that is not, after an undone transaction, does no harm.
    private var full: Set<Int64> = []

    package init(texts: Texts, shape: SearchShape = SearchShape()) {
        self.texts = texts
        self.shape = shape
    }

    /// The message can be found from now on. Its text is read when it is searched or sorted.
    package mutating func add(_ document: SearchDocument, in transaction: borrowing Transaction) throws {
        let position = try tailEnd(of: document.room, in: transaction) + 1
        var insert = try transaction.statement(
            "INSERT INTO search_tail (room, position, message, time, sender) VALUES (?1, ?2, ?3, ?4, ?5)")
        insert.bind(1, document.room)
        insert.bind(2, position)
        insert.bind(3, document.message)
        insert.bind(4, document.time)
        insert.bind(5, document.sender)
        try insert.run()
        if position >= shape.tail { full.insert(document.room) }
        if position >= max(shape.largest, shape.tail) { try settle(document.room, in: transaction) }
    }

    /// The same of many that come together, of one room: what makes a segment at once never stands in the tail.
    package mutating func add(
        _ new: [SearchText], to room: Int64, in transaction: borrowing Transaction
    ) throws {
        guard new.count > 1, try tailEnd(of: room, in: transaction) + new.count >= shape.tail else {
            for one in new { try add(one.document, in: transaction) }
            return
        }
        let all = try takeTail(of: room, in: transaction) + new
        let step = max(shape.largest, shape.tail)
        for start in stride(from: 0, to: all.count, by: step) {
            try sort(all[start..<min(start + step, all.count)], of: room, in: transaction)
        }
    }

    /// By itself, and no part of an INSERT with RETURNING: what may have to undo more than one row keeps what it changes, and gives it
    /// up by walking all that the command has kept so far.
    private func tailEnd(of room: Int64, in transaction: borrowing Transaction) throws(SQLiteError) -> Int {
        try transaction.connection.count("SELECT coalesce(max(position), 0) FROM search_tail WHERE room = ?1") {
            $0.bind(1, room)
        }
    }

    /// The message is found no longer, and no word of it is left. `text` is what it said until now.
    package mutating func remove(
        _ document: SearchDocument, text: Span<UInt8>, in transaction: borrowing Transaction
    ) throws {
        var delete = try transaction.statement("DELETE FROM search_tail WHERE room = ?1 AND message = ?2")
        delete.bind(1, document.room)
        delete.bind(2, document.message)
        try delete.run()
        let erasure = SegmentErasure(document, TermList(of: text))
        try erasure.run(in: transaction)
    }

    /// The message says something else. `text` is what it said until now.
    package mutating func replace(
        _ document: SearchDocument, text: Span<UInt8>, in transaction: borrowing Transaction
    ) throws {
        try remove(document, text: text, in: transaction)
        try add(document, in: transaction)
    }

    /// Nothing of the room is found any more, and no word of it is left.
    package mutating func remove(room: Int64, in transaction: borrowing Transaction) throws {
        full.remove(room)
        var clear = try transaction.statement("DELETE FROM search_tail WHERE room = ?1")
        clear.bind(1, room)
        try clear.run()
        var segments: [Segments.Row] = []
        do {
            var select = try transaction.statement("SELECT id, documents, pages FROM search_segment WHERE room = ?1")
            select.bind(1, room)
            while try select.step() {
                let pages = try PageIDs.decode(select.bytes(2))
                segments.append(Segments.Row(id: select.int64(0), documents: select.int(1), pages: pages))
            }
        }
        for segment in segments {
            for page in segment.pages { try SearchPages.erase(page, in: transaction) }
            try Segments.delete(room: room, segment.id, in: transaction)
        }
    }

    /// Sorts what has become long enough. Once, before each commit.
    package mutating func settle(in transaction: borrowing Transaction) throws {
        for room in full.sorted() { try settle(room, in: transaction) }
        full.removeAll(keepingCapacity: true)
    }

    private mutating func settle(_ room: Int64, in transaction: borrowing Transaction) throws {
        try sort(takeTail(of: room, in: transaction), of: room, in: transaction)
    }

    /// The tail is empty then.
    private mutating func takeTail(of room: Int64, in transaction: borrowing Transaction) throws -> [SearchText] {
        full.remove(room)
        var found: [SearchText] = []
        do {
            var tail = try transaction.statement(
                "SELECT message, time, sender FROM search_tail WHERE room = ?1 ORDER BY position")
            tail.bind(1, room)
            while try tail.step() {
                let document = SearchDocument(
                    room: room, message: tail.int64(0), time: tail.int64(1), sender: tail.int64(2))
                guard let text = try texts.text(of: document.message, in: transaction.connection) else { continue }
                found.append(SearchText(document: document, text: text))
            }
        }
        var clear = try transaction.statement("DELETE FROM search_tail WHERE room = ?1")
        clear.bind(1, room)
        try clear.run()
        return found
    }

    /// They become the room's newest segment.
    private func sort(_ new: some Collection<SearchText>, of room: Int64, in transaction: borrowing Transaction) throws
    {
        guard !new.isEmpty else { return }
        var documents = DocumentList()
        var words = SegmentWords()
        for one in new {
            words.add(one.text, sender: one.document.sender, ordinal: documents.documents.count)
            documents.documents.append(DocumentList.Document(message: one.document.message, time: one.document.time))
        }
        let pages = try SearchPages.write(words.pages(), replacing: [], in: transaction)
        try Segments.insert(room: room, documents, pages, in: transaction)
        try merge(room, in: transaction)
    }

    /// Puts the newest segments together where they have grown to the next size, or become too many: a tail of which
    /// most was deleted makes a small one.
    private func merge(_ room: Int64, in transaction: borrowing Transaction) throws {
        var newest: [Segments.Row] = []
        do {
            var select = try transaction.statement(
                "SELECT id, documents, pages FROM search_segment WHERE room = ?1 ORDER BY id DESC")
            select.bind(1, room)
            while try select.step(), select.int(1) < shape.largest {
                let pages = try PageIDs.decode(select.bytes(2))
                newest.append(Segments.Row(id: select.int64(0), documents: select.int(1), pages: pages))
            }
        }
        for size in shape.sizes.reversed() {
            let small = newest.prefix { $0.documents < size }
            let count = small.reduce(0) { $0 + $1.documents }
            guard small.count > 1, count >= size || small.count >= SearchShape.smallSegmentsMax else { continue }
            var parts: [MergedSegments.Part] = []
            for row in small.reversed() {
                let documents = try Segments.documents(of: row.id, in: transaction.connection)
                let pages = try row.pages.map { try SearchPages.read($0, in: transaction.connection) }
                parts.append(MergedSegments.Part(documents: documents, pages: pages))
            }
            let merged = try MergedSegments(parts)
            let free = small.flatMap(\.pages)
            let pages = try SearchPages.write(merged.pages, replacing: free, in: transaction)
            try Segments.insert(room: room, merged.documents, pages, in: transaction)
            for row in small { try Segments.delete(room: room, row.id, in: transaction) }
            return
        }
    }
}
