import Foundation
import Testing
import Wires

/// What is decided on both sides of a cut at once: processes over sockets.
struct ConcurrencyTests {
    let organisations: Organisations
    let north: Organisation
    let south: Organisation
    let east: Organisation
    let room: String

    /// North is linked with south and with east, and each has Ada as an admin in the room.
    init() throws {
        organisations = try Organisations(3, .star)
        (north, south, east) = (organisations[0], organisations[1], organisations[2])
        room = try organisations.found()
        try organisations.agree(on: room)
    }

    private func members(_ node: Organisation) throws -> Set<String> {
        let members = try node.list("/api/messaging/members/?channel=\(room)")
        return Set(members.compactMap { ($0["user_detail"] as? Organisation.Object)?["uuid"] as? String })
    }

    @Test func `somebody is removed on one side of a cut while they are admitted and write on the other`() throws {
        // A colleague whom the removed admin brings in meanwhile, and who therefore is not in.
        let made = try east.run("user", "add", "bo", "--json")
        let bo = made.json(as: Organisation.Object.self)?["address"] as? String ?? ""
        organisations.set(.cut)
        try north.remove(east.uuid, from: room)
        try east.admit(bo, to: room, as: "member")
        let beside = try east.say("I know of nothing", in: room)
        let honest = try south.say("Neither do I", in: room)
        organisations.set(.fine)
        try organisations.agree(on: room, [0, 1])
        for node in [north, south] {
            #expect(try members(node) == [north.uuid, south.uuid])
            #expect(try node.isThere(honest) && !node.isThere(beside))
        }
        // Who was removed hears of it, and has the room no longer.
        #expect(try soon { try !east.has("/api/messaging/channels/\(room)/") })
        let later = try north.say("After you left", in: room)
        #expect(try soon { try south.isThere(later) })
        #expect(try !east.isThere(later))
    }

    @Test func `people of a node that this one has never spoken with are nobody's of ours`() throws {
        let seen = try south.list("/api/messaging/members/?channel=\(room)")
        let people = seen.compactMap { $0["user_detail"] as? Organisation.Object }
        let stranger = people.first { $0["uuid"] as? String == east.uuid }?["address"] as? String ?? ""
        let key = try east.run("key", "show", "--json").json(as: Organisation.Object.self)?["key"] as? String ?? ""
        #expect(stranger == "ada@\(key.prefix(16))")
        #expect(try south.get("/api/users/\(stranger)/")["uuid"] as? String == east.uuid)
    }

    @Test func `of two who would remove each other across a cut the junior one is refused, and goes`() throws {
        organisations.set(.cut)
        try south.remove(east.uuid, from: room)
        let refused = #expect(throws: Organisation.Refused.self) { try east.remove(south.uuid, from: room) }
        #expect(refused?.status == 409)
        organisations.set(.fine)
        try organisations.agree(on: room, [0, 1])
        #expect(try members(north) == [north.uuid, south.uuid])
        #expect(try soon { try !east.has("/api/messaging/channels/\(room)/") })
        try organisations.agree(on: room, [0, 1])
    }

    @Test func `a message that is changed and deleted on one side, and pinned and answered on the other, is gone`()
        throws
    {
        let message = try south.say("Not for ever", in: room)
        try organisations.agree(on: room)
        organisations.set(.cut)
        try south.edit(message, to: "Changed in the dark")
        try south.delete(message)
        try north.ask("POST", "/api/messaging/messages/\(message)/pin/")
        try north.react("like", to: message)
        try east.react("love", to: message)
        let answer: Organisation.Object = ["channel": room, "content": "I'd say", "reply_to": message]
        try east.ask("POST", "/api/messaging/messages/", answer)
        organisations.set(.fine)
        try organisations.agree(on: room)
        for node in organisations.all {
            let seen = try node.get("/api/messaging/messages/\(message)/")
            #expect(seen["is_deleted"] as? Bool == true && seen["content"] as? String == "")
            #expect(seen["is_pinned"] as? Bool == false)
            #expect((seen["reactions"] as? Organisation.Object)?.isEmpty == true)
        }
    }

    @Test func `what is set in a room on both sides at once has one outcome`() throws {
        organisations.set(.cut)
        for node in organisations.all {
            try node.ask("PATCH", "/api/messaging/channels/\(room)/", ["name": "As \(node.name) has it"])
        }
        try south.ask("PATCH", "/api/messaging/channels/\(room)/", ["is_archived": true])
        organisations.set(.fine)
        try organisations.agree(on: room)
        #expect(try north.get("/api/messaging/channels/\(room)/")["is_archived"] as? Bool == true)
    }
}
