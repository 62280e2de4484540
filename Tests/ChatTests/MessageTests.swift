import Chat
import Operations
import Replica
import Store
import Testing

struct MessageTests {
    let node: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber
    let cy: PersonNumber
    let room: RoomNumber

    init() throws {
        node = try ChatNode()
        (ada, bo, cy) = (try node.add("ada"), try node.add("bo"), try node.add("cy"))
        room = try node.found("Harbour", by: ada, with: [bo])
    }

    private func post(_ draft: MessageDraft, by author: PersonNumber) throws -> MessageNumber {
        try node.command { try Messages.post(draft, in: room, on: node.by(author), in: $0, $1).number }
    }

    private func edit(_ message: MessageNumber, by author: PersonNumber, _ text: String) throws -> Bool {
        var revision = MessageRevision()
        revision.content = text
        return try node.command { try Messages.edit(message, revision, on: node.by(author), in: $0, $1) }
    }

    private func delete(_ message: MessageNumber, by person: PersonNumber) throws {
        try node.command { try Messages.delete(message, on: node.by(person), in: $0, $1) }
    }

    private func fields(_ fault: ChatFault?) -> [FieldFault.Field] {
        if case .invalid(let faults)? = fault { faults.map(\.field) } else { [] }
    }

    @Test func `a message says something, of a known type, and not too much`() throws {
        #expect(fields(refusal { try post(MessageDraft(""), by: ada) }) == [.content])
        #expect(fields(refusal { try post(MessageDraft("x", type: "video"), by: ada) }) == [.messageType])
        #expect(fields(refusal { try post(MessageDraft("a\0b"), by: ada) }) == [.content])
        let most = String(repeating: "x", count: Limits.contentBytesMax)
        #expect(fields(refusal { try post(MessageDraft(most + "x"), by: ada) }) == [.content])
        let message = try post(MessageDraft(most), by: ada)
        #expect(try node.message(message).message.content?.content.utf8.count == Limits.contentBytesMax)
        #expect(refusal { try post(MessageDraft("x"), by: cy) } == .notFound)
        #expect(refusal { try post(MessageDraft("x", type: "system"), by: bo) } == .notAllowed)
        _ = try post(MessageDraft(" ", type: "system"), by: ada)
    }

