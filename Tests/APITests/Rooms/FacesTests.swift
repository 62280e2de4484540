import JSON
import Testing

/// One model, five faces: what is made through one is there, the same to the byte, through every other.
struct FacesTests {
    @Test(arguments: [
        ("/api/messaging/channels/", #"{"name": "Garden", "details": "green", "participants": ["bob"]}"#),
        ("/chats/rooms/", #"{"name": "Garden", "details": "green"}"#),
        ("/api/messaging/conversations/create_with_participants/", #"{"participant_ids": ["bob"], "name": "Garden"}"#),
        ("/chatrooms/", #"{"name": "Garden", "participants_display_names": ["bob"]}"#),
    ])
    func `a room is the same through all faces`(_ path: String, _ body: String) throws {
        let world = try TestRoom(TestNode())
        let made = try world.alice.post(path, body)
        #expect(made.status == 201, "\(made.text)")
        let id = try #require(made.json["id"].integer)
        let uuid = try #require(made.json["uuid"].string)
        let location = try #require(made["Location"])
        #expect(try world.alice.get(location).json["id"] == .integer(id))
        let channel = try world.alice.get("/api/messaging/channels/\(id)/")
        #expect(channel.body == made.body)
        #expect(try world.alice.get("/api/messaging/channels/\(uuid)").body == made.body)
        for whole in ["/chats/rooms/\(id)/", "/api/messaging/conversations/\(uuid)/"] {
            let text = try world.alice.get(whole).text
            #expect(text.hasPrefix(made.text.dropLast()))
            #expect(text.hasSuffix(#","messages":[]}"#))
        }
        for list in ["/api/messaging/channels/", "/chats/rooms/", "/api/messaging/conversations/"] {
            let page = try world.alice.get(list)
            #expect(page.text == #"{"count":1,"next":null,"previous":null,"results":[\#(made.text)]}"#)
        }
        let array = try world.alice.get("/chatrooms/")
        #expect(array.text == "[\(made.text)]")
        #expect(array["Link"]?.contains(#"rel="first""#) == true)
    }

    @Test(arguments: [
        ("/api/messaging/messages/", #"{"channel": {room}, "content": "Hi"}"#),
        ("/api/messaging/messages/", #"{"conversation": "{room}", "room": {room}, "content": "Hi"}"#),
        ("/chats/messages/", #"{"chat": {room}, "content": "Hi", "school": 1, "sender": "alice"}"#),
        ("/api/messaging/conversations/{room}/send/", #"{"content": "Hi"}"#),
        ("/messages/{room}/", #"{"content": "Hi"}"#),
    ])
    func `a message is the same through all faces`(_ path: String, _ body: String) throws {
        let world = try TestRoom(TestNode())
        let room = try world.roomID()
        let made = try world.alice.post(
            path.replacing("{room}", with: "\(room)"), body.replacing("{room}", with: "\(room)"))
        #expect(made.status == 201, "\(made.text)")
        let id = try #require(made.json["id"].integer)
        for name in ["chat", "channel", "conversation", "room"] { #expect(made.json[name] == .integer(room)) }
        #expect(made.json["school"] == 1)
        for one in ["/api/messaging/messages/\(id)/", "/chats/messages/\(made.json["uuid"].string ?? "")/"] {
            #expect(try world.alice.get(one).body == made.body)
        }
        for list in [
            "/api/messaging/messages/", "/chats/messages/?chat=\(room)", "/api/messaging/channels/\(room)/messages/",
            "/api/messaging/conversations/\(room)/messages/",
        ] {
            let page = try world.alice.get(list)
            #expect(page.text == #"{"count":1,"next":null,"previous":null,"results":[\#(made.text)]}"#)
        }
        #expect(try world.alice.get("/messages/\(room)/").text == "[\(made.text)]")
    }

    @Test func `face chats answers its short routes shortly`() throws {
        let world = try TestRoom(TestNode())
        let room = try world.alice.post("/chats/rooms/create/", #"{"name": "Garden"}"#)
        #expect(room.status == 201)
        #expect(room.json.keys == ["id", "uuid", "name"])
        let id = try #require(room.json["id"].integer)
        let message = try world.alice.post(
            "/chats/messages/create/", #"{"chat_room_id": "\#(id)", "content": "Hi"}"#)
        #expect(message.status == 201)
        #expect(message.json.keys == ["id", "uuid", "chat_room_id", "content"])
        #expect(message.json["chat_room_id"] == .string("\(id)"))
        #expect(message.json["content"] == "Hi")
        let unnamed = try world.alice.post("/chats/rooms/create/", "{}")
        #expect(unnamed.status == 201)
        #expect(unnamed.json["name"] == "")
    }

    @Test func `all three kinds of body say the same`() throws {
        let world = try TestRoom(TestNode())
        let form = try world.alice.post(
            "/chats/rooms/", "name=Herbs&details=a+b&is_group=0&extra_data=%7B%22a%22%3A1%7D&client=7",
            ["Content-Type": "application/x-www-form-urlencoded"])
        #expect(form.status == 201, "\(form.text)")
        #expect(form.json["details"] == "a b")
        #expect(form.json["is_group"] == false)
        #expect(form.json["extra_data"]["a"] == 1)
        #expect(form.json["client"] == "7")
        let multipart = try world.alice.post(
            "/chats/rooms/",
            "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nHerbs\r\n--x--\r\n",
            ["Content-Type": "multipart/form-data; boundary=x"])
        #expect(multipart.status == 201, "\(multipart.text)")
        #expect(multipart.json["name"] == "Herbs")
        let json = try world.alice.post("/chats/rooms/", #"{"name": "Herbs", "client": 7, "property": null}"#)
        #expect(json.json["client"] == 7)
        #expect(json.json["property"] == nil)
    }
}
