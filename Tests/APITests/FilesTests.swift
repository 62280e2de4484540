import JSON
import SQLite
import Testing

@testable import API

/// Uploads, downloads and pictures (Spec/api/channels.md, section 5), over real sockets and real files.
struct FilesTests {
    private let node: TestNode
    private let ada: TestUser
    private let bob: TestUser
    private let eve: TestUser
    private let room: Int64

    init() throws {
        node = try TestNode { $0.uploadBytesMax = 200_000 }
        ada = try node.user("ada")
        bob = try node.user("bob")
        eve = try node.user("eve")
        let made = try ada.post("/api/messaging/channels/", #"{"name": "Garden", "participants": ["bob"]}"#)
        room = try #require(made.json["id"].integer)
    }

    private struct Part {
        var name: String
        var file: String?
        var type = "application/octet-stream"
        var content: [UInt8]

        init(_ name: String, _ value: String) {
            (self.name, content) = (name, Array(value.utf8))
        }

        init(_ name: String, file: String, type: String = "application/octet-stream", _ content: [UInt8]) {
            (self.name, self.file, self.type, self.content) = (name, file, type, content)
        }
    }

    private func send(_ method: String, _ path: String, _ parts: [Part], as user: TestUser) throws -> TestAnswer {
        var body: [UInt8] = []
        for part in parts {
            var head = "--xyz\r\nContent-Disposition: form-data; name=\"\(part.name)\""
            if let file = part.file { head += "; filename=\"\(file)\"\r\nContent-Type: \(part.type)" }
            body += Array((head + "\r\n\r\n").utf8) + part.content + Array("\r\n".utf8)
        }
        return try send(method, path, body + Array("--xyz--\r\n".utf8), "multipart/form-data; boundary=xyz", as: user)
    }

    private func send(
        _ method: String, _ path: String, _ body: [UInt8], _ type: String, as user: TestUser
    ) throws -> TestAnswer {
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: node.test\r\nAuthorization: Bearer \(user.token)\r\n"
            + "Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n"
        let client = try node.nobody()
        try client.send(Array(head.utf8) + body)
        return try client.answer(to: method)
    }

    /// 1 × 1.
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1F, 0x15, 0xC4, 0x89]

    private func upload(_ content: [UInt8], file: String = "notes.txt") throws -> JSONValue {
        let answer = try send(
            "POST", "/api/messaging/attachments/",
            [Part("file", file: file, content), Part("channel", "\(room)")], as: ada)
        #expect(answer.status == 201)
        return answer.json
    }

