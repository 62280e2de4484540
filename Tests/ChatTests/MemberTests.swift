import Chat
import Operations
import Store
import Testing

struct MemberTests {
    let node: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber
    let cy: PersonNumber
    let room: RoomNumber

    init() throws {
        node = try ChatNode()
        (ada, bo, cy) = (try node.add("ada", isAdmin: true), try node.add("bo"), try node.add("cy"))
        room = try node.found("Harbour", by: ada, with: [bo])
    }

    private func add(_ person: PersonNumber, as role: Role = .member, by actor: PersonNumber) throws -> Bool {
        try node.command { try Members.add(person, to: room, as: role, on: node.by(actor), in: $0, $1) }
    }

    private func remove(_ person: PersonNumber, by actor: PersonNumber) throws {
        try node.command { try Members.remove(person, from: room, on: node.by(actor), in: $0, $1) }
    }

    private func leave(_ person: PersonNumber) throws {
        try node.command { try Members.leave(room, on: node.by(person), in: $0, $1) }
    }

    @discardableResult
    private func make(_ person: PersonNumber, _ role: Role, by actor: PersonNumber) throws -> Bool {
        try node.command { try Members.changeRole(of: person, in: room, to: role, on: node.by(actor), in: $0, $1) }
    }

    private func appoint(_ person: PersonNumber, by actor: PersonNumber) throws {
        try node.command { try Members.appoint(person, in: room, on: node.by(actor), in: $0, $1) }
    }

    @Test func `who is in already stays with the role that they have`() throws {
        #expect(try add(cy, by: ada))
        #expect(try !add(cy, as: .admin, by: ada))
        #expect(try node.place(of: cy, in: room) == .member)
        #expect(refusal { try add(cy, by: bo) } == .notAllowed)
        #expect(refusal { try add(PersonNumber(99), by: ada) } == .unknown(.user))
    }

    @Test func `who was removed is out at once, and somebody who isn't in can't be removed`() throws {
        try remove(bo, by: ada)
        #expect(refusal { try node.post("hello", in: room, by: bo) } == .notFound)
        #expect(refusal { try remove(bo, by: ada) } == .unknown(.user))
        #expect(refusal { try remove(ada, by: bo) } == .notFound)
        #expect(try add(bo, by: ada))
        try node.post("back", in: room, by: bo)
    }

    @Test func `the last admin can't leave others behind, nor step down`() throws {
        #expect(refusal { try leave(ada) } == .conflict(.lastAdmin))
        #expect(refusal { try remove(ada, by: ada) } == .conflict(.lastAdmin))
        #expect(refusal { try make(ada, .member, by: ada) } == .conflict(.lastAdmin))
        try make(bo, .admin, by: ada)
        try make(ada, .member, by: ada)
        #expect(try node.place(of: ada, in: room) == .member)
        try leave(ada)
        try leave(bo)
        #expect(try node.room(room).members.isEmpty)
    }

    @Test func `a later admin can neither demote nor remove an earlier one`() throws {
        try make(bo, .admin, by: ada)
        #expect(refusal { try make(ada, .member, by: bo) } == .conflict(.senior))
        #expect(refusal { try remove(ada, by: bo) } == .conflict(.senior))
        #expect(try node.place(of: ada, in: room) == .admin)
        // Nothing of it was said.
        #expect(try node.room(room).members.count == 2)
        try make(bo, .member, by: ada)
        #expect(try node.place(of: bo, in: room) == .member)
        #expect(try !make(bo, .member, by: ada))
        #expect(refusal { try make(cy, .admin, by: ada) } == .notFound)
        #expect(refusal { try make(bo, .admin, by: bo) } == .notAllowed)
    }

    @Test func `an administrator appoints where no admin is left, and nowhere else`() throws {
        #expect(refusal { try appoint(bo, by: ada) } == .conflict(.hasAdmin))
        #expect(refusal { try appoint(bo, by: bo) } == .notAllowed)
        try node.command { transaction, state in
            _ = try Accounts.setAdmin(true, cy, on: node.by(ada), in: transaction)
            _ = try Accounts.close(ada, erasing: false, state.accounts(at: node.now), on: node.by(ada), in: transaction)
        }
        #expect(try node.place(of: ada, in: room) == .outsider)
        #expect(refusal { try appoint(ada, by: cy) } == .conflict(.closedAccount, .user))
        try appoint(bo, by: cy)
        #expect(try node.place(of: bo, in: room) == .admin)
        #expect(try node.told(bo).first == .roleChanged)
        let direct = try node.openDirect(bo, cy).room
        #expect(
            refusal { try node.command { try Members.appoint(bo, in: direct, on: node.by(cy), in: $0, $1) } }
                == .conflict(.directRoom))
    }

    @Test func `a direct room has no members to be changed`() throws {
        let direct = try node.openDirect(ada, bo).room
        #expect(
            refusal { try node.command { try Members.add(cy, to: direct, on: node.by(ada), in: $0, $1) } }
                == .conflict(.directRoom))
        #expect(
            refusal { try node.command { try Members.leave(direct, on: node.by(ada), in: $0, $1) } }
                == .conflict(.directRoom))
        #expect(
            refusal { try node.command { try Members.remove(bo, from: direct, on: node.by(ada), in: $0, $1) } }
                == .conflict(.directRoom))
        #expect(
            refusal {
                try node.command {
                    try Members.changeRole(of: bo, in: direct, to: .admin, on: node.by(ada), in: $0, $1)
                }
            } == .conflict(.directRoom))
    }
}
