import API
import Chat
import JSON
import Testing

struct PeopleTests {
    @Test func `a person is named by id, uuid and address`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let bob = try node.user("bob")
        let shown = try alice.get("/api/users/\(bob.number)/")
        #expect(shown.status == 200)
        #expect(
            shown.json.keys == [
                "id", "uuid", "username", "address", "display_name", "avatar", "is_admin", "is_local", "is_active",
                "last_activity", "presence",
            ])
        let uuid = try #require(shown.json["uuid"].string)
        for name in [uuid, uuid.uppercased(), "bob", "bob@north.example", "bob%40north.example"] {
            #expect(try alice.get("/api/users/\(name)").body == shown.body)
        }
        for name in ["0", "99999", "carol", "bob@south.example", "BOB", "bob@", "99999999999999999999"] {
            #expect(try alice.get("/api/users/\(name)/").status == 404, "\(name)")
        }
    }

    @Test func `people are found by the beginnings of their words`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let elodie = try node.user("elodie")
        _ = try elodie.patch("/api/users/me/", #"{"display_name": "Élodie Ünal"}"#)
        _ = try node.user("zoe")
        func found(_ search: String) throws -> [JSONValue] {
            try alice.get("/api/users/?search=\(search)").json["results"].elements.map { $0["username"] }
        }
        #expect(try found("elo") == ["elodie"])
        #expect(try found("UNA") == ["elodie"])
        #expect(try found("una+elod") == ["elodie"])
        #expect(try found("north") == ["alice", "zoe", "elodie"])
        #expect(try found("lodie") == [])
        #expect(try found("") == ["alice", "zoe", "elodie"])
        #expect(try alice.get("/api/users/?search=a&search=b").status == 400)
    }

    @Test func `a profile changes as far as it is said`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let changed = try alice.patch(
            "/api/users/me/", #"{"display_name": "Alice A.", "email": "alice@example.org", "share_presence": false}"#)
        #expect(changed.status == 200)
        #expect(changed.json["display_name"] == "Alice A.")
        #expect(changed.json["email"] == "alice@example.org")
        #expect(changed.json["share_presence"] == false)
        let same = try alice.patch("/api/users/me/", "{}")
        #expect(same.json["email"] == "alice@example.org")
        #expect(try alice.patch("/api/users/me/", "{}").body == same.body)
        let cleared = try alice.patch("/api/users/me/", #"{"display_name": "", "email": null}"#)
        #expect(cleared.json["display_name"] == "alice")
        #expect(cleared.json["email"] == nil)
        for (body, faults) in [
            (#"{"email": "nobody"}"#, ["email"]), (#"{"email": 5, "display_name": null}"#, ["display_name", "email"]),
            (#"{"share_presence": "yes"}"#, ["share_presence"]),
        ] {
            let answer = try alice.patch("/api/users/me/", body)
            #expect(answer.status == 400)
            #expect(answer.faults == faults)
        }
    }

    @Test func `who changes something was active, for those who may know`() throws {
        let node = try TestNode()
        let (alice, bob, carol) = (try node.user("alice"), try node.user("bob"), try node.user("carol"))
        _ = try alice.get("/api/messaging/channels/")
        #expect(try alice.get("/api/users/me/").json["last_activity"] == nil)
        let seen = ["If-Match": try #require(try alice.get("/api/users/me/")["ETag"])]
        #expect(try alice.patch("/api/users/me/", #"{"display_name": "Alice"}"#, seen).status == 200)
        #expect(try bob.post("/api/messaging/channels/", "{}").status == 400)
        #expect(try bob.get("/api/users/me/").json["last_activity"] == nil)
        #expect(
            try alice.post("/api/messaging/channels/", #"{"name": "Herbs", "participants": ["bob"]}"#).status == 201)
        let own = try alice.get("/api/users/me/")
        #expect(own.json["last_activity"].string != nil)
        #expect(own.json["presence"] == "offline")
        #expect(try bob.get("/api/users/alice/").json["last_activity"] == own.json["last_activity"])
        #expect(try carol.get("/api/users/alice/").json["last_activity"] == nil)
        #expect(try alice.patch("/api/users/me/", #"{"share_presence": false}"#).status == 200)
        #expect(try bob.get("/api/users/alice/").json["last_activity"] == nil)
    }

    @Test func `a closed account is in no list, and its name is nobody else's`() throws {
        let node = try TestNode { $0.registration = .open }
        let admin = try node.user("admin", isAdmin: true)
        let bob = try node.user("bob")
        #expect(try admin.delete("/api/users/me/").status == 409)
        let closed = try bob.ask("DELETE", "/api/users/me/", #"{"erase": false}"#)
        #expect(closed.status == 204)
        #expect(try bob.get("/api/users/me/").status == 401)
        #expect(try admin.get("/api/users/").json["results"].elements.map { $0["username"] } == ["admin"])
        let shown = try admin.get("/api/users/\(bob.number)/")
        #expect(shown.json["is_active"] == false)
        let again = try admin.client.post("/api/auth/register/", #"{"username": "bob", "password": "correct horse"}"#)
        #expect(again.status == 409)
        let login = try admin.client.post("/api/auth/login/", #"{"username": "bob", "password": "password"}"#)
        #expect(login.status == 401)
    }
}
