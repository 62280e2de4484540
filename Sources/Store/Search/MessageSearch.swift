package import SQLite
package import Terms

/// What is looked for, and where. Rooms are those that the person may read, each once.
package struct SearchQuestion: Sendable {
    package var query: TermQuery
    package var rooms: [Int64]
    package var sender: Int64?
    /// Milliseconds, the first that counts.
    package var since: Int64?
    /// Milliseconds, the first that no longer counts.
    package var until: Int64?

    package init(
        _ query: TermQuery, rooms: [Int64], sender: Int64? = nil, since: Int64? = nil, until: Int64? = nil
    ) {
        self.query = query
        self.rooms = rooms
        self.sender = sender
        self.since = since
        self.until = until
    }
}

/// A message that was found; also the place from which the next page goes on.
package struct SearchHit: Hashable, Comparable, Sendable {
    package let time: Int64
    package let message: Int64
    package let room: Int64

    package init(time: Int64, message: Int64, room: Int64) {
        self.time = time
        self.message = message
        self.room = room
    }

    /// The order of time; of one time, that of the messages' numbers.
    package static func < (left: SearchHit, right: SearchHit) -> Bool {
        (left.time, left.message) < (right.time, right.message)
    }
}

/// The readers' side of full-text search (Spec/search.md).
package struct MessageSearch<Texts: MessageTexts> {
    private let texts: Texts

    package init(texts: Texts) {
        self.texts = texts
    }

    /// The newest messages that have all that is asked for, newest first; those before `cursor`, where one is given.
    package func hits(
        _ question: SearchQuestion, before cursor: SearchHit? = nil, limit: Int, in connection: Connection
    ) throws -> [SearchHit] {
        guard limit > 0, !question.query.isEmpty else { return [] }
        return try connection.snapshot {
            var newest = NewestHits(limit: limit, cursor: cursor, question)
            for room in question.rooms {
                try tail(of: room, question, in: connection) { newest.insert($0) }
            }
            for segment in try segments(question, in: connection) {
                // The following are all older than this.
                if newest.isFull(for: segment.lastTime) { break }
                guard newest.mayHold(from: segment.firstTime) else { continue }
                let found = try ordinals(of: segment, question, in: connection)
                if found.isEmpty { continue }
                let documents = try documents(of: segment, in: connection)
                found.forEach { ordinal in
                    let document = documents[ordinal]
                    newest.insert(SearchHit(time: document.time, message: document.message, room: segment.room))
                }
            }
            return newest.hits
        }
    }

    /// How many messages have all that is asked for: exactly, in all pages together.
    package func count(_ question: SearchQuestion, in connection: Connection) throws -> Int {
        guard !question.query.isEmpty else { return 0 }
        return try connection.snapshot {
            var count = 0
            for room in question.rooms {
                try tail(of: room, question, in: connection) { _ in count += 1 }
            }
            for segment in try segments(question, in: connection) {
                let found = try ordinals(of: segment, question, in: connection)
                if found.isEmpty { continue }
                if question.holds(segment.firstTime), question.holds(segment.lastTime) {
                    count += found.count
                } else {
                    let documents = try documents(of: segment, in: connection)
                    found.forEach { if question.holds(documents[$0].time) { count += 1 } }
                }
            }
            return count
        }
    }

    // MARK: Where it is looked up

    private struct Segment {
        let room: Int64
        let id: Int64
        let documents: Int
        let firstTime: Int64
        let lastTime: Int64
    }

    /// Messages that are not yet in a segment, by what they say.
    private func tail(
        of room: Int64, _ question: SearchQuestion, in connection: Connection, _ visit: (SearchHit) -> Void
    ) throws {
        var select = try connection.statement("SELECT message, time, sender FROM search_tail WHERE room = ?1")
        select.bind(1, room)
        while try select.step() {
            let hit = SearchHit(time: select.int64(1), message: select.int64(0), room: room)
            guard question.holds(hit.time), question.sender == nil || question.sender == select.int64(2),
                let text = try texts.text(of: hit.message, in: connection),
                question.query.matches(TermList(of: text))
            else { continue }
            visit(hit)
        }
    }

    /// Those with a message of the time that is asked for, the newest first.
    private func segments(_ question: SearchQuestion, in connection: Connection) throws -> [Segment] {
        var segments: [Segment] = []
        var select = try connection.statement(
            """
            SELECT id, documents, first_time, last_time FROM search_segment
            WHERE room = ?1 AND first_time < ?2 AND last_time >= ?3
            """)
        for room in question.rooms {
            select.bind(1, room)
            select.bind(2, question.until ?? .max)
            select.bind(3, question.since ?? .min)
            while try select.step() {
                segments.append(
                    Segment(
                        room: room, id: select.int64(0), documents: select.int(1), firstTime: select.int64(2),
                        lastTime: select.int64(3)))
            }
        }
        segments.sort { ($0.lastTime, $0.id) > ($1.lastTime, $1.id) }
        return segments
    }

    private func ordinals(
        of segment: Segment, _ question: SearchQuestion, in connection: Connection
    ) throws -> OrdinalSet {
        let pages = try Segments.pages(of: segment.id, in: segment.room, on: connection)
        var reader = SegmentReader(pages: pages, documentCount: segment.documents)
        var words = question.query.words.map { ($0.bytes, $0.isPrefix) }
        if let sender = question.sender { words.append((SearchDocument.senderWord(sender), false)) }
        // Whole words first: mostly the rarer ones, and most segments have none of a rare one.
        words.sort { !$0.1 && $1.1 || $0.1 == $1.1 && $0.0.count > $1.0.count }
        var found: OrdinalSet?
        for (word, isPrefix) in words {
            let next = try reader.documents(with: word, asPrefix: isPrefix, in: connection)
            found?.formIntersection(next)
            if found == nil { found = next }
            if found?.isEmpty == true { break }
        }
        return found ?? OrdinalSet(below: 0)
    }

    private func documents(of segment: Segment, in connection: Connection) throws -> [DocumentList.Document] {
        let documents = try Segments.documents(of: segment.id, in: connection).documents
        guard documents.count == segment.documents else { throw SearchFault.malformedDocuments(segment: segment.id) }
        return documents
    }
}