    @Test func `an upload is its uploader's alone until a message carries it`() throws {
        let file = try upload(Array("some notes".utf8))
        let id = try #require(file["id"].integer)
        #expect(file["uuid"] == nil)
        #expect(file["size"] == 10)
        #expect(file["kind"] == "document")
        #expect(file["content_type"] == "text/plain; charset=utf-8")
        #expect(try bob.get("/api/messaging/attachments/\(id)/").status == 404)
        let message = try ada.post(
            "/api/messaging/messages/", #"{"channel": \#(room), "attachments": [\#(id)]}"#)
        #expect(message.status == 201)
        #expect(message.json["message_type"] == "file")
        #expect(message.json["attachments"][0]["id"].integer == id)
        let seen = try bob.get("/api/messaging/attachments/\(id)/")
        #expect(seen.json["message"] == message.json["id"])
        #expect(seen.json["uuid"].string != nil)
        #expect(try bob.get("/api/messaging/attachments/?channel=\(room)").json["count"] == 1)
        #expect(try eve.get("/api/messaging/attachments/\(id)/").status == 404)
        #expect(try eve.get("/api/messaging/attachments/\(id)/download/").status == 404)
        #expect(try eve.get("/api/messaging/attachments/").json["count"] == 0)
    }

    @Test func `the bytes come back, whole and in parts, and nothing that a browser would run`() throws {
        let content = Array("<html><script>alert(1)</script></html>".utf8)
        let id = try #require(upload(content, file: "../ev\u{202E}il.html")["id"].integer)
        let path = "/api/messaging/attachments/\(id)/download/"
        let whole = try ada.get(path)
        #expect(whole.body == content)
        #expect(whole["Content-Type"] == "text/plain; charset=utf-8")
        #expect(whole["X-Content-Type-Options"] == "nosniff")
        #expect(whole["Content-Security-Policy"] == "sandbox; default-src 'none'")
        #expect(whole["Content-Disposition"]?.hasPrefix("attachment; filename=") == true)
        let tag = try #require(whole["ETag"])
        #expect(try ada.get(path, ["If-None-Match": tag]).status == 304)
        let part = try ada.get(path, ["Range": "bytes=1-4"])
        #expect(part.status == 206)
        #expect(part.text == "html")
        #expect(part["Content-Range"] == "bytes 1-4/\(content.count)")
        #expect(try ada.get(path, ["Range": "bytes=1-4", "If-Range": tag]).status == 206)
        #expect(try ada.get(path, ["Range": "bytes=1-4", "If-Range": "\"other\""]).status == 200)
        let beyond = try ada.get(path, ["Range": "bytes=1000-"])
        #expect(beyond.status == 416)
        #expect(beyond["Content-Range"] == "bytes */\(content.count)")
        let head = try ada.ask("HEAD", path)
        #expect(head.status == 200)
        #expect(head["Content-Length"] == "\(content.count)")
        let ticket = try #require(ada.post("/api/auth/ticket/").json["ticket"].string)
        #expect(try node.nobody().get("\(path)?ticket=\(ticket)").status == 200)
    }

    @Test func `files come with their message, in one form`() throws {
        let answer = try send(
            "POST", "/messages/\(room)/",
            [
                Part("content", "Two pictures"), Part("files", file: "a.png", type: "image/png", Self.png),
                Part("attachments", file: "b.png", Self.png),
            ], as: ada)
        #expect(answer.status == 201)
        #expect(answer.json["message_type"] == "image")
        let files = answer.json["attachments"].elements
        #expect(files.map { $0["filename"].string } == ["a.png", "b.png"])
        #expect(files[0]["width"] == 1)
        #expect(files[0]["kind"] == "image")
        #expect(files[0]["checksum"] == files[1]["checksum"])
    }

    @Test func `a large file is refused, and one of the largest size is not`() throws {
        let most = [UInt8](repeating: 7, count: 200_000)
        let id = try #require(upload(most)["id"].integer)
        #expect(try ada.get("/api/messaging/attachments/\(id)/download/").body == most)
        let more = try send(
            "POST", "/api/messaging/attachments/",
            [Part("channel", "\(room)"), Part("file", file: "x", most + [7])], as: ada)
        #expect(more.status == 413)
    }

    @Test func `what is wrong with an upload is said, and nothing is kept`() throws {
        let path = "/api/messaging/attachments/"
        #expect(try send("POST", path, [Part("channel", "\(room)")], as: ada).faults == ["file"])
        #expect(try send("POST", path, [Part("file", file: "x", [1])], as: ada).faults == ["channel"])
        let stranger = try send("POST", path, [Part("channel", "\(room)"), Part("file", file: "x", [1])], as: eve)
        #expect(stranger.status == 404)
        #expect(stranger.faults == ["channel"])
        #expect(
            try send("POST", path, Array("--xyz\r\nbroken".utf8), "multipart/form-data; boundary=xyz", as: ada).status
                == 400)
        #expect(try ada.get(path).json["count"] == 0)
    }

    @Test func `files that come with an edit come to those that the message has`() throws {
        let answer = try send(
            "POST", "/api/messaging/messages/",
            [Part("channel", "\(room)"), Part("file", file: "a.txt", Array("one".utf8))], as: ada)
        let path = "/api/messaging/messages/\(try #require(answer.json["id"].integer))/"
        let added = try send("PATCH", path, [Part("file", file: "b.txt", Array("two".utf8))], as: ada)
        #expect(added.json["attachments"].elements.map { $0["filename"].string } == ["a.txt", "b.txt"])
        let first = try #require(answer.json["attachments"][0]["id"].integer)
        let chosen = try send(
            "PATCH", path, [Part("attachments", "\(first)"), Part("file", file: "c.txt", Array("three".utf8))],
            as: ada)
        #expect(chosen.json["attachments"].elements.map { $0["filename"].string } == ["a.txt", "c.txt"])
    }

