import Glibc
import SQLite
import Store
import Terms
import Testing

/// Messages, and a database with nothing but the index over them. Its folder goes with it.
final class SearchWorld {
    struct Message {
        let document: SearchDocument
        var text: String
    }

    let folder: String
    let connection: Connection
    let texts = TextsInMemory()
    var index: SearchIndex<TextsInMemory>
    let search: MessageSearch<TextsInMemory>
    private(set) var messages: [Int64: Message] = [:]

    var path: String { folder + "/search.db" }

    init(shape: SearchShape = SearchShape(tail: 4, sizes: [12, 36])) throws {
        var template = Array("/tmp/parley-search-XXXXXX".utf8CString)
        folder = try template.withUnsafeMutableBufferPointer { buffer in
            String(cString: try #require(mkdtemp(buffer.baseAddress!)))
        }
        connection = try Connection(folder + "/search.db", .create)
        index = SearchIndex(texts: texts, shape: shape)
        search = MessageSearch(texts: texts)
        // No test here is about power cuts.
        try connection.execute("PRAGMA synchronous = OFF")
        try connection.execute(SearchSchema.sql)
    }

    deinit {
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        rmdir(folder)
    }

    func transaction(_ body: (borrowing Transaction) throws -> Void) throws {
        try connection.transaction { transaction in
            try body(transaction)
            try index.settle(in: transaction)
        }
    }

    func add(_ message: Int64, room: Int64 = 1, time: Int64? = nil, sender: Int64 = 1, _ text: String) throws {
        try transaction {
            try add(message, room: room, time: time, sender: sender, text, in: $0)
        }
    }

    func add(
        _ message: Int64, room: Int64 = 1, time: Int64? = nil, sender: Int64 = 1, _ text: String,
        in transaction: borrowing Transaction
    ) throws {
        let document = SearchDocument(room: room, message: message, time: time ?? message * 10, sender: sender)
        texts.texts[message] = Array(text.utf8)
        try index.add(document, in: transaction)
        messages[message] = Message(document: document, text: text)
    }

    func remove(_ message: Int64, in transaction: borrowing Transaction) throws {
        guard let old = messages.removeValue(forKey: message) else { return }
        let text = Array(old.text.utf8)
        texts.texts[message] = nil
        try index.remove(old.document, text: text.span, in: transaction)
    }

    func edit(_ message: Int64, to text: String, in transaction: borrowing Transaction) throws {
        guard let old = messages[message] else { return }
        let bytes = Array(old.text.utf8)
        texts.texts[message] = Array(text.utf8)
        try index.replace(old.document, text: bytes.span, in: transaction)
        messages[message]?.text = text
    }

    func hits(_ question: SearchQuestion, before cursor: SearchHit? = nil, limit: Int = 50) throws -> [SearchHit] {
        try search.hits(question, before: cursor, limit: limit, in: connection)
    }

    func found(_ query: String, rooms: [Int64] = [1]) throws -> [Int64] {
        try hits(SearchQuestion(TermQuery(query), rooms: rooms)).map(\.message)
    }

    /// What a look at every message finds.
    func expected(_ question: SearchQuestion) -> [SearchHit] {
        messages.values.filter { message in
            question.rooms.contains(message.document.room)
                && (question.sender == nil || question.sender == message.document.sender)
                && message.document.time >= question.since ?? .min && message.document.time < question.until ?? .max
                && question.query.matches(TermList(of: Array(message.text.utf8)))
        }.map { SearchHit(time: $0.document.time, message: $0.document.message, room: $0.document.room) }
            .sorted(by: >)
    }

    func number(_ sql: StaticString) throws -> Int {
        var select = try connection.statement(sql)
        return try select.step() ? select.int(0) : -1
    }

    /// All bytes of the database and its log, after a checkpoint.
    func fileBytes() throws -> [UInt8] {
        #expect(try connection.checkpoint(.truncate).isComplete)
        var bytes: [UInt8] = []
        for suffix in ["", "-wal"] {
            let file = try #require(fopen(path + suffix, "rb"))
            defer { fclose(file) }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        }
        return bytes
    }
}

/// What messages say, outside of the database, so that every word in its file is one of the index.
final class TextsInMemory: MessageTexts {
    var texts: [Int64: [UInt8]] = [:]

    func text(of message: Int64, in connection: Connection) -> [UInt8]? {
        texts[message]
    }
}

/// The same numbers for the same seed.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next(below limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 11) % limit
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[next(below: elements.count)]
    }
}
