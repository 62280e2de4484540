import API
import Chat
import EventLoop
import JSON
import SQLite
import Testing

struct SignInTests {
    private static func authorization(_ token: JSONValue) -> [String: String] {
        ["Authorization": "Bearer \(token.string ?? "")"]
    }

    @Test func `who registers is let in, and out again`() throws {
        let node = try TestNode { $0.registration = .open }
        _ = try node.user("admin", isAdmin: true)
        let client = try node.nobody()
        let answer = try client.post(
            "/api/auth/register/", #"{"username": "alice", "password": "correct horse", "display_name": "Alice"}"#)
        #expect(answer.status == 201)
        #expect(answer.json.keys == ["token", "expires_at", "user"])
        #expect(answer.json["user"]["display_name"] == "Alice")
        #expect(answer.json["user"]["address"] == "alice@north.example")

        let token = try #require(answer.json["token"].string)
        let me = try client.get("/api/users/me", ["Authorization": "token  \(token)"])
        #expect(me.status == 200)
        #expect(me.json["username"] == "alice")
        #expect(me.json["email"] == nil)

        #expect(try client.post("/api/auth/logout", nil, ["Authorization": "Bearer \(token)"]).status == 204)
        let gone = try client.get("/api/users/me", ["Authorization": "Bearer \(token)"])
        #expect(gone.status == 401)
        #expect(gone["WWW-Authenticate"] == #"Bearer realm="parley", error="invalid_token""#)
        #expect(gone["Content-Type"] == "application/problem+json")
        #expect(gone.json["title"] == "Unauthorized")
    }

    @Test func `the first account needs the set-up code, and is an administrator`() throws {
        let node = try TestNode()
        let code = try node.context.writer.perform { transaction, state in
            try Accounts.makeSetupCode(&state.random, at: .now(), in: transaction)
        }
        let client = try node.nobody()
        let without = try client.post("/api/auth/register/", #"{"username": "root", "password": "correct horse"}"#)
        #expect(without.status == 403)
        #expect(without.faults == ["invite"])
        let loud = try #require(code).uppercased()
        let answer = try client.post(
            "/api/auth/register/", #"{"username": "root", "password": "correct horse", "invite": "\#(loud)"}"#)
        #expect(answer.status == 201)
        #expect(answer.json["user"]["is_admin"] == true)
    }

    @Test func `an invite lets in as many as it says`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        let invite = try admin.post("/api/auth/invites/")
        #expect(invite.status == 201)
        #expect(invite.json["uses"] == 1)
        let code = try #require(invite.json["invite"].string)
        let client = try node.nobody()
        let taken = try client.post(
            "/api/auth/register/", #"{"username": "admin", "password": "correct horse", "invite": "\#(code)"}"#)
        #expect(taken.status == 409)
        #expect(taken.faults == ["username"])
        func register(_ name: String) throws -> Int {
            try client.post(
                "/api/auth/register/", #"{"username": "\#(name)", "password": "correct horse", "invite": "\#(code)"}"#
            ).status
        }
        #expect(try register("alice") == 201)
        #expect(try register("bob") == 403)
    }

    @Test func `nobody registers at a closed node`() throws {
        let node = try TestNode { $0.registration = .closed }
        _ = try node.user("admin", isAdmin: true)
        let answer = try node.nobody().post("/api/auth/register/", #"{"username": "a", "password": "correct horse"}"#)
        #expect(answer.status == 403)
    }

    @Test func `an unknown name and a wrong password get the same answer`() throws {
        let node = try TestNode()
        _ = try node.user("alice")
        let client = try node.nobody()
        let wrong = try client.post("/api/auth/login/", #"{"username": "alice", "password": "wrong horse"}"#)
        let unknown = try client.post("/api/auth/login/", #"{"username": "nobody", "password": "wrong horse"}"#)
        let long = String(repeating: "x", count: 2_000)
        let tooLong = try client.post("/api/auth/login/", #"{"username": "alice", "password": "\#(long)"}"#)
        #expect([wrong.status, unknown.status, tooLong.status] == [401, 401, 401])
        #expect(wrong.body == unknown.body)
        #expect(wrong.body == tooLong.body)
        #expect(wrong["WWW-Authenticate"] == #"Bearer realm="parley""#)
        let right = try client.post("/api/auth/login/", #"{"username": "alice", "password": "password"}"#)
        #expect(right.status == 200)
        #expect(right["Cache-Control"] == "no-store")
    }

    @Test func `wrong passwords are counted, right ones are not`() throws {
        let node = try TestNode {
            $0.rates = .none
            var rates = AccountLimits.Rates()
            rates.loginPerAccount = Rate(burst: 2, each: 60_000)
            $0.rates.accounts = rates
        }
        let alice = try node.user("alice")
        func login(_ password: String) throws -> TestAnswer {
            try alice.client.post("/api/auth/login/", #"{"username": "alice", "password": "\#(password)"}"#)
        }
        for _ in 0..<4 { #expect(try login("password").status == 200) }
        #expect(try login("wrong horse").status == 401)
        let wrong = try alice.post(
            "/api/auth/password/", #"{"old_password": "wrong horse", "new_password": "correct horse"}"#)
        #expect(wrong.status == 403)
        #expect(wrong.faults == ["old_password"])
        let refused = try login("password")
        #expect(refused.status == 429)
        let wait = try #require(refused["Retry-After"].flatMap { Int($0) })
        #expect((1...60).contains(wait))
    }

    @Test func `a new password ends the other sessions`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let other = try alice.client.post("/api/auth/login/", #"{"username": "alice", "password": "password"}"#)
        let token = try alice.post("/api/auth/tokens/", #"{"name": "bot"}"#)
        #expect(try alice.get("/api/auth/sessions/").json["count"] == 2)
        let answer = try alice.post(
            "/api/auth/password/", #"{"old_password": "password", "new_password": "correct horse"}"#)
        #expect(answer.status == 204)
        #expect(try alice.client.get("/api/users/me", Self.authorization(other.json["token"])).status == 401)
        #expect(try alice.client.get("/api/users/me", Self.authorization(token.json["token"])).status == 200)
        #expect(try alice.get("/api/users/me").status == 200)
        let short = try alice.post(
            "/api/auth/password/", #"{"old_password": "correct horse", "new_password": "short"}"#)
        #expect(short.status == 400)
        #expect(short.faults == ["new_password"])
    }

    @Test func `a session is listed, and ends for good`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let other = try alice.client.ask(
            "POST", "/api/auth/login/", #"{"username": "alice", "password": "password"}"#,
            fields: ["User-Agent": "Other/1"])
        let sessions = try alice.get("/api/auth/sessions/").json
        #expect(
            sessions["results"][0].keys
                == ["id", "created_at", "last_used_at", "expires_at", "address", "user_agent", "is_current"])
        #expect(sessions["results"].elements.map { $0["user_agent"] } == ["Other/1", "test"])
        #expect(sessions["results"].elements.map { $0["is_current"] } == [false, true])
        #expect(sessions["results"][0]["address"] == "127.0.0.1")
        let id = try #require(sessions["results"][0]["id"].integer)
        #expect(try alice.delete("/api/auth/sessions/\(id)/").status == 204)
        #expect(try alice.delete("/api/auth/sessions/\(id)/").status == 404)
        #expect(try alice.client.get("/api/users/me", Self.authorization(other.json["token"])).status == 401)
    }

    @Test func `a token does what its scopes say`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let made = try alice.post("/api/auth/tokens/", #"{"name": "reader", "scopes": ["read"], "expires_in": 3600}"#)
        #expect(made.status == 201)
        #expect(made.json.keys == ["id", "name", "scopes", "created_at", "last_used_at", "expires_at", "token"])
        #expect(made["Location"] == "/api/auth/tokens/\(made.json["id"].integer ?? 0)/")
        let reader = Self.authorization(made.json["token"])
        #expect(try alice.client.get("/api/users/me", reader).status == 200)
        #expect(try alice.client.ask("PATCH", "/api/users/me", "{}", fields: reader).status == 403)
        #expect(try alice.post("/api/auth/tokens/", #"{"name": "reader"}"#).status == 409)
        #expect(try alice.post("/api/auth/tokens/", #"{"name": "admin", "scopes": ["admin"]}"#).status == 403)
        let faults = try alice.post("/api/auth/tokens/", #"{"name": 5, "scopes": ["fly"], "expires_in": "x"}"#)
        #expect(faults.status == 400)
        #expect(faults.faults == ["name", "scopes", "expires_in"])
        let bounds = try alice.post("/api/auth/tokens/", #"{"name": "", "scopes": [], "expires_in": 5}"#)
        #expect(bounds.faults == ["name", "scopes", "expires_in"])
        let listed = try alice.get("/api/auth/tokens/").json
        #expect(listed["results"][0]["name"] == "reader")
        #expect(!listed["results"][0].keys.contains("token"))
        let id = try #require(made.json["id"].integer)
        #expect(try alice.delete("/api/auth/tokens/\(id)/").status == 204)
        #expect(try alice.client.get("/api/users/me", reader).status == 401)
    }

    @Test func `an administrator's token has no more rights than its scopes`() throws {
        let node = try TestNode()
        let admin = try node.user("admin", isAdmin: true)
        let made = try admin.post("/api/auth/tokens/", #"{"name": "bot"}"#)
        let bot = Self.authorization(made.json["token"])
        #expect(try admin.client.get("/api/admin/users/", bot).status == 403)
        #expect(try admin.client.get("/api/notifications/notifications/?all=true", bot).status == 403)
        #expect(try admin.get("/api/notifications/notifications/?all=true").status == 200)
    }

    @Test func `a ticket is short, and nothing where it isn't taken`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let made = try alice.post("/api/auth/ticket/")
        #expect(made.status == 201)
        #expect(made.json.keys == ["ticket", "expires_at"])
        let ticket = try #require(made.json["ticket"].string)
        #expect(try alice.client.get("/api/users/me?ticket=\(ticket)").status == 401)
    }

    @Test(arguments: ["Basic YTpi", "Bearer", "Bearer wrong", "Bearer \(String(repeating: "x", count: 100))"])
    func `what is no token lets nobody in`(field: String) throws {
        let node = try TestNode()
        let answer = try node.nobody().get("/api/users/me", ["Authorization": field])
        #expect(answer.status == 401)
        #expect(answer["WWW-Authenticate"]?.contains("invalid_token") == true)
        // Where nobody need say who they are, nobody looks.
        #expect(try node.nobody().get("/emoji/", ["Authorization": field]).status == 200)
    }
}
