import Chat
import Operations
import Replica
import RoomModel
import Store
import Testing

/// Rooms that two organisations share.
struct TwoNodesTests {
    let north: ChatNode
    let south: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber

    init() throws {
        north = try ChatNode(PlannedNode.all[0])
        south = try ChatNode(PlannedNode.all[1])
        (ada, bo) = (try north.add("ada"), try south.add("bo"))
    }

    /// A group of ada's in which bo is, on both nodes.
    private func share() throws -> (room: RoomID, atNorth: RoomNumber, atSouth: RoomNumber) {
        let atNorth = try north.found("Harbour", by: ada, with: [try north.number(of: bo, from: south)])
        let room = try north.room(atNorth).id
        try north.send(room, to: south)
        return (room, atNorth, try south.number(of: room))
    }

    @Test func `a direct room that both open at once is one room`() throws {
        let here = try north.openDirect(ada, try north.number(of: bo, from: south))
        let there = try south.openDirect(bo, try south.number(of: ada, from: north))
        #expect(here.isNew && there.isNew)
        let room = try north.room(here.room).id
        #expect(try south.room(there.room).id == room)
        try north.post("hello", in: here.room, by: ada)
        try south.post("hi", in: there.room, by: bo)
        try north.send(room, to: south)
        try south.send(room, to: north)
        #expect(try north.room(here.room).state == south.room(there.room).state)
        #expect(try north.told(ada) == [.directMessage])
        #expect(try south.told(bo) == [.directMessage])
    }

    @Test func `whoever is brought in from elsewhere is told of that, and not of what was said before`() throws {
        let atNorth = try north.found("Harbour", by: ada)
        try north.post("before @bo", in: atNorth, by: ada)
        let person = try north.number(of: bo, from: south)
        try north.command { _ = try Members.add(person, to: atNorth, on: north.by(ada), in: $0, $1) }
        let room = try north.room(atNorth).id
        _ = south.takeNews()
        try north.send(room, to: south)
        #expect(try south.told(bo) == [.roomInvite])
        let kinds = try #require(south.takeNews().last).events.map(\.entry.kind)
        #expect(kinds == [.roomCreated, .joined, .notification])
        let atSouth = try south.number(of: room)
        #expect(try south.read { try Readings.unreadCount(of: bo, in: atSouth, on: $0) } == 0)
        try north.post("after @bo@south", in: atNorth, by: ada)
        try north.send(room, to: south)
        #expect(try south.read { try Readings.unreadCount(of: bo, in: atSouth, on: $0) } == 1)
    }

    @Test func `people here are told of what people elsewhere do`() throws {
        let (room, atNorth, atSouth) = try share()
        try south.forgetNotifications(of: bo)
        let mine = try north.post("hello", in: atNorth, by: ada)
        try north.send(room, to: south)
        let there = try #require(try south.room(atSouth).number(ofMessage: north.message(mine).message.id))
        try south.command { _ = try Reactions.give("like", to: there, on: south.by(bo), in: $0, $1) }
        try south.post("hello yourself", in: atSouth, by: bo, replyingTo: there)
        try south.send(room, to: north)
        #expect(try north.told(ada) == [.reply, .reaction])
        try south.command { _ = try Members.leave(atSouth, on: south.by(bo), in: $0, $1) }
        _ = north.takeNews()
        try south.send(room, to: north)
        #expect(try #require(north.takeNews().last).events.map(\.entry.kind) == [.left])
    }

    @Test func `a handle alone is of the writer's own node, or the only one`() throws {
        let (room, atNorth, atSouth) = try share()
        let ours = try north.user(ada)
        let theirs = try south.user(bo)
        try north.command { transaction, _ in
            try NodeTable.setName("south.example", of: south.planned.id, in: transaction)
        }
        func mentions(_ text: String) throws -> [UserID] {
            try north.message(try north.post(text, in: atNorth, by: ada)).message.content?.mentions ?? []
        }
        #expect(try mentions("@bo, @ada") == [ours, theirs].sorted())
        #expect(try mentions("@bo@south.example.") == [theirs])
        #expect(try mentions("@bo@south.examples") == [])
        #expect(try mentions("@bo@north") == [])
        #expect(try mentions("mail bo@south.example, a@bo, 1@bo, é@bo") == [])
        #expect(try mentions("(@bo). @nobody @BO") == [theirs])
        #expect(try mentions("@bo-. @bo.") == [theirs])
        let second = try north.add("bo")
        try north.command { _ = try Members.add(second, to: atNorth, on: north.by(ada), in: $0, $1) }
        #expect(try mentions("@bo") == [north.user(second)])
        #expect(try mentions("@bo@south.example @bo@north") == [theirs, north.user(second)].sorted())
        try north.send(room, to: south)
        let said = try south.post("@ada", in: atSouth, by: bo)
        #expect(try south.message(said).message.content?.mentions == [ours])
    }

    @Test func `an organisation that did not found a room can't appoint in it`() throws {
        let (_, _, atSouth) = try share()
        let di = try south.add("di", isAdmin: true)
        #expect(
            refusal { try south.command { try Members.appoint(di, in: atSouth, on: south.by(di), in: $0, $1) } }
                == .conflict(.foundedElsewhere))
    }

    @Test func `what people here have read is told to other nodes, once`() throws {
        let (room, atNorth, atSouth) = try share()
        let said = try north.post("hello", in: atNorth, by: ada)
        try north.send(room, to: south)
        try south.command { _ = try Reading.markAll(in: atSouth, on: south.by(bo), in: $0, $1) }
        func step() throws -> Bool { try south.command { try Receipts.step(at: south.now, in: $0, $1) } }
        #expect(try step())
        let told = try south.room(atSouth).state
        #expect(try step())
        #expect(try south.room(atSouth).state == told)
        _ = north.takeNews()
        try south.send(room, to: north)
        #expect(try north.room(atNorth).state == told)
        let entries = try #require(north.takeNews().last).events.map(\.entry)
        #expect(entries.map(\.kind) == [.readReceipt])
        #expect(entries.first?.message == said)
        #expect(try entries.first?.person == north.number(of: bo, from: south))
        // Nothing new was read: another reading says the same.
        try south.command { _ = try Reading.markAll(in: atSouth, on: south.by(bo), in: $0, $1) }
        #expect(try step())
        #expect(try south.room(atSouth).state == told)
    }
}