    @Test func `who is shut out does nothing more, whatever still waits`() throws {
        let message = try node.post("hello", in: room, by: ada)
        try node.command { transaction, _ in
            _ = try Accounts.setActive(
                false, bo, on: Occasion(now: node.now, by: nil), in: transaction)
        }
        let count = try node.room(room).records.tip(of: Line(0))
        #expect(refusal { try post(MessageDraft("x"), by: bo) } == .notAllowed)
        #expect(refusal { try delete(message, by: bo) } == .notAllowed)
        #expect(
            refusal { try node.command { try Reading.markAll(in: room, on: node.by(bo), in: $0, $1) } } == .notAllowed)
        #expect(
            refusal { try node.command { try Reactions.give("like", to: message, on: node.by(bo), in: $0, $1) } }
                == .notAllowed)
        #expect(refusal { try node.command { try Members.leave(room, on: node.by(bo), in: $0, $1) } } == .notAllowed)
        #expect(try node.room(room).records.tip(of: Line(0)) == count)
    }

    @Test func `an answer is to a message of the same room`() throws {
        let first = try node.post("hello", in: room, by: ada)
        let answer = try node.post("hello yourself", in: room, by: bo, replyingTo: first)
        #expect(try node.message(answer).message.content?.replyTo == node.message(first).message.id)
        let other = try node.found("Elsewhere", by: bo)
        #expect(fields(refusal { try node.post("x", in: other, by: bo, replyingTo: first) }) == [.replyTo])
        let hidden = try node.post("secret", in: try node.found("Hidden", by: cy), by: cy)
        #expect(refusal { try node.post("x", in: room, by: bo, replyingTo: hidden) } == .unknown(.replyTo))
        #expect(
            refusal { try node.post("x", in: room, by: bo, replyingTo: MessageNumber(9_999)) } == .unknown(.replyTo))
        try delete(first, by: ada)
        _ = try node.post("still", in: room, by: bo, replyingTo: first)
    }

    @Test func `an edit is its author's, and a change of nothing is none`() throws {
        let message = try node.post("hello @bo", in: room, by: ada)
        #expect(try node.message(message).message.content?.mentions == [node.user(bo)])
        #expect(try !edit(message, by: ada, "hello @bo"))
        #expect(refusal { try edit(message, by: bo, "mine") } == .notAllowed)
        #expect(refusal { try edit(message, by: cy, "mine") } == .notFound)
        #expect(try edit(message, by: ada, "hello @ada"))
        let edited = try node.message(message).message
        #expect(edited.content?.content == "hello @ada" && edited.edited != nil)
        #expect(edited.content?.mentions == [try node.user(ada)])
        #expect(fields(refusal { try edit(message, by: ada, "") }) == [.content])
        try delete(message, by: ada)
        #expect(refusal { try edit(message, by: ada, "again") } == .conflict(.deletedMessage))
    }

    @Test func `a deletion is its author's, also after they have left`() throws {
        let message = try node.post("hello", in: room, by: bo)
        #expect(refusal { try delete(message, by: ada) } == .notAllowed)
        #expect(refusal { try delete(message, by: cy) } == .notFound)
        try node.command { try Members.leave(room, on: node.by(bo), in: $0, $1) }
        #expect(refusal { try edit(message, by: bo, "x") } == .notFound)
        try delete(message, by: bo)
        let written = try node.room(room).records.lineCount
        try delete(message, by: bo)
        #expect(try node.message(message).message.isDeleted)
        #expect(try node.room(room).records.lineCount == written)
    }

    @Test func `pins are for admins, of messages that are there`() throws {
        func pin(_ message: MessageNumber, _ isPinned: Bool, by person: PersonNumber) throws -> Bool {
            try node.command { try Messages.pin(message, isPinned, on: node.by(person), in: $0, $1) }
        }
        let message = try node.post("hello", in: room, by: bo)
        #expect(refusal { try pin(message, true, by: bo) } == .notAllowed)
        #expect(try pin(message, true, by: ada))
        #expect(try !pin(message, true, by: ada))
        #expect(try node.message(message).message.isPinned)
        #expect(try pin(message, false, by: ada))
        #expect(try !pin(message, false, by: ada))
        try delete(message, by: bo)
        #expect(refusal { try pin(message, true, by: ada) } == .conflict(.deletedMessage))
        #expect(try !pin(message, false, by: ada))
        let direct = try node.openDirect(ada, bo).room
        let said = try node.post("hello", in: direct, by: ada)
        #expect(refusal { try pin(said, true, by: ada) } == .conflict(.directRoom))
    }

    @Test func `somebody has one reaction to a message`() throws {
        func give(_ value: String, by person: PersonNumber, _ message: MessageNumber) throws -> Reactions.Outcome {
            try node.command { try Reactions.give(value, to: message, on: node.by(person), in: $0, $1) }
        }
        func takeBack(by person: PersonNumber, _ message: MessageNumber) throws -> Bool {
            try node.command { try Reactions.takeBack(from: message, on: node.by(person), in: $0, $1) }
        }
        let message = try node.post("hello", in: room, by: bo)
        #expect(try give("like", by: ada, message) == .given)
        #expect(try give("like", by: ada, message) == .unchanged)
        #expect(try give("love", by: ada, message) == .changed)
        #expect(try takeBack(by: ada, message))
        #expect(try !takeBack(by: ada, message))
        #expect(try give("like", by: ada, message) == .given)
        #expect(fields(refusal { try give("", by: ada, message) }) == [.reaction])
        #expect(fields(refusal { try give(String(repeating: "x", count: 65), by: ada, message) }) == [.reaction])
        #expect(refusal { try give("like", by: cy, message) } == .notFound)
        try delete(message, by: bo)
        #expect(refusal { try give("like", by: ada, message) } == .conflict(.deletedMessage))
        #expect(try !takeBack(by: ada, message))
    }
}
