import Chat
import Operations
import Replica
import Store
import Testing

struct RoomUseCaseTests {
    @Test func `whoever founds a group is its admin, and those who are named are members`() throws {
        let node = try ChatNode()
        let (ada, bo, cy) = (try node.add("ada"), try node.add("bo"), try node.add("cy"))
        let room = try node.found("Harbour", by: ada, with: [bo, bo, ada])
        #expect(try node.place(of: ada, in: room) == .admin)
        #expect(try node.place(of: bo, in: room) == .member)
        #expect(try node.place(of: cy, in: room) == .outsider)
        #expect(try node.room(room).fields.name == "Harbour")
        #expect(try node.room(room).fields.school == "north")
        #expect(node.takeNews().last?.events.isEmpty == false)
    }

    @Test func `where somebody is unknown or gone nothing is made`() throws {
        let node = try ChatNode()
        let (ada, bo) = (try node.add("ada"), try node.add("bo"))
        _ = node.takeNews()
        #expect(refusal { try node.found("x", by: ada, with: [bo, PersonNumber(99)]) } == .unknown(.participants))
        try node.command { transaction, state in
            _ = try Accounts.close(
                bo, erasing: false, state.accounts(at: node.now), on: node.by(bo), in: transaction)
        }
        #expect(
            refusal { try node.found("x", by: ada, with: [bo]) } == .conflict(.closedAccount, .participants))
        #expect(refusal { try node.openDirect(ada, bo) } == .conflict(.closedAccount, .user))
        #expect(refusal { try node.openDirect(ada, PersonNumber(99)) } == .unknown(.user))
        #expect(try node.read { try MembershipTable.rooms(of: ada, on: $0) }.isEmpty)
    }

    @Test func `what others would not take is refused, all of it at once`() throws {
        let node = try ChatNode()
        let ada = try node.add("ada")
        var draft = GroupDraft(name: String(repeating: "é", count: 256))
        draft.details = String(repeating: "x", count: 16_385)
        draft.type = "direct"
        draft.client = .text("a\0")
        let fault = refusal {
            try node.command { try Rooms.found(draft, on: node.by(ada), in: $0, $1) }
        }
        guard case .invalid(let faults)? = fault else {
            Issue.record("not refused as invalid")
            return
        }
        #expect(faults.map(\.field) == [.name, .details, .type, .client])
    }

    @Test func `a change says only what is to be other than it is`() throws {
        let node = try ChatNode()
        let (ada, bo) = (try node.add("ada"), try node.add("bo"))
        let room = try node.found("Harbour", by: ada, with: [bo])
        var change = GroupChange()
        change.name = "Harbour"
        change.details = ""
        #expect(try !node.command { try Rooms.change(room, change, on: node.by(ada), in: $0, $1) })
        change.details = "Boats"
        change.client = .to(.integer(7))
        change.isArchived = true
        #expect(try node.command { try Rooms.change(room, change, on: node.by(ada), in: $0, $1) })
        let fields = try node.room(room).fields
        #expect(fields.details == "Boats" && fields.client == .integer(7) && fields.isArchived)
        #expect(fields.writers[.name] != fields.writers[.details])
        for person in [bo, try node.add("cy")] {
            let expected: ChatFault = person == bo ? .notAllowed : .notFound
            #expect(
                refusal { try node.command { try Rooms.change(room, change, on: node.by(person), in: $0, $1) } }
                    == expected)
        }
    }

    @Test func `a deleted room is there for nobody`() throws {
        let node = try ChatNode()
        let (ada, bo) = (try node.add("ada"), try node.add("bo"))
        let room = try node.found("Harbour", by: ada, with: [bo])
        let message = try node.post("hello", in: room, by: bo)
        #expect(refusal { try node.command { try Rooms.delete(room, on: node.by(bo), in: $0, $1) } } == .notAllowed)
        try node.command { try Rooms.delete(room, on: node.by(ada), in: $0, $1) }
        #expect(refusal { try node.post("there?", in: room, by: ada) } == .notFound)
        #expect(refusal { try node.command { try Rooms.delete(room, on: node.by(ada), in: $0, $1) } } == .notFound)
        #expect(
            refusal { try node.command { try Reactions.give("like", to: message, on: node.by(ada), in: $0, $1) } }
                == .notFound)
    }

    @Test func `there is one direct room for a pair, whoever asks, and one for notes`() throws {
        let node = try ChatNode()
        let (ada, bo) = (try node.add("ada"), try node.add("bo"))
        let opened = try node.openDirect(ada, bo)
        #expect(opened.isNew)
        let again = try node.openDirect(bo, ada)
        #expect(again.room == opened.room && !again.isNew)
        let notes = try node.openDirect(ada, ada)
        #expect(notes.isNew && notes.room != opened.room)
        try node.post("to myself", in: notes.room, by: ada)
        try node.post("hello", in: opened.room, by: bo)
        #expect(refusal { try node.post("hello", in: notes.room, by: bo) } == .notFound)
        var change = GroupChange()
        change.isArchived = true
        #expect(try node.command { try Rooms.change(opened.room, change, on: node.by(bo), in: $0, $1) })
        change.name = "Us"
        #expect(
            refusal { try node.command { try Rooms.change(opened.room, change, on: node.by(bo), in: $0, $1) } }
                == .conflict(.directRoom))
    }
}
