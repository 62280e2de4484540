import JSON
import Testing

/// Bodies, in all three ways, on a route that takes some of everything.
struct BodyTests {
    private static let path = "/api/notifications/notifications/"
    private static let form = "application/x-www-form-urlencoded"

    private func send(_ user: TestUser, _ body: String, as type: String, to path: String = path) throws -> TestAnswer {
        try user.ask("POST", path, body, fields: ["Content-Type": type])
    }

    private func multipart(_ parts: [(String, String)]) -> String {
        parts.map { "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }.joined()
            + "--b--\r\n"
    }

    @Test func `JSON, a form and a multipart form say the same`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let bodies = [
            (#"{"title": "Grün & more", "data": {"a": [1]}, "recipient": "alice", "room": null}"#, "application/json"),
            ("title=Gr%C3%BCn+%26+more&data=%7B%22a%22%3A%5B1%5D%7D&recipient=alice&room=", Self.form),
            (
                multipart([("title", "Grün & more"), ("data", #"{"a":[1]}"#), ("recipient", "alice"), ("room", "null")]
                ),
                "multipart/form-data; boundary=b"
            ),
        ]
        for (body, type) in bodies {
            let answer = try send(alice, body, as: type)
            #expect(answer.status == 201, "\(type)")
            #expect(answer.json["title"] == "Grün & more")
            #expect(answer.json["data"] == .object([.init("a", .array([1]))]))
        }
    }

    @Test func `lists come as arrays, repeated, or as the text of an array`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let bodies = [
            (#"{"name": "a", "scopes": ["read", "write"]}"#, "application/json"),
            ("name=b&scopes=read&scopes=write", Self.form),
            ("name=c&scopes=%5B%22read%22,%22write%22%5D", Self.form),
            (
                multipart([("name", "d"), ("scopes", "read"), ("scopes", "write")]),
                "multipart/form-data; boundary=\"b\""
            ),
        ]
        for (body, type) in bodies {
            let answer = try send(alice, body, as: type, to: "/api/auth/tokens/")
            #expect(answer.status == 201, "\(body)")
            #expect(answer.json["scopes"] == ["read", "write"])
        }
        #expect(try send(alice, "name=e&name=f", as: Self.form, to: "/api/auth/tokens/").faults == ["name"])
    }

    @Test func `a number without a fraction is an integer, however it is written`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        for (name, number) in [("a", "3600"), ("b", "3600.0"), ("c", "3.6e3")] {
            let answer = try alice.post("/api/auth/tokens/", #"{"name": "\#(name)", "expires_in": \#(number)}"#)
            #expect(answer.status == 201, "\(number)")
        }
        for number in ["3600.5", "1e30", "-3600.0"] {
            let answer = try alice.post("/api/auth/tokens/", #"{"name": "d", "expires_in": \#(number)}"#)
            #expect(answer.faults == ["expires_in"], "\(number)")
        }
        let own = #"{"title": "Hello", "recipient": \#(alice.number).0}"#
        #expect(try alice.post("/api/notifications/notifications/", own).status == 201)
    }

    @Test(arguments: ["true", "1", "ON", "True"])
    func `booleans of forms have several spellings`(text: String) throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let answer = try send(
            alice, "type=reaction&push=\(text)&email=off&in_app=0", as: Self.form, to: "/api/notifications/preferences/"
        )
        #expect(answer.json["push"] == true)
        #expect(answer.json["email"] == false)
        #expect(answer.json["in_app"] == false)
    }

    @Test(arguments: [
        ("{", "application/json"), ("[]", "application/json"), (#"{"title": "a", "title": "b"}"#, "application/json"),
        (#"{"title": "a\u0000"}"#, "application/json"), (#"{"title": "\ud800"}"#, "application/json"),
        (#"{"title": null}"#, "application/json"), (#"{"title": 5}"#, "application/json"),
        (#"{"title": "a", "data": "{}"}"#, "application/json"), (#"{"title": "a"} x"#, "application/json"),
        ("title=%zz", form), ("title=%00", form), ("title=a&title=b", form), ("title=a&data=5", form),
        ("title=%ff", form), ("--x\r\n", "multipart/form-data; boundary=b"), ("", "multipart/form-data"),
    ])
    func `what can't be read is refused`(body: String, type: String) throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let answer = try send(alice, body, as: type)
        #expect(answer.status == 400)
        #expect(answer["Content-Type"] == "application/problem+json")
    }

    @Test(arguments: [
        "text/plain", "application/xml", "application/json; charset=latin1",
        "application/x-www-form-urlencoded; charset=iso-8859-1", "nonsense",
    ])
    func `other types are refused`(type: String) throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        #expect(try send(alice, #"{"title": "a"}"#, as: type).status == 415)
    }

    @Test func `no body is one without members, and what nobody asks for may be anything`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        #expect(try alice.post(Self.path).faults == ["title"])
        let answer = try alice.post(
            Self.path, #"{"title": "a", "id": {"x": 1e999}, "created_at": [[]], "foo": 99999999999999999999}"#)
        #expect(answer.status == 201)
        #expect(try alice.patch("/api/users/me/", #"{"id": "what", "username": 5}"#).status == 200)
    }

    @Test func `a large body is refused, after all that comes before it`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let body = #"{"title": ""# + String(repeating: "x", count: 1_100_000) + #""}"#
        #expect(try alice.post(Self.path, body).status == 413)
        let bob = try node.user("bob")
        let missing = try bob.ask("PATCH", Self.path + "77/", body)
        #expect(missing.status == 404)
        #expect(try node.nobody().post(Self.path, body).status == 401)
    }

    @Test func `texts are bounded in bytes and characters`() throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let name = String(repeating: "é", count: 255)
        #expect(
            try alice.patch("/api/users/me/", #"{"display_name": "\#(name)"}"#).json["display_name"] == .string(name))
        #expect(try alice.patch("/api/users/me/", #"{"display_name": "\#(name)x"}"#).faults == ["display_name"])
        let long = String(repeating: "x", count: 4_097)
        #expect(try alice.post(Self.path, #"{"title": "a", "body": "\#(long)"}"#).faults == ["body"])
    }

    @Test(arguments: [
        ("1.5", "1.5"), ("2.0", "2"), ("-0.001", "-0.001"), ("1e300", "1e300"), ("1E2", "100"), ("0.0", "0"),
        ("9223372036854775807", "9223372036854775807"), ("1.230", "1.23"), ("5e-25", "5e-25"),
    ])
    func `numbers of one's own keep their digits`(sent: String, kept: String) throws {
        let node = try TestNode()
        let alice = try node.user("alice")
        let answer = try alice.post(Self.path, #"{"title": "a", "data": {"n": \#(sent)}}"#)
        #expect(answer.text.contains(#""data":{"n":\#(kept)}"#))
    }
}
