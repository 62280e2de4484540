import JSON
import Testing

struct IdempotencyTests {
    private static let path = "/api/notifications/notifications/"
    private static let key = ["Idempotency-Key": "k-1"]

    @Test func `a request that comes again makes nothing, and gets what was made`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let first = try alice.post(Self.path, #"{"title": "Once"}"#, Self.key)
        #expect(first.status == 201)
        #expect(first["Idempotency-Replayed"] == nil)
        _ = try alice.patch("\(Self.path)\(first.json["id"].integer ?? 0)/", #"{"title": "Changed"}"#)
        let second = try alice.post(Self.path, #"{"title": "Once"}"#, Self.key)
        #expect(second.status == 201)
        #expect(second["Idempotency-Replayed"] == "true")
        #expect(second.json["id"] == first.json["id"])
        #expect(second.json["title"] == "Changed")
        #expect(try alice.get(Self.path).json["count"] == 1)
        // Of one person.
        let bob = try node.user("bob")
        #expect(try bob.post(Self.path, #"{"title": "Once"}"#, Self.key)["Idempotency-Replayed"] == nil)
    }

    @Test func `a key is for one request`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        #expect(try alice.post(Self.path, #"{"title": "Once"}"#, Self.key).status == 201)
        #expect(try alice.post(Self.path, #"{"title": "Twice"}"#, Self.key).status == 409)
        #expect(try alice.post("/api/notifications/preferences/", #"{"title": "Once"}"#, Self.key).status == 409)
        // Before anything is said of the body.
        #expect(try alice.post(Self.path, #"{"title": 5}"#, Self.key).status == 409)
    }

    @Test func `a refused request may be mended under its key`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        #expect(try alice.post(Self.path, "{}", Self.key).status == 400)
        #expect(try alice.post(Self.path, #"{"title": "Once"}"#, Self.key).status == 201)
    }

    @Test func `what is gone is not shown again, and not made again`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let made = try alice.post(Self.path, #"{"title": "Once"}"#, Self.key)
        #expect(try alice.delete("\(Self.path)\(made.json["id"].integer ?? 0)/").status == 204)
        #expect(try alice.post(Self.path, #"{"title": "Once"}"#, Self.key).status == 404)
        #expect(try alice.get(Self.path).json["count"] == 0)
    }

    @Test func `the first status comes back`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let body = #"{"endpoint": "https://push.example/1"}"#
        let path = "/api/notifications/devices/"
        #expect(try alice.post(path, body).status == 201)
        #expect(try alice.post(path, body, Self.key).status == 200)
        let again = try alice.post(path, body, Self.key)
        #expect(again.status == 200)
        #expect(again["Idempotency-Replayed"] == "true")
    }

    @Test func `a multipart form is the same whatever its boundary`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        func send(_ boundary: String) throws -> TestAnswer {
            try alice.ask(
                "POST", Self.path,
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nOnce\r\n--\(boundary)--\r\n",
                fields: Self.key.merging(["Content-Type": "multipart/form-data; boundary=\(boundary)"]) { $1 })
        }
        let first = try send("one")
        let second = try send("two")
        #expect(second["Idempotency-Replayed"] == "true")
        #expect(second.json["id"] == first.json["id"])
    }

    @Test(arguments: ["with blank", String(repeating: "x", count: 256), "grün"])
    func `a key is 1 to 255 visible characters`(key: String) throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let answer = try alice.post(Self.path, #"{"title": "Once"}"#, ["Idempotency-Key": key])
        #expect(answer.status == 400)
        #expect(answer.faults == ["Idempotency-Key"])
    }
}
