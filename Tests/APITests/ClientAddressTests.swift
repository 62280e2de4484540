import API
import Configuration
import Testing

/// Whose address is written down and counted.
struct ClientAddressTests {
    private func address(_ forwarded: String, trusting proxies: [String]) throws -> String? {
        let node = try TestNode { $0.trustedProxies = proxies.compactMap { NetworkRange($0) } }
        let alice = try node.user("alice")
        let login = try alice.client.ask(
            "POST", "/api/auth/login/", #"{"username": "alice", "password": "password"}"#,
            fields: ["X-Forwarded-For": forwarded])
        #expect(login.status == 200)
        return try alice.get("/api/auth/sessions/").json["results"].elements.lazy
            .first { $0["is_current"] == false }?["address"].string
    }

    @Test func `nobody is believed who isn't a proxy of ours`() throws {
        #expect(try address("192.0.2.7", trusting: []) == "127.0.0.1")
        #expect(try address("192.0.2.7", trusting: ["10.0.0.0/8"]) == "127.0.0.1")
    }

    @Test func `the last address that is no proxy's is the client's`() throws {
        #expect(try address("192.0.2.7", trusting: ["127.0.0.0/8"]) == "192.0.2.7")
        #expect(try address("203.0.113.1, 192.0.2.7, 10.0.0.1", trusting: ["127.0.0.1", "10.0.0.0/8"]) == "192.0.2.7")
        #expect(try address("192.0.2.7, 2001:db8::1", trusting: ["127.0.0.1"]) == "2001:db8::1")
        #expect(try address("nonsense", trusting: ["127.0.0.1"]) == "127.0.0.1")
    }
}
