import Foundation
import Glibc
import SQLite
import Testing

/// `status`, `verify` and `room`, on a node that runs and on one that doesn't.
@Suite struct HealthTests {
    private let playground = Playground()

    private func signIn(_ serve: Serve, _ name: String) throws -> String {
        let added = try playground.run(["user", "add", name, "--json"])
        let password = added.json(as: [String: Any].self)?["password"] as? String ?? ""
        let body = #"{"username": "\#(name)", "password": "\#(password)"}"#
        return try #require(try serve.ask("POST", "/api/auth/login/", body)["token"] as? String)
    }

    /// A room of Ada's with Bob in it and a few messages of hers.
    private func makeRoom(_ serve: Serve) throws -> (id: Int64, ada: String, bob: String) {
        let (ada, bob) = (try signIn(serve, "ada"), try signIn(serve, "bob"))
        let made = try serve.ask(
            "POST", "/api/messaging/channels/", #"{"name": "Garden", "participants": ["bob"]}"#, token: ada)
        let room = try #require(made["id"] as? Int64)
        for text in ["One", "Two, @bob", "Three"] {
            let body = #"{"channel": \#(room), "content": "\#(text)"}"#
            #expect(try serve.ask("POST", "/api/messaging/messages/", body, token: ada).status == 201)
        }
        return (room, ada, bob)
    }

    // MARK: Status

    @Test(arguments: [true, false])
    func `status has all figures, with null for what only a running node has`(isRunning: Bool) throws {
        let serve = try playground.serve("data", ["--name", "north", "--public-url", "http://north.example"])
        _ = try makeRoom(serve)
        let key = String(repeating: "ab", count: 32)
        let longName = String(repeating: "s", count: 256)
        #expect(try playground.run(["peer", "add", "--key", key, "--name", longName]).status != 0)
        #expect(try playground.run(["peer", "add", "--key", key, "--name", "south"]).status == 0)
        if !isRunning { #expect(serve.stop() == 0) }
        let outcome = try playground.run(["status", "--json"])
        #expect(outcome.status == 0)
        let status = try #require(outcome.json(as: [String: Any].self))
        #expect(
            Set(status.keys) == [
                "name", "key", "version", "is_running", "process", "listen", "public_url", "started_at", "is_ready",
                "can_write", "users", "rooms", "messages", "attachments", "operations", "forks", "database_bytes",
                "free_bytes",
                "peers", "sockets", "outbox",
            ])
        #expect(status["is_running"] as? Bool == isRunning)
        for name in ["name", "process", "public_url", "started_at", "is_ready", "can_write", "sockets"] {
            #expect((status[name] is NSNull) == !isRunning, "\(name)")
        }
        if isRunning {
            #expect(status["is_ready"] as? Bool == true)
            #expect(status["process"] as? Int32 == serve.id)
            #expect(status["listen"] as? [String] == [String(serve.url.dropFirst("http://".count))])
        }
        #expect(status["users"] as? [String: Int] == ["local": 2, "active": 2, "remote": 0])
        #expect(status["rooms"] as? Int == 1)
        #expect(status["messages"] as? Int == 3)
        #expect(status["attachments"] as? [String: Int] == ["count": 0, "bytes": 0])
        #expect(status["peers"] as? [String: Int] == ["active": 0, "total": 1])
        #expect(status["outbox"] as? [String: Int] == ["waiting": 0, "failed": 0])
        let text = try playground.run(["status"]).text
        #expect(text.contains("rooms: 1 with 3 messages\n"))
        #expect(text.contains(isRunning ? "ready: yes\n" : "running: no\n"))
    }

    // MARK: Rooms

    @Test(arguments: [true, false])
    func `an admin is named where none is left, and shown as the API shows a member`(isRunning: Bool) throws {
        let serve = try playground.serve("data", ["--name", "north"])
        let (room, ada, bob) = try makeRoom(serve)
        _ = try signIn(serve, "eve")
        let early = try playground.run(["room", "appoint", "Garden", "bob"])
        #expect(early.status == 1)
        #expect(early.complaint.contains("admin"))
        // Somebody else administers the node, so that Ada may go.
        #expect(try playground.run(["user", "add", "root", "--admin"]).status == 0)
        #expect(try serve.ask("DELETE", "/api/users/me/", token: ada).status == 204)
        if !isRunning { #expect(serve.stop() == 0) }

        let appointed = try playground.run(["room", "appoint", "Garden", "eve", "--json"])
        #expect(appointed.status == 0, "\(appointed.complaint)")
        let member = try #require(appointed.json(as: [String: Any].self))
        #expect(member["role"] as? String == "admin")
        #expect((member["user_detail"] as? [String: Any])?["address"] as? String == "eve@north")
        #expect(try playground.run(["room", "appoint", "Garden", "bob"]).status == 1)
        #expect(try playground.run(["room", "appoint", "Garden", "nobody"]).status == 1)
        #expect(try playground.run(["room", "appoint", "Attic", "bob"]).status == 1)

        let again = isRunning ? serve : try playground.serve("data", ["--name", "north"])
        let path = "/api/messaging/members/\(try #require(member["id"]))/"
        let shown = try #require(try again.ask("GET", path, token: bob).json as? [String: Any])
        #expect(NSDictionary(dictionary: shown) == NSDictionary(dictionary: member))
        let rooms = try #require(try playground.run(["room", "list", "--json"]).json(as: [[String: Any]].self))
        #expect(rooms.map { $0["id"] as? Int64 } == [room])
        #expect(rooms.first?["admins"] as? [String] == ["eve@north"])
    }

    // MARK: Verify

    /// In a transaction of somebody else's.
    private func damage() throws {
        let connection = try Connection(playground.file("data/parley.db"), .readWrite)
        try connection.execute("UPDATE room_view SET messages = messages + 7, members = 1 WHERE messages > 0")
        try connection.execute("DELETE FROM mention")
    }

    @Test
    func `what was derived wrongly is found, derived anew, and keeps its ids`() throws {
        let serve = try playground.serve()
        let (room, ada, _) = try makeRoom(serve)
        let path = "/api/messaging/channels/\(room)/messages/"
        let before = try #require(try serve.ask("GET", path, token: ada).json as? [String: Any])
        let digest = try playground.run(["digest"]).text
        #expect(try playground.run(["verify", "--rebuild"]).status == 1, "a node that serves the folder")
        #expect(serve.stop() == 0)

        try damage()
        let found = try playground.run(["verify", "--json"])
        #expect(found.status == 1)
        let faults = try #require(
            found.json(as: [String: Any].self)?["faults"] as? [[String: Any]], "\(found.complaint)")
        #expect(!faults.isEmpty)
        #expect(faults.allSatisfy { $0["is_repaired"] as? Bool == false })

        let rebuilt = try playground.run(["verify", "--rebuild", "--json"])
        #expect(rebuilt.status == 0, "\(rebuilt.complaint)")
        let report = try #require(rebuilt.json(as: [String: Any].self))
        let mended = try #require(report["faults"] as? [[String: Any]])
        #expect(mended.count == faults.count)
        #expect(mended.allSatisfy { $0["is_repaired"] as? Bool == true })
        #expect(report["ok"] as? Bool == false, "it says what it found")
        let clean = try playground.run(["verify", "--json"])
        #expect(clean.json(as: [String: Any].self)?["ok"] as? Bool == true)

        let again = try playground.serve()
        let after = try #require(try again.ask("GET", path, token: ada).json as? [String: Any])
        #expect(NSDictionary(dictionary: after) == NSDictionary(dictionary: before))
        #expect(try playground.run(["digest"]).text == digest)
    }
}