    @Test func `what lies here for one room is no file of another that only names it`() throws {
        let mine = try upload(Array("of the garden".utf8))
        #expect(
            try ada.post(
                "/api/messaging/messages/",
                #"{"channel": \#(room), "content": "", "attachments": [\#(try #require(mine["id"].integer))]}"#
            ).status == 201)
        let shed = try eve.post("/api/messaging/channels/", #"{"name": "Shed"}"#).json
        let other = try #require(shed["id"].integer)
        let posted = try send(
            "POST", "/api/messaging/messages/",
            [Part("channel", "\(other)"), Part("file", file: "shed.txt", Array("of the shed".utf8))], as: eve)
        let file = try #require(posted.json["attachments"][0]["id"].integer)
        let garden = room
        // As it comes from another node: somebody there has the other one's name, and no more.
        try node.context.writer.perform { transaction, _ in
            var home = try transaction.statement("INSERT INTO node (id) VALUES (zeroblob(32))")
            try home.run()
            var mallory = try transaction.statement(
                "INSERT INTO person (node, handle, uuid) VALUES (last_insert_rowid(), 'mallory', zeroblob(16))")
            try mallory.run()
            var row = try transaction.statement(
                """
                UPDATE attachment SET person = last_insert_rowid(), kind = NULL,
                    blob = (SELECT blob FROM attachment WHERE room = ?2) WHERE id = ?1
                """)
            row.bind(1, file)
            row.bind(2, garden)
            try row.run()
        }
        #expect(try ada.get("/api/messaging/attachments/\(mine["id"].integer ?? 0)/download/").status == 200)
        #expect(try eve.get("/api/messaging/attachments/\(file)/download/").status == 503)
    }

    @Test func `a deleted message's file is gone`() throws {
        let answer = try send(
            "POST", "/api/messaging/messages/",
            [Part("channel", "\(room)"), Part("file", file: "secret.txt", Array("secret".utf8))], as: ada)
        let message = try #require(answer.json["id"].integer)
        let file = try #require(answer.json["attachments"][0]["id"].integer)
        #expect(try ada.delete("/api/messaging/messages/\(message)/").status == 204)
        #expect(try ada.get("/api/messaging/attachments/\(file)/download/").status == 404)
    }

    @Test func `a room has a picture, and loses it`() throws {
        let path = "/chatrooms/\(room)/avatar/"
        #expect(try bob.get(path).status == 404)
        let set = try send("PATCH", path, [Part("avatar", file: "a.gif", Self.png)], as: ada)
        #expect(set.status == 200)
        #expect(set.json["content_type"] == "image/png")
        #expect(try bob.get(path).body == Self.png)
        #expect(try bob.get(path, ["Accept": "application/json"]).json["size"].integer == Int64(Self.png.count))
        #expect(try bob.get("/chatrooms/").json[0]["avatar"].string != nil)
        #expect(try send("PATCH", path, [Part("avatar", file: "a.png", Self.png)], as: bob).status == 403)
        #expect(
            try send("PATCH", path, [Part("avatar", file: "a.png", Array("no picture".utf8))], as: ada).faults == [
                "avatar"
            ])
        #expect(try eve.get(path).status == 404)
        #expect(try ada.patch(path, #"{"avatar": null}"#).json["avatar"] == nil)
        #expect(try bob.get(path).status == 404)
    }

    @Test func `a person has a picture, sent as a form or as it is`() throws {
        let path = "/api/users/me/avatar/"
        #expect(try ada.get(path).status == 404)
        #expect(try send("PUT", path, Self.png, "image/png", as: ada).status == 200)
        #expect(try bob.get("/api/users/\(ada.number)/avatar/").body == Self.png)
        #expect(try send("PUT", path, [Part("avatar", file: "a", Self.png)], as: ada).status == 200)
        for weight in ["nan", "inf", "1e300", "0x1p999", "0.5"] {
            let answer = try bob.get(
                "/api/users/\(ada.number)/avatar/", ["Accept": "application/json;q=\(weight), image/png;q=0.6"])
            #expect(answer.status == 200, "the node goes on")
        }
        #expect(try send("PUT", path, [UInt8](repeating: 0, count: 2_097_153), "image/png", as: ada).status == 413)
        #expect(try ada.delete(path).status == 204)
        #expect(try ada.delete(path).status == 204)
        #expect(try ada.get(path).status == 404)
    }

    @Test(arguments: ["text/html", "image/svg+xml", "image/png\r\nX: y", "IMAGE/PNG", "application/octet-stream", ""])
    func `64 a picture of another node is shown under no type of its choosing`(type: String) {
        let shown = AvatarRoutes.shown(as: type)
        #expect(shown.type == "application/octet-stream")
        #expect(shown.fields.contains { "\($0.name)" == "Content-Disposition" && $0.value.hasPrefix("attachment") })
        #expect(AvatarRoutes.shown(as: "image/png").type == "image/png")
    }
}
