import Chat
import Store
import Testing

struct ReadingTests {
    let node: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber
    let room: RoomNumber

    init() throws {
        node = try ChatNode()
        (ada, bo) = (try node.add("ada"), try node.add("bo"))
        room = try node.found("Harbour", by: ada, with: [bo])
    }

    private func unread(_ person: PersonNumber) throws -> Int {
        try node.read { try Readings.unreadCount(of: person, in: room, on: $0) }
    }

    private func markAll(_ person: PersonNumber) throws -> Reading.Marked {
        try node.command { try Reading.markAll(in: room, on: node.by(person), in: $0, $1) }
    }

    private func mark(_ message: MessageNumber, _ person: PersonNumber) throws -> Bool {
        try node.command { try Reading.mark(message, on: node.by(person), in: $0, $1) }
    }

    @Test func `a room is read as a whole, and the sockets hear of it once`() throws {
        try node.post("one", in: room, by: ada)
        let last = try node.post("two", in: room, by: ada)
        #expect(try unread(bo) == 2)
        _ = node.takeNews()
        let marked = try markAll(bo)
        #expect(marked.count == 2 && marked.unread == 0)
        let news = try #require(node.takeNews().last)
        #expect(news.events.map(\.entry.kind) == [.readReceipt])
        #expect(news.events[0].entry.message == last && news.events[0].entry.person == bo)
        #expect(news.read == [bo: [room]])
        #expect(try markAll(bo).count == 0)
        #expect(node.takeNews().isEmpty)
    }

    @Test func `one message is read alone`() throws {
        let first = try node.post("one", in: room, by: ada)
        let second = try node.post("two", in: room, by: ada)
        #expect(try mark(second, bo))
        #expect(try !mark(second, bo))
        #expect(try unread(bo) == 1)
        #expect(try !mark(first, ada))
        let cy = try node.add("cy")
        #expect(refusal { try mark(first, cy) } == .notFound)
        #expect(
            refusal { try node.command { try Reading.markAll(in: room, on: node.by(cy), in: $0, $1) } } == .notFound)
    }

    @Test func `mute is of one's own membership, and seen by nobody else`() throws {
        func membership(_ person: PersonNumber) throws -> Membership {
            try #require(try node.read { try MembershipTable.membership(of: person, in: room, on: $0) })
        }
        let own = try membership(bo)
        func toggle(_ person: PersonNumber) throws -> Bool {
            try node.command { try Members.toggleMute(own.number, on: node.by(person), in: $0, $1) }
        }
        #expect(refusal { try toggle(ada) } == .notAllowed)
        let cy = try node.add("cy")
        #expect(refusal { try toggle(cy) } == .notFound)
        #expect(try toggle(bo))
        #expect(try membership(bo).isMuted)
        #expect(try !membership(ada).isMuted)
        #expect(try !toggle(bo))
    }
}