extension SearchQuestion {
    fileprivate func holds(_ time: Int64) -> Bool {
        time >= since ?? .min && (until.map { time < $0 } ?? true)
    }
}

/// The newest of what was found so far: few are kept in their order, of many all are put in order at the end.
private struct NewestHits {
    private static let fewMax = 1_024

    private var kept: [SearchHit] = []
    private let limit: Int
    private let cursor: SearchHit?
    private let question: SearchQuestion

    init(limit: Int, cursor: SearchHit?, _ question: SearchQuestion) {
        self.limit = limit
        self.cursor = cursor
        self.question = question
    }

    var hits: [SearchHit] {
        isOfFew ? kept : Array(kept.sorted(by: >).prefix(limit))
    }

    private var isOfFew: Bool { limit <= Self.fewMax }

    /// Whether nothing from this time or before it can still be among them.
    func isFull(for time: Int64) -> Bool {
        isOfFew && kept.count == limit && time < kept[limit - 1].time
    }

    /// Whether something that begins at this time can be on the page.
    func mayHold(from time: Int64) -> Bool {
        cursor.map { time <= $0.time } ?? true
    }

    mutating func insert(_ hit: SearchHit) {
        guard question.holds(hit.time), cursor.map({ hit < $0 }) ?? true else { return }
        guard isOfFew else { return kept.append(hit) }
        if kept.count == limit {
            guard hit > kept[limit - 1] else { return }
            kept.removeLast()
        }
        var low = 0
        var high = kept.count
        while low < high {
            let middle = (low + high) / 2
            if kept[middle] > hit { low = middle + 1 } else { high = middle }
        }
        kept.insert(hit, at: low)
    }
}
