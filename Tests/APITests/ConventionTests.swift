import API
import Chat
import JSON
import SQLite
import Testing

/// What holds on every route.
struct ConventionTests {
    @Test func `a path answers with and without its slash, and nothing is redirected`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        #expect(try alice.get("/api/users/me").body == alice.get("/api/users/me/").body)
        #expect(try alice.post("/api/auth/ticket").status == 201)
        #expect(try alice.get("/api/users/me//").status == 404)
    }

    @Test func `HEAD answers like GET, without the content`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let whole = try alice.get("/api/users/me/")
        let head = try alice.ask("HEAD", "/api/users/me/")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head["Content-Length"] == "\(whole.body.count)")
        #expect(head["ETag"] == whole["ETag"])
    }

    @Test func `OPTIONS says what a path takes`() throws {
        let node = try TestNode()
        let answer = try node.nobody().ask("OPTIONS", "/api/users/me/")
        #expect(answer.status == 204)
        #expect(answer["Allow"] == "GET, HEAD, PATCH, DELETE, OPTIONS")
        #expect(answer["Access-Control-Allow-Methods"] == nil)
        let wrong = try node.nobody().ask("PUT", "/api/auth/login/", "{}")
        #expect(wrong.status == 405)
        #expect(wrong["Allow"] == "POST, OPTIONS")
        #expect(wrong["Content-Type"] == "application/problem+json")
        #expect(try node.nobody().get("/nowhere").json["title"] == "Not Found")
    }

    @Test func `pages of allowed origins may read the answers`() throws {
        let node = try TestNode { $0.allowedOrigins = ["https://chat.example"] }
        let client = try node.nobody()
        for path in ["/emoji/", "/nowhere", "/api/users/me/"] {
            let answer = try client.get(path, ["Origin": "https://chat.example"])
            #expect(answer["Access-Control-Allow-Origin"] == "https://chat.example", "\(path)")
            #expect(answer["Vary"]?.contains("Origin") == true, "\(path)")
            #expect(answer["Access-Control-Expose-Headers"]?.contains("ETag") == true)
            let foreign = try client.get(path, ["Origin": "https://evil.example"])
            #expect(foreign["Access-Control-Allow-Origin"] == nil, "\(path)")
        }
        #expect(
            try client.get("/emoji/", ["Origin": "http://node.test"])["Access-Control-Allow-Origin"]
                == "http://node.test")
        let preflight = try client.ask(
            "OPTIONS", "/api/users/me/",
            fields: ["Origin": "https://chat.example", "Access-Control-Request-Method": "PATCH"])
        #expect(preflight.status == 204)
        #expect(preflight["Access-Control-Allow-Methods"]?.contains("PATCH") == true)
        #expect(preflight["Access-Control-Allow-Headers"]?.contains("Authorization") == true)
        #expect(preflight["Access-Control-Max-Age"] == "600")
    }

    @Test func `every answer protects who reads it`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        for answer in [try alice.get("/api/users/me/"), try alice.get("/nowhere"), try alice.get("/emoji/")] {
            #expect(answer["X-Content-Type-Options"] == "nosniff")
            #expect(answer["Referrer-Policy"] == "no-referrer")
        }
        #expect(try alice.get("/api/users/me/")["Cache-Control"] == "private, no-cache")
        #expect(try alice.get("/api/users/me/")["Vary"] == "Authorization")
        #expect(try alice.client.get("/api/users/me/")["Cache-Control"] == "private, no-cache")
    }

    @Test func `who has it already gets 304`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let tag = try #require(try alice.get("/api/users/me/")["ETag"])
        for condition in [tag, "*", "\"other\", \(tag)", "W/\(tag)"] {
            let answer = try alice.get("/api/users/me/", ["If-None-Match": condition])
            #expect(answer.status == 304, "\(condition)")
            #expect(answer["ETag"] == tag)
            #expect(answer.body.isEmpty)
        }
        #expect(try alice.get("/api/users/me/", ["If-None-Match": "\"other\""]).status == 200)
        _ = try alice.patch("/api/users/me/", #"{"email": "a@b.example"}"#)
        #expect(try alice.get("/api/users/me/", ["If-None-Match": tag]).status == 200)
    }

    @Test func `a change can name the state that it is made to`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let tag = try #require(try alice.get("/api/users/me/")["ETag"])
        let body = #"{"email": "a@b.example"}"#
        #expect(try alice.patch("/api/users/me/", body, ["If-Match": "\"other\""]).status == 412)
        #expect(try alice.patch("/api/users/me/", body, ["If-Match": "W/\(tag)"]).status == 412)
        #expect(try alice.patch("/api/users/me/", body, ["If-Match": tag]).status == 200)
        #expect(try alice.patch("/api/users/me/", body, ["If-Match": tag]).status == 412)
        #expect(try alice.patch("/api/users/me/", body, ["If-Match": "*"]).status == 200)
    }

    @Test(arguments: [
        ("text/html", 406), ("application/xml, text/*", 406), ("application/json;q=0", 406), ("*/*;q=0", 406),
        ("application/json", 200), ("*/*", 200), ("application/*", 200), ("text/html, */*;q=0.1", 200),
        ("nonsense", 200),
    ])
    func `what is accepted decides about a GET`(accept: String, status: Int) throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        #expect(try alice.get("/api/users/me/", ["Accept": accept]).status == status)
        #expect(try alice.patch("/api/users/me/", "{}", ["Accept": accept]).status == 200)
    }

    @Test(
        arguments: [
            ("limit=2", [1, 2], "offset=2", nil), ("limit=2&offset=2", [3, 4], "offset=4", "offset=0"),
            ("limit=2&offset=4", [5], nil, "offset=2"), ("limit=2&offset=9", [], nil, "offset=3"),
            ("limit=3&offset=1", [2, 3, 4], "offset=4", "offset=0"), ("limit=1000", [1, 2, 3, 4, 5], nil, nil),
        ] as [(String, [Int], String?, String?)])
    func `a page leads to its neighbours`(query: String, names: [Int], next: String?, previous: String?) throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        for number in 1...5 {
            _ = try alice.post("/api/notifications/devices/", #"{"endpoint": "https://a.example/\#(number)"}"#)
        }
        let page = try alice.get("/api/notifications/devices/?\(query)&more=1").json
        #expect(page["count"] == 5)
        #expect(page["results"].elements.map { $0["endpoint"] } == names.map { .string("https://a.example/\($0)") })
        let limit = query.split(separator: "&")[0]
        func link(_ offset: String?) -> JSONValue {
            offset.map { .string("http://node.test/api/notifications/devices/?more=1&\(limit)&\($0)") } ?? nil
        }
        #expect(page["next"] == link(next))
        #expect(page["previous"] == link(previous))
    }

    @Test(arguments: [
        "limit=0", "limit=-1", "limit=ten", "limit=1.5", "limit=", "offset=-1", "offset=%2B1", "limit=1&limit=2",
    ])
    func `a page that is none is refused`(query: String) throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let answer = try alice.get("/api/notifications/devices/?\(query)")
        #expect(answer.status == 400)
        #expect(answer.faults == [String(query.prefix { $0 != "=" })])
    }

    @Test func `too many requests wait, each kind for itself`() throws {
        let node = try TestNode {
            $0.rates.rates = [.read: Rate(burst: 2, each: 60_000), .public: Rate(burst: 1, each: 60_000)]
        }
        let alice = try node.user("alice")
        let bob = try node.user("bob")
        #expect(try alice.get("/api/users/me/").status == 200)
        #expect(try alice.get("/api/users/me/").status == 200)
        let refused = try alice.get("/api/users/me/")
        #expect(refused.status == 429)
        #expect(refused["Retry-After"].flatMap { Int($0) }.map { (1...60).contains($0) } == true)
        #expect(try bob.get("/api/users/me/").status == 200)
        #expect(try alice.patch("/api/users/me/", "{}").status == 200)
        #expect(try alice.get("/emoji/").status == 200)
        #expect(try bob.get("/emoji/").status == 429)
        for _ in 0..<3 { #expect(try alice.get("/healthz").status == 200) }
    }

    @Test func `a mistake of the node's is told to the log, not to the client`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        _ = try node.context.writer.performAlone { connection, _ in try connection.execute("DROP TABLE device") }
        let answer = try alice.get("/api/notifications/devices/")
        #expect(answer.status == 500)
        #expect(answer.json.keys == ["type", "title", "status", "detail", "instance"])
        #expect(!answer.text.contains("device"))
        let instance = try #require(answer.json["instance"].string)
        #expect(try node.logged().contains(instance))
    }
}
