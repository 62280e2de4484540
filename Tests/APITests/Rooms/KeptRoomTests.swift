import API
import JSON
import SQLite
import Store
import Testing

/// Rooms are kept in memory as they were shown: nobody must notice.
struct KeptRoomTests {
    private let world: TestRoom
    private let room: Int64

    init() throws {
        world = try TestRoom(TestNode())
        room = try world.roomID()
    }

    /// What a list would say that has never been asked for before.
    private func fresh(_ user: TestUser) throws -> String {
        try Reader(world.node.context.databasePath).read { connection in
            var shapes = ShapeWriter(JSONWriter(), for: PersonNumber(user.number), base: "http://node.test")
            shapes.json.beginArray()
            try RoomList.page(
                of: PersonNumber(user.number), RoomFilter(), ListWindow(limit: 50), on: connection, &shapes)
            shapes.json.endArray()
            return String(decoding: shapes.finish(), as: UTF8.self)
        }
    }

    private func check(_ what: String) throws {
        for user in [world.alice, world.bob, world.carol, world.alice] {
            let list = try user.get("/api/messaging/channels/").text
            #expect(list.hasSuffix(#""results":\#(try fresh(user))}"#), "\(what), to \(user.name)")
        }
    }

    @Test func `a list of rooms shows them as they are, whatever happens`() throws {
        let (alice, bob, carol) = (world.alice, world.bob, world.carol)
        func path(_ message: Int64) -> String { "/api/messaging/messages/\(message)/" }
        func ask(_ user: TestUser, _ method: String, _ path: String, _ json: String? = nil) throws {
            let answer =
                switch method {
                case "POST": try user.post(path, json)
                case "PATCH": try user.patch(path, json ?? "")
                default: try user.delete(path)
                }
            #expect(answer.status < 300, "\(method) \(path): \(answer.text)")
            try check("\(method) \(path) \(json ?? "")")
        }
        try check("nothing")
        let other = try world.roomID("Other")
        try check("another room")
        let first = try world.message("first", in: room, by: alice)
        try check("a message")
        try ask(bob, "POST", "\(path(first))mark_read/")
        let last = try world.message("second", in: room, by: bob)
        try check("another message")
        try ask(alice, "POST", "\(path(last))mark_read/")
        try ask(alice, "PATCH", path(first), #"{"content": "changed"}"#)
        try ask(bob, "PATCH", path(last), #"{"content": "changed, too"}"#)
        try ask(alice, "POST", "/messages/\(last)/reaction/", #"{"reaction": "like"}"#)
        try ask(alice, "POST", "/messages/\(last)/reaction/", #"{"reaction": "love"}"#)
        try ask(alice, "DELETE", "/messages/\(last)/reaction/")
        try ask(alice, "POST", "\(path(last))pin/")
        try ask(alice, "DELETE", "\(path(last))pin/")
        try ask(bob, "DELETE", path(last))
        try ask(bob, "POST", "/api/messaging/channels/\(room)/mark_as_read/")
        try ask(alice, "POST", "/api/messaging/channels/\(room)/mark_as_read/")
        try ask(alice, "PATCH", "/api/messaging/channels/\(room)/", #"{"name": "Herbs", "is_archived": true}"#)
        try ask(alice, "PATCH", "/api/messaging/channels/\(room)/", #"{"is_archived": false, "extra_data": {"a": 1}}"#)
        try ask(alice, "POST", "/api/messaging/channels/\(room)/add_member/", #"{"user": "carol"}"#)
        let member = try world.member(bob, in: room)
        try ask(bob, "POST", "/api/messaging/members/\(member)/toggle_mute/")
        try ask(alice, "POST", "/api/messaging/members/\(member)/change_role/", #"{"role": "admin"}"#)
        try ask(carol, "PATCH", "/api/users/me/", #"{"display_name": "Caroline"}"#)
        try ask(
            carol, "POST", "/api/messaging/messages/",
            #"{"channel": \#(room), "content": "third", "reply_to": \#(first)}"#)
        try ask(alice, "DELETE", path(first))
        try ask(bob, "POST", "/api/messaging/messages/", #"{"channel": \#(other), "content": "there"}"#)
        try ask(alice, "POST", "/api/messaging/channels/\(room)/remove_member/", #"{"user": "bob"}"#)
        try ask(alice, "DELETE", "/api/messaging/channels/\(other)/")
    }

    @Test func `pages of any size make up the whole list`() throws {
        var rooms = [room]
        for number in 1...9 { rooms.append(try world.roomID("Room \(number)")) }
        for room in [rooms[2], rooms[7], rooms[0]] { _ = try world.message("one", in: room, by: world.bob) }
        for room in [rooms[7], rooms[9], rooms[4]] {
            #expect(try world.alice.delete("/api/messaging/channels/\(room)/").status == 204)
        }
        let path = "/api/messaging/channels/?limit="
        let whole = try world.bob.get("\(path)50").json
        #expect(whole["count"].integer == 7)
        #expect(whole["results"].elements.map(\.["id"].integer).prefix(2) == [rooms[0], rooms[2]])
        for limit in 1...8 {
            var pages: [JSONValue] = []
            for offset in stride(from: 0, to: 10, by: limit) {
                let page = try world.bob.get("\(path)\(limit)&offset=\(offset)").json
                #expect(page["count"].integer == 7)
                pages += page["results"].elements
            }
            #expect(pages == whole["results"].elements, "\(limit) at a time")
        }
    }
}
