import API
import Bytes
import JSON
import Testing

/// Answers have exactly the members that openapi.json names.
struct RoomShapeTests {
    private static func schema(_ name: String) throws -> JSONValue {
        let bytes = [UInt8](APIDocument.json.buffer)
        var reader = JSONReader(bytes.span, depthMax: 64)
        return try reader.value(itemsMax: 1_000_000)["components"]["schemas"][name]
    }

    private static func check(_ value: JSONValue, _ name: String) throws {
        let schema = try schema(name)
        let keys = Set(value.keys)
        #expect(keys.count == value.keys.count, "no member twice in \(name)")
        #expect(keys.subtracting(schema["properties"].keys).sorted() == [], "\(name) has more than it should")
        #expect(
            Set(schema["required"].elements.compactMap(\.string)).subtracting(keys).sorted() == [], "\(name) lacks some"
        )
    }

    @Test func `rooms, members, messages, receipts and reactions`() throws {
        let world = try TestRoom(TestNode())
        let room = try world.room()
        let id = try #require(room["id"].integer)
        try Self.check(room, "Room")
        #expect(room["last_message"] == nil)
        let first = try world.message("Hello @bob", in: id, by: world.alice)
        let answer = try world.bob.post(
            "/api/messaging/messages/",
            #"{"channel": \#(id), "content": "Yes", "reply_to": \#(first), "extra_data": {"a": [1, 2.50, null]}}"#)
        #expect(answer.status == 201)
        try Self.check(answer.json, "Message")
        #expect(answer.json["reply_to"] == .integer(first))
        #expect(answer["Location"] == "/api/messaging/messages/\(answer.json["id"].integer ?? 0)/")
        #expect(answer.text.contains(#""extra_data":{"a":[1,2.5,null]}"#))

        #expect(try world.bob.post("/messages/\(first)/reaction/", #"{"reaction": "like"}"#).status == 201)
        let reactions = try world.alice.get("/messages/\(first)/reaction/")
        try Self.check(reactions.json[0], "Reaction")
        let receipt = try world.bob.post("/api/messaging/messages/\(first)/mark_read/")
        try Self.check(receipt.json, "ReadReceipt")
        let message = try world.alice.get("/api/messaging/messages/\(first)/").json
        try Self.check(message, "Message")
        #expect(message["reactions"]["like"] == 1)
        #expect(message["mentions"][0]["address"] == "bob@north.example")
        try Self.check(message["mentions"][0], "UserDetail")
        #expect(message["read_by_count"] == 1)
        #expect(message["is_read"] == true)

        let own = try world.bob.get("/api/messaging/members/\(try world.member(world.bob, in: id))/").json
        try Self.check(own, "Member")
        #expect(own["is_muted"] == false)
        let other = try world.alice.get("/api/messaging/members/\(try world.member(world.bob, in: id))/").json
        try Self.check(other, "Member")
        #expect(other["unread_count"] == nil)
        #expect(!other.keys.contains("is_muted"))

        let shown = try world.alice.get("/chats/rooms/\(id)/").json
        try Self.check(shown, "RoomWithMessages")
        try Self.check(shown["last_message"], "Message")
        #expect(shown["messages"].elements.map { $0["content"] } == ["Hello @bob", "Yes"])
        try Self.check(try world.alice.get("/api/messaging/messages/\(first)/delivery/").json, "Delivery")
        try Self.check(try world.bob.get("/api/messaging/messages/\(first)/why/").json, "Why")
        let sync = try world.alice.get("/api/messaging/channels/\(id)/sync/").json
        try Self.check(sync, "Sync")
        #expect(sync["digest"].string?.utf8.count == 64)
    }

    @Test func `a deleted message keeps its row and nothing of what it said`() throws {
        let world = try TestRoom(TestNode())
        let room = try world.roomID()
        let answer = try world.alice.post(
            "/api/messaging/messages/",
            #"{"room": \#(room), "content": "@bob secret", "message_type": "code", "extra_data": {"a": 1}}"#)
        let id = try #require(answer.json["id"].integer)
        #expect(try world.bob.post("/messages/\(id)/reaction/", #"{"reaction": "wow"}"#).status == 201)
        #expect(try world.alice.post("/api/messaging/messages/\(id)/pin/").json["is_pinned"] == true)
        #expect(try world.alice.delete("/api/messaging/messages/\(id)/").status == 204)
        #expect(try world.alice.delete("/api/messaging/messages/\(id)/").status == 204)
        let shown = try world.bob.get("/api/messaging/messages/\(id)/")
        #expect(shown.status == 200)
        try Self.check(shown.json, "Message")
        #expect(shown.json["is_deleted"] == true)
        #expect(shown.json["content"] == "")
        #expect(shown.json["message_type"] == "text")
        #expect(shown.json["is_pinned"] == false)
        #expect(shown.json["edited_at"] == nil)
        #expect(shown.text.contains(#""attachments":[],"mentions":[],"reactions":{}"#))
        #expect(shown.text.contains(#""extra_data":{}"#))
        #expect(!shown.text.contains("secret"))
        #expect(try world.bob.get("/messages/\(id)/reaction/").text == "[]")
        #expect(try world.bob.post("/messages/\(id)/reaction/", #"{"reaction": "wow"}"#).status == 409)
        #expect(try world.alice.patch("/api/messaging/messages/\(id)/", #"{"content": "x"}"#).status == 409)
    }
}
