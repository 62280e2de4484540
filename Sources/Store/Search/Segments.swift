import SQLite

/// The rows of segments, and of the messages in them.
enum Segments {
    struct Row {
        let id: Int64
        let documents: Int
        let pages: [Int64]
    }

    /// The newest segment of its room. Without a message in it there is none.
    static func insert(
        room: Int64, _ list: DocumentList, _ pages: [Int64], in transaction: borrowing Transaction
    ) throws {
        guard let first = list.documents.first else { return }
        let encoded = list.encoded
        do {
            var insert = try transaction.statement("INSERT INTO search_documents (documents) VALUES (?1)")
            insert.bind(1, encoded.span)
            try insert.run()
        }
        var (firstMessage, lastMessage) = (first.message, first.message)
        var (firstTime, lastTime) = (first.time, first.time)
        for document in list.documents {
            firstMessage = min(firstMessage, document.message)
            lastMessage = max(lastMessage, document.message)
            firstTime = min(firstTime, document.time)
            lastTime = max(lastTime, document.time)
        }
        let ids = PageIDs.encode(pages)
        var insert = try transaction.statement(
            """
            INSERT INTO search_segment
                (room, id, documents, first_message, last_message, first_time, last_time, pages)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """)
        insert.bind(1, room)
        insert.bind(2, transaction.connection.lastInsertedRowID)
        insert.bind(3, list.documents.count)
        insert.bind(4, firstMessage)
        insert.bind(5, lastMessage)
        insert.bind(6, firstTime)
        insert.bind(7, lastTime)
        insert.bind(8, ids.span)
        try insert.run()
    }

    static func delete(room: Int64, _ id: Int64, in transaction: borrowing Transaction) throws {
        var segment = try transaction.statement("DELETE FROM search_segment WHERE room = ?1 AND id = ?2")
        segment.bind(1, room)
        segment.bind(2, id)
        try segment.run()
        var documents = try transaction.statement("DELETE FROM search_documents WHERE segment = ?1")
        documents.bind(1, id)
        try documents.run()
    }

    static func pages(of segment: Int64, in room: Int64, on connection: Connection) throws -> [Int64] {
        var select = try connection.statement("SELECT pages FROM search_segment WHERE room = ?1 AND id = ?2")
        select.bind(1, room)
        select.bind(2, segment)
        return try select.step() ? try PageIDs.decode(select.bytes(0)) : []
    }

    static func documents(of segment: Int64, in connection: Connection) throws -> DocumentList {
        var select = try connection.statement("SELECT documents FROM search_documents WHERE segment = ?1")
        select.bind(1, segment)
        guard try select.step() else { throw SearchFault.malformedDocuments(segment: segment) }
        return try DocumentList(select.bytes(0), segment: segment)
    }
}
