import Bytes
import Operations
import Replica
import SQLite

/// Messages whose words change in a command. The index takes them once, at its end.
struct ChangedWords {
    private struct Entry {
        let document: SearchDocument
        /// What is found of it so far; nil for nothing.
        let before: String?
        /// What it says now; nil for nothing.
        var now: String?
    }

    private var entries: [Entry] = []
    private var known: [Int64: Int] = [:]

    /// `before` is what it said before this change: only the first one tells what the index holds. And only the last one tells what it
    /// says at the end.
    mutating func note(_ document: SearchDocument, before: String?, now: String?) {
        if let index = known[document.message] {
            entries[index].now = now
        } else {
            known[document.message] = entries.count
            entries.append(Entry(document: document, before: before, now: now))
        }
    }

    func apply(
        to search: inout SearchIndex<StoredTexts>, of room: Int64, in transaction: borrowing Transaction
    ) throws {
        var new: [SearchText] = []
        for entry in entries {
            guard let before = entry.before else {
                if let now = entry.now { new.append(SearchText(document: entry.document, text: Array(now.utf8))) }
                continue
            }
            let text = Array(before.utf8)
            if entry.now == nil {
                try search.remove(entry.document, text: text.span, in: transaction)
            } else {
                try search.replace(entry.document, text: text.span, in: transaction)
            }
        }
        if !new.isEmpty { try search.add(new, to: room, in: transaction) }
    }
}

extension Derivation {
    func changeWords(_ search: inout SearchIndex<StoredTexts>, in transaction: borrowing Transaction) throws {
        // What was erased of all at once can't be told word by word, and need not be.
        if records.fields.isErased {
            try search.remove(room: number, in: transaction)
        } else {
            try words.apply(to: &search, of: number, in: transaction)
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
