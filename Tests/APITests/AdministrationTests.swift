import JSON
import Testing

struct AdministrationTests {
    @Test func `an administrator shuts somebody out and lets them in again`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        let bob = try node.user("bob")
        let path = "/api/admin/users/\(bob.number)/"
        #expect(try bob.get("/api/users/me/").status == 200)
        let shut = try admin.patch(path, #"{"is_active": false}"#)
        #expect(shut.status == 200)
        #expect(shut.json["is_active"] == false)
        #expect(try bob.get("/api/users/me/").status == 401)
        #expect(try admin.get("/api/admin/users/?is_active=false").json["count"] == 1)
        #expect(try admin.patch(path, #"{"is_active": true}"#).json["is_active"] == true)
        #expect(try bob.client.post("/api/auth/login/", #"{"username": "bob", "password": "password"}"#).status == 200)
    }

    @Test func `somebody is made an administrator at once, and the last one stays`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        let bob = try node.user("bob")
        #expect(try bob.get("/api/admin/users/").status == 403)
        let last = try admin.patch("/api/admin/users/admin/", #"{"is_admin": false}"#)
        #expect(last.status == 409)
        #expect(try admin.patch("/api/admin/users/bob/", #"{"is_admin": true}"#).status == 200)
        #expect(try bob.get("/api/admin/users/").status == 200)
        #expect(try admin.patch("/api/admin/users/admin/", #"{"is_admin": false}"#).status == 200)
        #expect(try admin.get("/api/admin/users/").status == 403)
    }

    @Test func `a reset password is told once and works`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        let bob = try node.user("bob")
        let reset = try admin.post("/api/admin/users/bob/reset_password/")
        #expect(reset.status == 200)
        let password = try #require(reset.json["password"].string)
        #expect(try bob.get("/api/users/me/").status == 401)
        let login = try bob.client.post("/api/auth/login/", #"{"username": "bob", "password": "\#(password)"}"#)
        #expect(login.status == 200)
        #expect(try admin.post("/api/admin/users/bob/reset_password/", #"{"password": "short"}"#).status == 400)
        #expect(try admin.post("/api/admin/users/nobody/reset_password/").status == 404)
    }

    @Test func `the audit tells what was done, the newest first`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        _ = try node.user("bob")
        _ = try admin.patch("/api/admin/users/bob/", #"{"is_active": false}"#)
        let audit = try admin.get("/api/admin/audit/").json
        #expect(audit["results"].elements.map { $0["action"] } == ["user.deactivate", "user.add", "user.add"])
        let entry = audit["results"][0]
        #expect(entry.keys == ["id", "at", "actor", "actor_detail", "action", "target", "address", "data"])
        #expect(entry["actor_detail"]["address"] == "admin@north.example")
        #expect(entry["target"] == "bob")
        #expect(audit["results"][1]["actor_detail"] == nil)
        #expect(try admin.get("/api/admin/audit/?actor=admin").json["count"] == 1)
        #expect(try admin.get("/api/admin/audit/?action=user.add").json["count"] == 2)
        #expect(try admin.get("/api/admin/audit/?actor=nobody").json["count"] == 0)
        #expect(try admin.get("/api/admin/audit/?until=2020-01-01T00:00:00Z").json["count"] == 0)
        #expect(try admin.get("/api/admin/audit/?since=yesterday").faults == ["since"])
        #expect(try admin.get("/api/admin/forks/").json["count"] == 0)
        #expect(try admin.get("/api/admin/forks/?limit=0").faults == ["limit"])
    }

    @Test func `statistics say how much there is`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        _ = try node.user("bob")
        let answer = try admin.get("/api/admin/statistics/")
        #expect(answer.status == 200)
        #expect(answer.json["users"] == .object([.init("local", 2), .init("active", 2), .init("remote", 0)]))
        #expect(answer.json["sockets"] == 3)
        #expect(answer.json["version"] == "1.0.0")
    }

    @Test func `peers are admitted, paused and let go`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        let key = String(repeating: "ab", count: 32)
        let added = try admin.post("/api/admin/peers/", #"{"key": "\#(key)", "name": "south"}"#)
        #expect(added.status == 201)
        #expect(added["Location"] == "/api/admin/peers/\(key)/")
        #expect(
            added.json.keys == [
                "id", "name", "url", "key", "state", "created_at", "last_contact_at", "last_error", "rooms", "behind",
                "to_fetch", "stored_bytes", "stored_bytes_max",
            ])
        #expect(try admin.post("/api/admin/peers/", #"{"key": "\#(key)"}"#).status == 200)
        #expect(try admin.post("/api/admin/peers/\(key)/pause/").json["state"] == "paused")
        #expect(try admin.post("/api/admin/peers/\(key)/accept/").status == 409)
        #expect(try admin.get("/api/admin/peers/").json["count"] == 1)
        #expect(try admin.delete("/api/admin/peers/\(key)/").status == 204)
        #expect(try admin.get("/api/admin/peers/\(key)/").status == 404)
        #expect(try admin.get("/api/admin/peers/xyz/").status == 404)
        #expect(try admin.post("/api/admin/peers/", "{}").faults == ["url"])
        #expect(try admin.post("/api/admin/peers/", #"{"key": "x"}"#).faults == ["key"])
        for name in ["", String(repeating: "n", count: 256)] {
            let answer = try admin.post("/api/admin/peers/", #"{"key": "\#(key)", "name": "\#(name)"}"#)
            #expect(answer.faults == ["name"])
        }
        let wrong = try admin.post("/api/admin/peers/", #"{"url": "https://south.example"}"#)
        #expect(wrong.status == 409)
        #expect(wrong.faults == ["url"])
    }
}
