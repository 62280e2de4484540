import Bytes
import Operations
import Replica
import SQLite

/// Messages whose words change in a command. The index takes them once, at its end: it reads what they say from their texts, which
/// are what they are at the end, while changes are told in their order.
struct ChangedWords {
    private struct Entry {
        let document: SearchDocument
        /// What is found of it so far; nil for nothing.
        let before: String?
    }

    private var entries: [Entry] = []
    private var known: Set<Int64> = []

    /// `before` is what it said before this change. Only the first one tells what the index holds.
    mutating func note(_ document: SearchDocument, before: String?) {
        guard known.insert(document.message).inserted else { return }
        entries.append(Entry(document: document, before: before))
    }

    func apply(
        to search: inout SearchIndex<StoredTexts>, in transaction: borrowing Transaction
    ) throws {
        for entry in entries {
            let isThere = try StoredTexts().text(of: entry.document.message, in: transaction.connection) != nil
            guard let before = entry.before else {
                if isThere { try search.add(entry.document, in: transaction) }
                continue
            }
            let text = Array(before.utf8)
            if isThere {
                try search.replace(entry.document, text: text.span, in: transaction)
            } else {
                try search.remove(entry.document, text: text.span, in: transaction)
            }
        }
    }
}

extension Derivation {
    func changeWords(_ search: inout SearchIndex<StoredTexts>, in transaction: borrowing Transaction) throws {
        // What was erased of all at once can't be told word by word, and need not be.
        if records.fields.isErased {
            try search.remove(room: number, in: transaction)
        } else {
            try words.apply(to: &search, in: transaction)
        }
    }
}

/// What messages say, as it lies in `text`.
struct StoredTexts: MessageTexts {
    func text(of message: Int64, in connection: Connection) throws -> [UInt8]? {
        var row = try connection.statement(
            """
            SELECT t.bytes FROM message m JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial)
            WHERE m.serial = ?1 AND m.flags & 11 = 3
            """)
        row.bind(1, message)
        guard try row.step() else { return nil }
        guard let spans = MessageSpans(row.bytes(0)) else { return nil }
        return [UInt8](copying: spans.content)
    }
}
