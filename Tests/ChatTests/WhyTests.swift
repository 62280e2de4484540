import Chat
import Store
import Testing

struct WhyTests {
    let node: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber
    let room: RoomNumber

    init() throws {
        node = try ChatNode()
        (ada, bo) = (try node.add("ada"), try node.add("bo"))
        room = try node.found("Harbour", by: ada, with: [bo])
    }

    private func why(_ message: MessageNumber, _ person: PersonNumber) throws -> Why {
        try node.read { try Why(message, for: person, on: $0) }
    }

    @Test func `it says what was made of a message, and for whom nothing was`() throws {
        let cy = try node.add("cy")
        let before = try node.post("early", in: room, by: ada)
        try node.command { _ = try Members.add(cy, to: room, on: node.by(ada), in: $0, $1) }
        let message = try node.post("hello @bo", in: room, by: ada)
        let mention = try why(message, bo)
        #expect(mention.verdict.reason == .notified && mention.verdict.type == .mention)
        #expect(mention.notification != nil)
        #expect(try why(message, ada).verdict.reason == .own)
        #expect(try why(before, cy).verdict.reason == .notMemberThen)
        let system = try node.command {
            try Messages.post(MessageDraft("moved", type: "system"), in: room, on: node.by(ada), in: $0, $1).number
        }
        #expect(try why(system, bo).verdict.reason == .systemMessage)
        let di = try node.add("di")
        #expect(refusal { try why(message, di) } == .notFound)
        #expect(refusal { try why(MessageNumber(9_999), bo) } == .notFound)
    }

    @Test func `a message in a group is told with the others, or read before`() throws {
        let first = try node.post("one", in: room, by: ada)
        try node.command { _ = try Reading.markAll(in: room, on: node.by(bo), in: $0, $1) }
        #expect(try why(first, bo).verdict.reason == .alreadyRead)
        let second = try node.post("two", in: room, by: ada)
        try node.look(bo)
        let told = try why(second, bo)
        #expect(told.verdict.reason == .notified && told.verdict.type == .message && told.notification != nil)
        #expect(try why(first, bo).verdict.reason == .alreadyRead)
        try node.command { _ = try Reading.markAll(in: room, on: node.by(bo), in: $0, $1) }
        #expect(try why(second, bo).verdict.reason == .notified)
        try node.command { try Messages.delete(second, on: node.by(ada), in: $0, $1) }
        #expect(try why(second, bo).verdict.reason == .deleted)
    }

    @Test func `mutes and switches are named`() throws {
        let own = try #require(try node.read { try MembershipTable.membership(of: bo, in: room, on: $0) })
        try node.command { _ = try Members.toggleMute(own.number, on: node.by(bo), in: $0, $1) }
        let muted = try node.post("hello", in: room, by: ada)
        #expect(try why(muted, bo).verdict.reason == .muted)
        try node.command { transaction, _ in
            _ = try NotificationPreferences.toggleAll(
                .mention, false, of: bo, RoomUnread(), at: node.now, in: transaction)
        }
        let switched = try node.post("@bo", in: room, by: ada)
        #expect(try why(switched, bo).verdict.reason == .switchedOff)
    }
}
