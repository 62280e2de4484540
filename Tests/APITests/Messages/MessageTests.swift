import JSON
import Testing

/// Sending, editing, reading (Spec/api/channels.md, section 3), and what is refused.
struct MessageTests {
    @Test func `an edit is told, and a change of nothing is none`() throws {
        let world = try TestRoom(TestNode())
        let message = try world.message("Hi", in: try world.roomID(), by: world.alice)
        let path = "/api/messaging/messages/\(message)/"
        let before = try world.alice.get(path)
        let same = try world.alice.put(path, #"{"content": "Hi"}"#)
        #expect(same.body == before.body)
        let edited = try world.alice.patch(path, #"{"content": "Hi @bob", "message_type": "code"}"#)
        #expect(edited.status == 200)
        #expect(edited.json["is_edited"] == true)
        #expect(edited.json["edited_at"] == edited.json["last_update"])
        #expect(edited.json["message_type"] == "code")
        #expect(edited.json["mentions"].elements.count == 1)
        #expect(try world.bob.get(path).json["content"] == "Hi @bob")
    }

    /// Of a message that says nothing but its text the answer is made of what was just written, of others it is read.
    @Test func `what was posted is answered as it is shown ever after`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        let first = try world.message("first", in: id, by: world.bob)
        let bodies = [
            #""content": "one""#, #""content": "two\n\"\u20ac\" \ud83d\ude00 <b>""#,
            #""content": "three", "message_type": "code""#,
            #""content": "four", "extra_data": {"a": [1, null, {"b": "c"}]}"#, #""content": "five @bob""#,
            #""content": "six", "reply_to": \#(first)"#, #""content": "seven", "client_id": "x7""#,
            #""content": "eight @nobody""#,
        ]
        for (number, body) in bodies.enumerated() {
            // By whatever face.
            let json = number.isMultiple(of: 2) ? #"{"channel": \#(id), \#(body)}"# : #"{"chat": \#(id), \#(body)}"#
            let path = number.isMultiple(of: 2) ? "/api/messaging/messages/" : "/chats/messages/"
            for _ in 0..<2 {
                let made = try world.alice.post(path, json)
                #expect(made.status == 201, "\(body): \(made.text)")
                let shown = try world.alice.get("/api/messaging/messages/\(try #require(made.json["id"].integer))/")
                #expect(shown.body == made.body, "\(body)")
            }
        }
        #expect(try world.alice.patch("/api/users/me/", #"{"display_name": "Alix"}"#).status == 200)
        let renamed = try world.alice.post("/api/messaging/messages/", #"{"channel": \#(id), "content": "nine"}"#)
        #expect(renamed.json["sender_detail"]["display_name"] == "Alix")
    }

    @Test func `a message is read alone, a room as a whole`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        let first = try world.message("one", in: id, by: world.alice)
        let second = try world.message("two", in: id, by: world.alice)
        func unread() throws -> JSONValue { try world.bob.get("/api/messaging/channels/\(id)/").json["unread_count"] }
        #expect(try unread() == 2)
        let receipt = try world.bob.post("/api/messaging/messages/\(second)/mark_read/")
        #expect(receipt.status == 200)
        #expect(receipt.json["user"] == .integer(world.bob.number))
        #expect(try world.bob.post("/api/messaging/messages/\(second)/mark_read/").body == receipt.body)
        #expect(try unread() == 1)
        #expect(try world.bob.get("/api/messaging/messages/\(first)/").json["is_read"] == false)
        let number = try #require(receipt.json["id"].integer)
        #expect(try world.alice.get("/api/messaging/read-receipts/\(number)/").body == receipt.body)
        let marked = try world.bob.post("/api/messaging/messages/mark_channel_read/", #"{"chat": \#(id)}"#)
        #expect(marked.text == #"{"marked":1,"unread_count":0}"#)
        let receipts = try world.alice.get("/api/messaging/read-receipts/?channel=\(id)").json
        #expect(receipts["count"] == 2)
        #expect(receipts["results"].elements.map { $0["message"] } == [.integer(second), .integer(first)])
        #expect(try world.alice.get("/api/messaging/read-receipts/?user=alice").json["count"] == 0)
        let own = try world.alice.post("/api/messaging/messages/\(first)/mark_read/")
        #expect(own.status == 200)
        let created = try world.alice.get("/api/messaging/messages/\(first)/").json["created_at"]
        #expect(own.json["read_at"] == created)
    }

    @Test func `a retry makes nothing`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        let body = #"{"channel": \#(id), "content": "once"}"#
        let key = ["Idempotency-Key": "k-1"]
        let first = try world.alice.post("/api/messaging/messages/", body, key)
        #expect(first.status == 201)
        #expect(first["Idempotency-Replayed"] == nil)
        let again = try world.alice.post("/api/messaging/messages/", body, key)
        #expect(again.status == 201)
        #expect(again.body == first.body)
        #expect(again["Idempotency-Replayed"] == "true")
        let other = try world.alice.post("/api/messaging/messages/", #"{"channel": \#(id), "content": "other"}"#, key)
        #expect(other.status == 409)
        #expect(try world.bob.post("/api/messaging/messages/", body, key).json["id"] != first.json["id"])

        let named = #"{"content": "twice", "client_id": "c-1"}"#
        let sent = try world.alice.post("/messages/\(id)/", named)
        #expect(sent.status == 201)
        let resent = try world.alice.post("/messages/\(id)/", named)
        #expect(resent.body == sent.body)
        #expect(resent["Idempotency-Replayed"] == "true")
        #expect(try world.alice.get("/api/messaging/messages/").json["count"] == 3)

        let room = ["Idempotency-Key": "k-2"]
        let made = try world.alice.post("/api/messaging/channels/", #"{"name": "A"}"#, room)
        #expect(try world.alice.post("/api/messaging/channels/", #"{"name": "A"}"#, room).body == made.body)
        let added = try world.alice.post("/api/messaging/channels/\(id)/add_member/", #"{"user": "carol"}"#, room)
        #expect(added.status == 409)
    }

    @Test func `who changes something may say what they have seen`() throws {
        let world = try TestRoom(TestNode())
        let message = try world.message("Hi", in: try world.roomID(), by: world.alice)
        let path = "/api/messaging/messages/\(message)/"
        let shown = try world.alice.get(path)
        let tag = try #require(shown["ETag"])
        #expect(try world.alice.get(path, ["If-None-Match": tag]).status == 304)
        let edited = try world.alice.patch(path, #"{"content": "Ho"}"#, ["If-Match": tag])
        #expect(edited.status == 200)
        #expect(edited["ETag"] != tag)
        #expect(try world.alice.patch(path, #"{"content": "Hu"}"#, ["If-Match": tag]).status == 412)
        #expect(try world.alice.delete(path, ["If-Match": tag]).status == 412)
        #expect(try world.alice.delete(path, ["If-Match": edited["ETag"] ?? ""]).status == 204)
    }

    @Test func `one's own message can be deleted from outside`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        let message = try world.message("Hi", in: id, by: world.bob)
        #expect(try world.bob.post("/api/messaging/channels/\(id)/leave/").status == 204)
        #expect(try world.bob.get("/api/messaging/messages/\(message)/").status == 404)
        #expect(try world.bob.delete("/api/messaging/messages/\(message)/").status == 204)
        #expect(try world.alice.get("/api/messaging/messages/\(message)/").json["is_deleted"] == true)
    }

    /// What is wrong with a request, by the one who may send it: its status, and the fields that are said to be at fault.
    @Test(arguments: [
        ("POST /api/messaging/messages/", #"{"content": "x"}"#, 400, ["channel"]),
        ("POST /api/messaging/messages/", #"{"channel": {room}}"#, 400, ["content"]),
        ("POST /api/messaging/messages/", #"{"channel": {room}, "content": ""}"#, 400, ["content"]),
        ("POST /api/messaging/messages/", #"{"channel": {room}, "content": 5}"#, 400, ["content"]),
        ("POST /api/messaging/messages/", #"{"channel": {room}, "content": null}"#, 400, ["content"]),
        ("POST /api/messaging/messages/", #"{"channel": 999999, "content": "x"}"#, 404, ["channel"]),
        ("POST /api/messaging/messages/", #"{"chat": "x y", "content": "x"}"#, 400, ["chat"]),
        ("POST /api/messaging/messages/", #"{"channel": {room}, "room": {other}, "content": "x"}"#, 400, ["channel"]),
        (
            "POST /api/messaging/messages/",
            #"{"channel": {room}, "content": "x", "message_type": "y"}"#, 400, ["message_type"]
        ),
        (
            "POST /api/messaging/messages/",
            #"{"channel": {room}, "content": "x", "reply_to": 999999}"#, 404, ["reply_to"]
        ),
        (
            "POST /api/messaging/messages/",
            #"{"channel": {room}, "content": "x", "reply_to": {elsewhere}}"#, 400, ["reply_to"]
        ),
        (
            "POST /api/messaging/messages/",
            #"{"channel": {room}, "content": "x", "attachments": [7]}"#, 404, ["attachments"]
        ),
        (
            "POST /api/messaging/messages/",
            #"{"channel": {room}, "content": "x", "extra_data": []}"#, 400, ["extra_data"]
        ),
        (
            "POST /api/messaging/messages/",
            #"{"channel": {room}, "content": "x", "extra_data": {"a": 1e999}}"#, 400, ["extra_data"]
        ),
        (
            "POST /api/messaging/messages/",
            #"{"channel": {room}, "content": "x", "client_id": "a b"}"#, 400, ["client_id"]
        ),
        (
            "POST /api/messaging/messages/",
            #"{"channel": {room}, "content": 1, "reply_to": "?"}"#, 400, ["content", "reply_to"]
        ),
        ("POST /api/messaging/messages/", #"{"channel"#, 400, []),
        ("POST /api/messaging/messages/", "[]", 400, []),
        ("PUT /api/messaging/messages/{message}/", "{}", 400, ["content"]),
        ("PATCH /api/messaging/messages/{message}/", #"{"content": ""}"#, 400, ["content"]),
        ("POST /chats/messages/", #"{"chat": {room}, "content": "x", "sender": "bob"}"#, 400, ["sender"]),
        ("POST /chats/messages/", #"{"chat": {room}, "content": "x", "school": 2}"#, 400, ["school"]),
        ("POST /chats/messages/", #"{"chat": {room}, "content": "x", "is_deleted": true}"#, 400, ["is_deleted"]),
        ("POST /chats/messages/create/", #"{"content": "x"}"#, 400, ["chat_room_id"]),
        ("POST /chats/messages/create/", #"{"chat_room_id": "{room}", "content": ""}"#, 400, ["content"]),
        ("PUT /chats/messages/{message}/", #"{"content": "x"}"#, 400, ["chat"]),
        ("PATCH /chats/messages/{message}/", #"{"chat": {other}}"#, 409, ["chat"]),
        ("PATCH /chats/messages/{message}/", #"{"chat": 999999}"#, 404, ["chat"]),
        ("POST /api/messaging/channels/", "{}", 400, ["name"]),
        ("POST /api/messaging/channels/", #"{"name": ""}"#, 400, ["name"]),
        ("POST /api/messaging/channels/", #"{"name": "x", "type": "direct"}"#, 400, ["type"]),
        ("POST /api/messaging/channels/", #"{"name": "x", "details": "a", "description": "b"}"#, 400, ["description"]),
        ("POST /api/messaging/channels/", #"{"name": "x", "participants": ["zoe"]}"#, 404, ["participants"]),
        ("POST /api/messaging/channels/", #"{"name": "x", "participants": "bob"}"#, 400, ["participants"]),
        ("POST /api/messaging/channels/", #"{"name": "x", "client": true}"#, 400, ["client"]),
        ("PUT /api/messaging/channels/{room}/", "{}", 400, ["name"]),
        ("POST /api/messaging/channels/{room}/add_member/", "{}", 400, ["user_id"]),
        ("POST /api/messaging/channels/{room}/add_member/", #"{"user": "zoe"}"#, 404, ["user"]),
        ("POST /api/messaging/channels/{room}/add_member/", #"{"user": "carol", "role": "king"}"#, 400, ["role"]),
        ("POST /api/messaging/channels/{room}/remove_member/", #"{"user": "carol"}"#, 404, ["user"]),
        ("POST /api/messaging/messages/mark_channel_read/", "{}", 400, ["channel"]),
        ("POST /chats/rooms/create/", #"{"name": ""}"#, 400, ["name"]),
        ("POST /chats/rooms/", #"{"is_deleted": true}"#, 400, ["is_deleted"]),
        (
            "POST /api/messaging/conversations/create_with_participants/",
            #"{"type": "direct"}"#, 400, ["participant_ids"]
        ),
        (
            "POST /api/messaging/conversations/create_with_participants/",
            #"{"type": "direct", "participants": ["bob", "carol"]}"#, 400, ["participants"]
        ),
        (
            "POST /api/messaging/conversations/create_with_participants/",
            #"{"type": "direct", "participants": ["bob"], "name": "x"}"#, 400, ["name"]
        ),
        (
            "POST /api/messaging/conversations/create_with_participants/",
            #"{"participants": ["zoe"]}"#, 404, ["participants"]
        ),
        ("POST /api/messaging/conversations/create_with_participants/", #"{"message": ""}"#, 400, ["message"]),
        ("POST /chatrooms/", "{}", 400, ["name"]),
    ])
    func `what is wrong is said, all of it at once`(
        _ request: String, _ body: String, _ status: Int, _ faults: [String]
    ) throws {
        let world = try TestRoom(TestNode())
        let room = try world.roomID()
        let other = try world.roomID("Other")
        let names = [
            "{room}": room, "{other}": other, "{message}": try world.message("mine", in: room, by: world.alice),
            "{elsewhere}": try world.message("elsewhere", in: other, by: world.alice),
        ]
        func filled(_ text: some StringProtocol) -> String {
            names.reduce(String(text)) { $0.replacing($1.key, with: "\($1.value)") }
        }
        let parts = request.split(separator: " ")
        let answer = try world.alice.ask(String(parts[0]), filled(parts[1]), filled(body))
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.faults == faults, "\(answer.text)")
        #expect(answer["Content-Type"] == "application/problem+json")
    }

    @Test func `text is kept exactly, and what no text may hold is refused`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        let text = #"  e\u0301 \"\\ \n\t 👩‍👩‍👧 \u2028 "#
        let answer = try world.alice.post("/messages/\(id)/", #"{"content": "\#(text)"}"#)
        #expect(answer.status == 201)
        #expect(answer.json["content"] == .string("  e\u{301} \"\\ \n\t 👩‍👩‍👧 \u{2028} "))
        for bad in [#"\u0000"#, #"\ud800"#] {
            #expect(try world.alice.post("/messages/\(id)/", #"{"content": "\#(bad)"}"#).faults == ["content"])
        }
        let large = String(repeating: "x", count: 49_153)
        #expect(try world.alice.post("/messages/\(id)/", #"{"content": "\#(large)"}"#).faults == ["content"])
        let type = try world.alice.post("/messages/\(id)/", "content", ["Content-Type": "text/plain"])
        #expect(type.status == 415)
    }
}
