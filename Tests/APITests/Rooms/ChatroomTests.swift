import JSON
import Testing

/// People called by their names, and reactions (Spec/api/chatrooms.md).
struct ChatroomTests {
    private static func world() throws -> TestRoom {
        let world = try TestRoom(TestNode())
        for user in [world.bob, world.carol] {
            #expect(try user.patch("/api/users/me/", #"{"display_name": "Anna"}"#).status == 200)
        }
        #expect(try world.dave.patch("/api/users/me/", #"{"display_name": "David"}"#).status == 200)
        return world
    }

    @Test func `names mean one person, or are all named as faults`() throws {
        let world = try Self.world()
        let refused = try world.alice.post(
            "/chatrooms/", #"{"name": "X", "participants_display_names": ["David", "Bobb", "Anna"]}"#)
        #expect(refused.status == 400)
        #expect(
            refused.json["errors"]["participants_display_names"].elements == [
                "Nobody is called \"Bobb\".", "More than one person is called \"Anna\": use an address.",
            ])
        #expect(try world.alice.get("/chatrooms/").text == "[]")
        let made = try world.alice.post(
            "/chatrooms/",
            #"{"name": "X", "participants_display_names": ["David", "bob@north.example", "carol", "David"]}"#)
        #expect(made.status == 201, "\(made.text)")
        #expect(made.json["member_count"] == 4)
    }

    @Test func `people are added by their names, or nobody is`() throws {
        let world = try Self.world()
        let id = try #require(try world.alice.post("/chatrooms/", #"{"name": "X"}"#).json["id"].integer)
        let path = "/chatrooms/\(id)/add_user/"
        let refused = try world.alice.post(path, #"{"user_display_names": ["David", "Anna"]}"#)
        #expect(refused.status == 400)
        #expect(refused.faults == ["user_display_names"])
        #expect(try world.alice.post(path, #"{"user_display_names": []}"#).faults == ["user_display_names"])
        #expect(try world.alice.post(path, "{}").faults == ["user_display_names"])
        let added = try world.alice.post(path, #"{"user_display_names": ["David", "alice"]}"#)
        #expect(added.status == 200)
        #expect(added.json["participants"].elements.map { $0["display_name"] } == ["alice", "David"])
    }

    @Test func `a new reaction takes the place of the old one`() throws {
        let world = try TestRoom(TestNode())
        let message = try world.message("Hi", in: try world.roomID(), by: world.alice)
        let path = "/messages/\(message)/reaction/"
        let first = try world.bob.post(path, #"{"reaction": "like"}"#)
        #expect(first.status == 201)
        let second = try world.bob.post(path, #"{"reaction": "love"}"#)
        #expect(second.status == 200)
        #expect(second.json["id"] == first.json["id"])
        #expect(second.json["created_at"] == first.json["created_at"])
        #expect(second.json["reaction"] == "love")
        #expect(try world.bob.post(path, #"{"reaction": "love"}"#).body == second.body)
        #expect(try world.alice.post(path, #"{"reaction": "love"}"#).status == 201)
        #expect(try world.alice.get("/api/messaging/messages/\(message)/").json["reactions"]["love"] == 2)
        #expect(try world.alice.get(path).json.elements.map { $0["user_detail"]["display_name"] } == ["bob", "alice"])
        #expect(try world.alice.post(path, #"{"reaction": "shrug"}"#).faults == ["reaction"])
        #expect(try world.bob.delete(path).status == 204)
        #expect(try world.bob.delete(path).status == 404)
        #expect(try world.bob.post(path, #"{"reaction": "wow"}"#).status == 201)
    }
}
