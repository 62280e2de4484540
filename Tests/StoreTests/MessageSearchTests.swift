import SQLite
import Store
import Terms
import Testing

@Suite struct MessageSearchTests {
    @Test func `words of any script are found, in the tail and in segments`() throws {
        let world = try SearchWorld()
        let texts = [
            "Le résumé du café", "Привет, ёлка", "مُحَمَّد", "明日の会議", "The meeting at ten", "ラーメン", "서울에서 회의", "fine 👍🏽",
        ]
        let queries = ["resume", "елка", "محمد", "会議", "meet", "らーめん", "서울", "👍"]
        for (index, text) in texts.enumerated() { try world.add(Int64(index + 1), text) }
        for (index, query) in queries.enumerated() { #expect(try world.found(query) == [Int64(index + 1)], "\(query)") }
        #expect(try world.number("SELECT count(*) FROM search_segment") > 0)
        // One more, which stays in the tail.
        try world.add(9, "meeting again")
        #expect(try world.number("SELECT count(*) FROM search_tail") > 0)
        #expect(try world.found("meet") == [9, 5])
    }

    @Test func `only messages of the rooms that are asked for are found`() throws {
        let world = try SearchWorld()
        for message in 1...60 { try world.add(Int64(message), room: Int64(message % 3), "secret") }
        #expect(try world.found("secret", rooms: []).isEmpty)
        #expect(try world.found("secret", rooms: [7]).isEmpty)
        #expect(try world.found("secret", rooms: [1]).allSatisfy { $0 % 3 == 1 })
        #expect(try world.found("secret", rooms: [0, 2]).count == 40)
    }

    @Test func `pages follow each other without a gap, whatever the order of arrival`() throws {
        let world = try SearchWorld()
        var numbers = Numbers(seed: 5)
        for message in 1...100 {
            // Many of one time, and late ones.
            try world.add(Int64(message), room: Int64(message % 2), time: Int64(numbers.next(below: 40)), "word")
        }
        let question = SearchQuestion(TermQuery("word"), rooms: [0, 1])
        var pages: [SearchHit] = []
        while true {
            let page = try world.hits(question, before: pages.last, limit: 7)
            pages += page
            if page.count < 7 { break }
        }
        #expect(pages == world.expected(question))
        #expect(try world.search.count(question, in: world.connection) == 100)
        #expect(try world.hits(question, limit: 0).isEmpty)
    }

    @Test func `a word of thousands of messages spreads over pages and is found on all of them`() throws {
        let world = try SearchWorld(shape: SearchShape(tail: 3_000, sizes: [6_000]))
        for part in 0..<2 {
            try world.transaction { transaction in
                for message in part * 3_000..<(part + 1) * 3_000 {
                    try world.add(Int64(message), "common w\(message % 7) u\(message)", in: transaction)
                }
            }
        }
        #expect(try world.number("SELECT count(*) FROM search_segment") == 1)
        for query in ["common ", "com", "w3 ", "u5999 ", "u59", "common w3 u3 "] {
            let question = SearchQuestion(TermQuery(query), rooms: [1])
            #expect(try world.hits(question, limit: 50) == Array(world.expected(question).prefix(50)), "\(query)")
            #expect(
                try world.search.count(question, in: world.connection) == world.expected(question).count, "\(query)")
        }
    }

    @Test func `a room has few segments even where most of each tail was deleted`() throws {
        let world = try SearchWorld(shape: SearchShape(tail: 4, sizes: [400, 4_000]))
        for round in 0..<60 as Range<Int64> {
            try world.transaction { transaction in
                for message in round * 4..<round * 4 + 4 { try world.add(message, "word", in: transaction) }
                for message in round * 4..<round * 4 + 3 { try world.remove(message, in: transaction) }
            }
            #expect(try world.number("SELECT count(*) FROM search_segment") < SearchShape.smallSegmentsMax)
        }
        #expect(try world.number("SELECT count(*) FROM search_segment") > 0)
        #expect(try world.search.count(SearchQuestion(TermQuery("word"), rooms: [1]), in: world.connection) == 60)
    }

    @Test func `what was undone is not found`() throws {
        struct Undo: Error {}
        let world = try SearchWorld()
        try world.transaction { transaction in
            for message in 1...3 { try world.add(Int64(message), "kept", in: transaction) }
            #expect(throws: Undo.self) {
                try transaction.savepoint {
                    for message in 4...30 { try world.add(Int64(message), "undone", in: transaction) }
                    try world.index.settle(in: transaction)
                    throw Undo()
                }
            }
            try world.add(31, "kept", in: transaction)
        }
        #expect(try world.found("kept") == [31, 3, 2, 1])
        #expect(try world.found("undone").isEmpty)
    }

    /// The law: after any messages, edits and deletions, in transactions of any size, a search finds what a
    /// look at every message finds.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `search finds what a look at every message finds`(seed: UInt64) throws {
        var numbers = Numbers(seed: seed)
        let world = try SearchWorld()
        let words = [
            "apple", "apples", "apply", "banana", "cherry", "Éclair", "东京", "東京都", "x", "привет",
            "supercalifragilistic",
        ]
        func text() -> String { (0..<numbers.next(below: 6)).map { _ in numbers.pick(words) }.joined(separator: " ") }
        var next: Int64 = 1
        for _ in 0..<40 {
            try world.transaction { transaction in
                for _ in 0..<1 + numbers.next(below: 12) {
                    let known = world.messages.keys.sorted()
                    switch numbers.next(below: 10) {
                    case 0 where !known.isEmpty: try world.remove(numbers.pick(known), in: transaction)
                    case 1 where !known.isEmpty: try world.edit(numbers.pick(known), to: text(), in: transaction)
                    default:
                        try world.add(
                            next, room: Int64(numbers.next(below: 3)), time: next * 3 - Int64(numbers.next(below: 30)),
                            sender: Int64(numbers.next(below: 3)), text(), in: transaction)
                        next += 1
                    }
                }
            }
            for _ in 0..<4 {
                var query = numbers.pick(words)
                if numbers.next(below: 2) == 0 { query += " " + numbers.pick(words) }
                query = String(query.prefix(1 + numbers.next(below: 12)))
                if numbers.next(below: 2) == 0 { query += " " }
                var question = SearchQuestion(
                    TermQuery(query), rooms: [[0], [0, 1, 2], [2, 1]][numbers.next(below: 3)])
                if numbers.next(below: 4) == 0 { question.sender = Int64(numbers.next(below: 3)) }
                if numbers.next(below: 4) == 0 { question.since = Int64(numbers.next(below: Int(next) * 3)) }
                if numbers.next(below: 4) == 0 { question.until = Int64(numbers.next(below: Int(next) * 3)) }
                let expected = world.expected(question)
                let limit = 1 + numbers.next(below: 60)
                #expect(
                    try world.hits(question, limit: limit) == Array(expected.prefix(limit)), "seed \(seed), \(query)")
                #expect(
                    try world.search.count(question, in: world.connection) == expected.count, "seed \(seed), \(query)")
            }
        }
        #expect(try world.number("SELECT count(*) FROM search_segment") > 0, "seed \(seed)")
    }
}
