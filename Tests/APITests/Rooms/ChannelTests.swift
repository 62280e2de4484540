import JSON
import Testing

/// Channels and who is in them (Spec/api/channels.md, sections 1 and 2).
struct ChannelTests {
    @Test func `a channel is changed field by field`() throws {
        let world = try TestRoom(TestNode())
        let room = try world.room()
        let path = "/api/messaging/channels/\(room["id"].integer ?? 0)/"
        let changed = try world.alice.patch(
            path, #"{"description": "Green", "client": "c-1", "extra_data": {"b": 1.50, "a": {"x": []}}}"#)
        #expect(changed.status == 200)
        #expect(changed.json["name"] == "Gardening")
        #expect(changed.json["details"] == "Green")
        #expect(changed.json["client"] == "c-1")
        #expect(changed.text.contains(#""extra_data":{"a":{"x":[]},"b":1.5}"#))
        let same = try world.alice.patch(path, "{}")
        #expect(same.body == changed.body)
        let archived = try world.alice.put(path, #"{"name": "Herbs", "is_archived": true, "type": "direct"}"#)
        #expect(archived.status == 200)
        #expect(archived.json["is_active"] == false)
        #expect(archived.json["type"] == "group")
        #expect(try world.bob.get("/api/messaging/conversations/?archived=true").json["count"] == 1)
        #expect(try world.bob.get("/api/messaging/conversations/?archived=false").json["count"] == 0)
    }

    @Test func `rooms are found by a part of what they say`() throws {
        let world = try TestRoom(TestNode())
        _ = try world.room("Éclairs")
        _ = try world.alice.post(
            "/api/messaging/channels/", #"{"name": "Paint", "details": "Blue", "type": "agent_agent"}"#)
        func count(_ query: String) throws -> JSONValue { try world.alice.get("/chats/rooms/?\(query)").json["count"] }
        #expect(try count("") == 2)
        #expect(try count("name=%C3%89CL") == 1)
        #expect(try count("details=blu") == 1)
        #expect(try count("type=agent_agent") == 1)
        #expect(try count("type=direct") == 0)
        #expect(try count("school=NORTH") == 2)
        #expect(try count("name=&details=") == 2)
        #expect(try world.alice.get("/chats/rooms/?type=circle").faults == ["type"])
        #expect(try world.alice.get("/chats/rooms/?archived=maybe").faults == ["archived"])
    }

    @Test func `there is one direct room for two`() throws {
        let world = try TestRoom(TestNode())
        #expect(try world.alice.ask("HEAD", "/api/messaging/channels/direct/?user_id=bob").status == 404)
        let made = try world.alice.get("/api/messaging/channels/direct/?user_id=bob")
        #expect(made.status == 201)
        #expect(made.json["type"] == "direct")
        #expect(made.json["name"] == "")
        #expect(made.json["is_group"] == false)
        let again = try world.bob.get("/api/messaging/channels/direct/?user_id=\(world.alice.number)")
        #expect(again.status == 200)
        #expect(again.json["id"] == made.json["id"])
        #expect(try world.bob.ask("HEAD", "/api/messaging/channels/direct/?user_id=alice").status == 200)
        let conversation = try world.alice.post(
            "/api/messaging/conversations/create_with_participants/",
            #"{"participants": ["bob"], "type": "direct", "message": "Hello"}"#)
        #expect(conversation.status == 200)
        #expect(conversation.json["id"] == made.json["id"])
        #expect(conversation.json["last_message"]["content"] == "Hello")
        #expect(conversation.json["member_count"] == 2)
        let notes = try world.alice.get("/api/messaging/channels/direct/?user_id=alice")
        #expect(notes.status == 201)
        #expect(notes.json["member_count"] == 1)
        #expect(try world.alice.get("/api/messaging/channels/direct/").faults == ["user_id"])
        let unknown = try world.alice.get("/api/messaging/channels/direct/?user_id=zoe")
        #expect(unknown.status == 404)
        #expect(unknown.faults == ["user_id"])
    }

    @Test(arguments: [
        ("POST", "/api/messaging/channels/{id}/leave/", nil), ("DELETE", "/api/messaging/channels/{id}/", nil),
        ("PATCH", "/api/messaging/channels/{id}/", #"{"name": "x"}"#),
        ("POST", "/api/messaging/channels/{id}/add_member/", #"{"user": "carol"}"#),
        ("POST", "/api/messaging/channels/{id}/remove_member/", #"{"user": "bob"}"#),
        ("POST", "/chatrooms/{id}/add_user/", #"{"user_display_names": ["carol"]}"#),
        ("DELETE", "/chats/rooms/{id}/", nil), ("PATCH", "/chats/rooms/{id}/", #"{"details": "x"}"#),
    ])
    func `a direct room can't be changed like others`(_ method: String, _ path: String, _ body: String?) throws {
        let world = try TestRoom(TestNode())
        let id = try #require(
            try world.alice.get("/api/messaging/channels/direct/?user_id=bob").json["id"].integer)
        let answer = try world.alice.ask(method, path.replacing("{id}", with: "\(id)"), body)
        #expect(answer.status == 409, "\(answer.text)")
        #expect(try world.bob.patch("/chats/rooms/\(id)/", #"{"is_archived": true}"#).status == 200)
    }

    @Test func `members come, change, and go`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        let path = "/api/messaging/channels/\(id)"
        let added = try world.alice.post("\(path)/add_member/", #"{"user_id": "carol@north.example", "role": "admin"}"#)
        #expect(added.status == 201)
        #expect(added.json["role"] == "admin")
        #expect(added["Location"] == "/api/messaging/members/\(added.json["id"].integer ?? 0)/")
        let again = try world.alice.post("\(path)/add_member/", #"{"user": \#(world.carol.number), "role": "member"}"#)
        #expect(again.status == 200)
        #expect(again.json["role"] == "admin")
        let page = try world.bob.get("/api/messaging/members/?channel=\(id)")
        #expect(page.json["count"] == 3)
        #expect(page.json["results"].elements.map { $0["user_detail"]["display_name"] } == ["alice", "bob", "carol"])
        #expect(try world.bob.get("/api/messaging/members/?role=admin").json["count"] == 2)
        #expect(try world.carol.get("/api/messaging/members/?user=bob&limit=1").json["count"] == 1)
        // Who came later can't demote who was there before.
        let alice = try world.member(world.alice, in: id)
        let demotion = try world.carol.post("/api/messaging/members/\(alice)/change_role/", #"{"role": "member"}"#)
        #expect(demotion.status == 409)
        let bob = try world.member(world.bob, in: id)
        let changed = try world.alice.post("/api/messaging/members/\(bob)/change_role/", #"{"role": "admin"}"#)
        #expect(changed.json["role"] == "admin")
        #expect(try world.bob.post("/api/messaging/members/\(bob)/toggle_mute/").json["is_muted"] == true)
        #expect(try world.bob.post("/api/messaging/members/\(bob)/toggle_mute/").json["is_muted"] == false)
        #expect(try world.alice.post("\(path)/remove_member/", #"{"user": "bob"}"#).status == 204)
        #expect(try world.bob.get("\(path)/").status == 404)
        #expect(try world.alice.get("/api/messaging/members/\(bob)/").status == 404)
        let gone = try world.alice.post("\(path)/remove_member/", #"{"user_id": "bob"}"#)
        #expect(gone.status == 404)
        #expect(gone.faults == ["user_id"])
        #expect(try world.carol.post("\(path)/remove_member/", #"{"user": "carol"}"#).status == 204)
        #expect(try world.alice.post("\(path)/leave/").status == 204)
        #expect(try world.alice.get("/api/messaging/channels/").json["count"] == 0)
    }

    @Test func `the last admin stays while others are there`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        #expect(try world.alice.post("/api/messaging/channels/\(id)/leave/").status == 409)
        let alice = try world.member(world.alice, in: id)
        let demotion = try world.alice.post("/api/messaging/members/\(alice)/change_role/", #"{"role": "member"}"#)
        #expect(demotion.status == 409)
    }

    @Test func `pins are listed, the newest message first`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        let first = try world.message("one", in: id, by: world.bob)
        let second = try world.message("two", in: id, by: world.bob)
        for message in [second, first] {
            #expect(try world.alice.post("/api/messaging/messages/\(message)/pin/").status == 200)
        }
        let pins = try world.bob.get("/api/messaging/channels/\(id)/pins/").json
        #expect(pins["count"] == 2)
        #expect(pins["results"].elements.map { $0["content"] } == ["two", "one"])
        #expect(try world.alice.delete("/api/messaging/messages/\(first)/pin/").status == 204)
        #expect(try world.alice.delete("/api/messaging/messages/\(first)/pin/").status == 204)
        #expect(try world.bob.get("/api/messaging/channels/\(id)/pins/").json["count"] == 1)
    }

    @Test func `a deleted room is gone for everybody`() throws {
        let world = try TestRoom(TestNode())
        let id = try world.roomID()
        let message = try world.message("one", in: id, by: world.bob)
        let last = try world.alice.patch("/chats/rooms/\(id)/", #"{"is_deleted": true, "name": "ignored"}"#)
        #expect(last.status == 200)
        #expect(last.json["is_deleted"] == true)
        #expect(last.json["name"] == "Gardening")
        for path in ["/api/messaging/channels/\(id)/", "/api/messaging/messages/\(message)/", "/messages/\(id)/"] {
            #expect(try world.bob.get(path).status == 404, "\(path)")
        }
        #expect(try world.bob.get("/api/messaging/channels/").json["count"] == 0)
        #expect(try world.bob.get("/api/messaging/messages/").json["count"] == 0)
        #expect(try world.bob.get("/api/messaging/members/").json["count"] == 0)
    }
}
