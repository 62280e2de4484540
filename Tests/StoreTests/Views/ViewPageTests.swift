import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// Pages are cut from lists that one could write down whole.
struct ViewPageTests {
    private func world(_ seed: UInt64) throws -> ViewWorld? {
        guard var world = try ViewWorld(seed: seed &+ 9_000, operations: 20...50) else { return nil }
        var arrivals = Arrival.all(of: world.plan, &world.random)[...]
        while !arrivals.isEmpty {
            try world.take(arrivals.prefix(3))
            arrivals = arrivals.dropFirst(3)
            try world.read()
        }
        return try world.number == nil ? nil : world
    }

    @Test func `a page is a part of the room's messages in their order, wherever it begins`() throws {
        for seed in UInt64(1)...25 {
            guard var world = try world(seed), let number = try world.number, try !world.hasTies() else { continue }
            let all = try world.visible()
            let filter = MessageFilter(in: .room(RoomNumber(number)))
            for _ in 0..<12 {
                let cursors = MessageCursors(
                    before: Bool.random(using: &world.random) ? all.randomElement(using: &world.random) : nil,
                    after: Bool.random(using: &world.random) ? all.randomElement(using: &world.random) : nil)
                let window = ListWindow(
                    limit: Int.random(in: 1...6, using: &world.random),
                    offset: Int.random(in: 0...2, using: &world.random))
                let order = Bool.random(using: &world.random) ? MessageOrder.newestFirst : .oldestFirst
                var expected = all
                if let before = cursors.before { expected = Array(expected.prefix { $0 != before }) }
                if let after = cursors.after {
                    expected =
                        expected.firstIndex(of: after).map { Array(expected[($0 + 1)...]) }
                        ?? (cursors.before != nil ? [] : expected)
                }
                #expect(
                    try MessageList.count(filter, cursors, on: world.connection) == expected.count,
                    "seed \(seed) \(cursors)")
                let isForward = cursors.after != nil || cursors.before == nil && order == .oldestFirst
                if !isForward { expected.reverse() }
                expected = Array(expected.dropFirst(window.offset).prefix(window.limit))
                if isForward == (order == .newestFirst) { expected.reverse() }
                var shown = Shown()
                let ends = try MessageList.page(
                    filter, cursors, window, order, to: PersonNumber(1), on: world.connection, &shown)
                #expect(shown.messages.map(\.number) == expected, "seed \(seed) \(cursors) \(window) \(order)")
                #expect(!shown.isOutOfOrder)
                #expect(ends.first == expected.first && ends.last == expected.last)
            }
        }
    }

    @Test func `what is told of a message is what its room's fold says`() throws {
        for seed in UInt64(1)...25 {
            guard let world = try world(seed), let number = try world.number else { continue }
            let room = try #require(try world.state.room(world.built.id))
            var shown = Shown()
            _ = try MessageList.page(
                MessageFilter(in: .room(RoomNumber(number))), MessageCursors(), ListWindow(limit: 200), .oldestFirst,
                to: PersonNumber(0), on: world.connection, &shown)
            for told in shown.messages {
                let stored = try #require(try MessageTable.message(told.number, on: world.connection))
                let position = try #require(room.records.position(of: stored.id))
                let message = try #require(room.records.message(at: position))
                #expect(told.isDeleted == message.isDeleted)
                #expect(told.content == message.content?.content ?? "")
                #expect(told.files == (message.content?.attachments ?? []).map(\.name))
                let reactions = message.isDeleted ? [] : room.records.reactions(to: position).compactMap(\.value)
                #expect(told.reactions == Dictionary(reactions.map { ($0, 1) }, uniquingKeysWith: +), "seed \(seed)")
                let answered = message.content?.replyTo.flatMap { room.room.message($0, in: room.records) }
                #expect((told.answers == nil) == (answered.map { $0.visibility == .hidden } ?? true), "seed \(seed)")
                #expect(try Names.message(stored.id.uuid, on: world.connection) == told.number)
            }
        }
    }

    @Test func `a message by itself is shown as it is on a page`() throws {
        for seed in UInt64(1)...25 {
            guard let world = try world(seed), let number = try world.number else { continue }
            let members = try MemberReach.first(50, of: RoomNumber(number), on: world.connection)
            for viewer in [PersonNumber(0)] + members.map(\.person) {
                var page = Shown()
                _ = try MessageList.page(
                    MessageFilter(in: .room(RoomNumber(number))), MessageCursors(), ListWindow(limit: 200),
                    to: viewer, on: world.connection, &page)
                for message in page.messages {
                    var alone = Shown()
                    _ = try MessageList.show(message.number, to: viewer, on: world.connection, &alone)
                    #expect(alone.messages == [message], "seed \(seed)")
                }
            }
        }
    }

    @Test func `receipts are as many as they are counted to be, and as each message says`() throws {
        for seed in UInt64(1)...25 {
            guard let world = try world(seed), let number = try world.number else { continue }
            let room = RoomNumber(number)
            var shown = Shown()
            _ = try MessageList.page(
                MessageFilter(in: .room(room)), MessageCursors(), ListWindow(limit: 200), .newestFirst,
                to: PersonNumber(0), on: world.connection, &shown)
            try ReceiptList.page(
                ReceiptFilter(in: .room(room)), ListWindow(limit: .max / 2), on: world.connection, &shown)
            #expect(try ReceiptList.count(ReceiptFilter(in: .room(room)), on: world.connection) == shown.receipts.count)
            let byMessage = Dictionary(grouping: shown.receipts, by: \.message)
            for message in shown.messages {
                #expect(message.readByCount == byMessage[message.number, default: []].count, "seed \(seed)")
                let filter = ReceiptFilter(in: .room(room), message: message.number)
                #expect(try ReceiptList.count(filter, on: world.connection) == message.readByCount)
            }
            for person in Set(shown.receipts.map(\.person)) {
                let own = shown.receipts.filter { $0.person == person }
                let filter = ReceiptFilter(in: .room(room), person: person)
                #expect(try ReceiptList.count(filter, on: world.connection) == own.count, "seed \(seed)")
                let first = try #require(own.first)
                #expect(try ReceiptList.receipt(of: first.message, by: person, on: world.connection) == first)
            }
            for offset in 0..<min(8, shown.receipts.count) {
                var page = Shown()
                try ReceiptList.page(
                    ReceiptFilter(in: .room(room)), ListWindow(limit: 3, offset: offset), on: world.connection, &page)
                #expect(page.receipts == Array(shown.receipts.dropFirst(offset).prefix(3)), "seed \(seed)")
            }
        }
    }
}
