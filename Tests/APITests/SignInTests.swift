import API
import Chat
import Testing

struct SignInTests {
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

        let me = try client.get("/api/users/me", ["Authorization": "Token \(token)"])
        #expect(me.status == 200)
        #expect(me.json["username"] == "alice")
        #expect(me.json["email"] == nil)

        #expect(try client.post("/api/auth/logout", nil, ["Authorization": "Bearer \(token)"]).status == 204)
        let gone = try client.get("/api/users/me", ["Authorization": "Bearer \(token)"])
        #expect(gone.status == 401)
        #expect(gone["WWW-Authenticate"] == #"Bearer realm="parley", error="invalid_token""#)
        #expect(gone.json["title"] == "Unauthorized")
    }
}
