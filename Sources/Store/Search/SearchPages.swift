import Bytes
import SQLite

/// The rows of `search_page`, which are written where they are and never moved (see `SearchSchema`).
enum SearchPages {
    static func read(_ id: Int64, in connection: Connection) throws -> [UInt8] {
        var select = try connection.statement("SELECT data FROM search_page WHERE id = ?1")
        select.bind(1, id)
        guard try select.step() else { throw SearchFault.missingPage(id) }
        return Array(copying: select.bytes(0))
    }

    /// Writes pages, on those that are `free` first and then on others, and answers with their ids. What is left
    /// of `free` is emptied.
    static func write(
        _ pages: [[UInt8]], replacing free: [Int64], in transaction: borrowing Transaction
    ) throws -> [Int64] {
        var ids: [Int64] = []
        for (index, page) in pages.enumerated() {
            let known = try index < free.count ? free[index] : takeFree(in: transaction)
            if let known {
                try overwrite(known, page.span, in: transaction)
                ids.append(known)
            } else {
                var insert = try transaction.statement("INSERT INTO search_page (data) VALUES (?1)")
                insert.bind(1, page.span)
                try insert.run()
                ids.append(transaction.connection.lastInsertedRowID)
            }
        }
        for id in free.dropFirst(pages.count) { try erase(id, in: transaction) }
        return ids
    }

    static func overwrite(_ id: Int64, _ page: Span<UInt8>, in transaction: borrowing Transaction) throws {
        precondition(page.count == WordPage.bytes, "a page of another size would be moved")
        var update = try transaction.statement("UPDATE search_page SET data = ?2 WHERE id = ?1")
        update.bind(1, id)
        update.bind(2, page)
        try update.run()
    }

    static func erase(_ id: Int64, in transaction: borrowing Transaction) throws {
        let zeros = [UInt8](repeating: 0, count: WordPage.bytes)
        try overwrite(id, zeros.span, in: transaction)
        var insert = try transaction.statement("INSERT INTO search_free_page (id) VALUES (?1)")
        insert.bind(1, id)
        try insert.run()
    }

    private static func takeFree(in transaction: borrowing Transaction) throws -> Int64? {
        var first = try transaction.statement("SELECT id FROM search_free_page ORDER BY id LIMIT 1")
        guard try first.step() else { return nil }
        let id = first.int64(0)
        _ = try first.step()
        var take = try transaction.statement("DELETE FROM search_free_page WHERE id = ?1")
        take.bind(1, id)
        try take.run()
        return id
    }
}

/// A list of page ids as a segment's row has it.
enum PageIDs {
    static func encode(_ ids: [Int64]) -> [UInt8] {
        var bytes: [UInt8] = []
        var last: Int64 = 0
        for id in ids {
            bytes.append(signedVarint: id - last)
            last = id
        }
        return bytes
    }

    static func decode(_ bytes: Span<UInt8>) throws(SearchFault) -> [Int64] {
        var ids: [Int64] = []
        var at = 0
        var last: Int64 = 0
        while at < bytes.count {
            guard let step = bytes.signedVarint(at: &at) else { throw .malformedSegment }
            last &+= step
            ids.append(last)
        }
        return ids
    }
}
