import SQLite
import Store
import Terms
import Testing

@Suite struct SearchErasureTests {
    /// A word that no other message has.
    private func marker(_ seed: Int) -> String {
        var numbers = Numbers(seed: UInt64(seed))
        return String((0..<12).map { _ in numbers.pick(Array("bcdfghjklmnpqrstvwxz")) })
    }

    /// Those of the words that stand in `bytes`, by their last eight letters: a page has the first ones only
    /// where the word before has others.
    private func occurrences(of words: some Sequence<String>, in bytes: [UInt8]) -> Set<String> {
        var sought: [UInt64: String] = [:]
        for word in words { sought[word.utf8.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }] = word }
        var found: Set<String> = []
        var last: UInt64 = 0
        for byte in bytes {
            last = last << 8 | UInt64(byte)
            if let word = sought[last] { found.insert(word) }
        }
        return found
    }

    @Test(arguments: 1...3)
    func `no word of a deleted or edited message is left in the file or the log`(seed: Int) throws {
        let world = try SearchWorld(shape: SearchShape(tail: 8, sizes: [32, 128]))
        var numbers = Numbers(seed: UInt64(seed))
        var gone: [String] = []
        var live: [Int64: String] = [:]
        for message in 1...600 as ClosedRange<Int64> {
            let word = marker(Int(message) * 7 + seed)
            try world.transaction { transaction in
                try world.add(message, room: message % 2, "the \(word) of all common things", in: transaction)
                live[message] = word
                if message % 3 == 0 {
                    let victim = numbers.pick(live.keys.sorted())
                    if let word = live.removeValue(forKey: victim) { gone.append(word) }
                    if message % 2 == 0 {
                        let edited = marker(Int(message) * 7 + 100_000 + seed)
                        try world.edit(victim, to: "now it says \(edited)", in: transaction)
                        live[victim] = edited
                    } else {
                        try world.remove(victim, in: transaction)
                    }
                }
            }
        }
        let bytes = try world.fileBytes()
        #expect(occurrences(of: gone, in: bytes).isEmpty)
        // That the bytes were looked at well: of those that are not gone, only some are still in a tail.
        #expect(occurrences(of: live.values, in: bytes).count > live.count - 20)
        for (message, word) in live { #expect(try world.found(word + " ", rooms: [0, 1]) == [message]) }
        for word in gone { #expect(try world.found(word, rooms: [0, 1]).isEmpty) }
    }

    @Test func `when all is deleted no segment is left, and every page is zeros and free`() throws {
        let world = try SearchWorld(shape: SearchShape(tail: 8, sizes: [32, 128]))
        for message in 1...100 as ClosedRange<Int64> { try world.add(message, "word \(marker(Int(message)))") }
        let pages = try world.number("SELECT count(*) FROM search_page")
        #expect(pages > 0)
        try world.transaction { transaction in
            for message in 1...100 as ClosedRange<Int64> { try world.remove(message, in: transaction) }
        }
        #expect(try world.number("SELECT count(*) FROM search_tail") == 0)
        #expect(try world.number("SELECT count(*) FROM search_segment") == 0)
        #expect(try world.number("SELECT count(*) FROM search_documents") == 0)
        #expect(try world.number("SELECT count(*) FROM search_free_page") == pages)
        #expect(try world.number("SELECT count(*) FROM search_page WHERE data = zeroblob(4056)") == pages)
        // And they are used again.
        for message in 101...150 as ClosedRange<Int64> { try world.add(message, "again \(marker(Int(message)))") }
        #expect(try world.number("SELECT count(*) FROM search_page") == pages)
        #expect(try world.found("again").count == 50)
    }

    @Test func `the rows with words all have one size, one to a page of the file`() throws {
        let world = try SearchWorld(shape: SearchShape(tail: 64, sizes: [512]))
        for message in 1...600 as ClosedRange<Int64> { try world.add(message, "word \(marker(Int(message)))") }
        #expect(try world.number("SELECT count(DISTINCT length(data)) FROM search_page") == 1)
        let rows = try world.number("SELECT count(*) FROM search_page")
        try world.connection.execute("CREATE TABLE other (id INTEGER PRIMARY KEY, data BLOB) STRICT")
        let before = try world.number("PRAGMA page_count")
        try world.connection.execute("INSERT INTO other SELECT id, data FROM search_page")
        // One page each, and one above them.
        #expect(try world.number("PRAGMA page_count") - before == rows)
    }

    @Test(arguments: ["page", "documents", "pages", "no page"])
    func `an index that says nonsense is an error, and no trap`(what: String) throws {
        let world = try SearchWorld(shape: SearchShape(tail: 8, sizes: []))
        for message in 1...8 as ClosedRange<Int64> { try world.add(message, "word \(message)") }
        switch what {
        case "page":
            for byte in 0..<64 {
                let world = try SearchWorld(shape: SearchShape(tail: 8, sizes: []))
                for message in 1...8 as ClosedRange<Int64> { try world.add(message, "word \(message)") }
                var update = try world.connection.statement(
                    "UPDATE search_page SET data = CAST(substr(data, 1, ?1) || x'ffff' || substr(data, ?1 + 3) AS BLOB)"
                )
                update.bind(1, byte)
                try update.run()
                // Whatever is found or thrown, it comes back.
                _ = try? world.found("word")
                _ = try? world.transaction { try world.remove(3, in: $0) }
            }
            return
        case "documents": try world.connection.execute("UPDATE search_documents SET documents = x'ff'")
        case "pages": try world.connection.execute("UPDATE search_segment SET pages = x'ff'")
        default: try world.connection.execute("DELETE FROM search_page")
        }
        #expect(throws: SearchFault.self) { try world.found("word") }
    }
}
