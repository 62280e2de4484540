import Foundation
import Glibc
import Testing

/// People of a node, by the command line: the same with a running node and without.
@Suite struct PeopleTests {
    private let playground = Playground()

    private func names(_ outcome: Playground.Outcome) -> [String] {
        (outcome.json(as: [[String: Any]].self) ?? []).compactMap { $0["username"] as? String }
    }

    @Test(arguments: [true, false])
    func `accounts are made, listed, shut and given passwords`(isRunning: Bool) throws {
        var serve: Serve? = try playground.serve("data", ["--name", "north"])
        if !isRunning {
            #expect(serve?.stop() == 0)
            serve = nil
        }
        let first = try playground.run(["user", "add", "ada", "--display-name", "Ada L", "--json"])
        let ada = first.json(as: [String: Any].self)
        #expect(ada?["address"] as? String == "ada@north")
        #expect(ada?["display_name"] as? String == "Ada L")
        #expect(ada?["is_admin"] as? Bool == true, "the first account of a node administers it")
        #expect((ada?["password"] as? String)?.isEmpty == false)
        let second = try playground.run(["user", "add", "bob", "--password-stdin", "--json"], input: "a long one\r\n")
        #expect(second.json(as: [String: Any].self)?["password"] is NSNull)
        #expect(second.json(as: [String: Any].self)?["is_admin"] as? Bool == false)
        #expect(names(try playground.run(["user", "list", "--json"])) == ["ada", "bob"])

        let refusals = [
            (["user", "add", "ada"], "this name is or was somebody's"), (["user", "add", "Ada!"], "username must be"),
            (["user", "deactivate", "ada"], "nobody would be left"), (["user", "deactivate", "eve"], "no user eve"),
        ]
        for (command, words) in refusals {
            let outcome = try playground.run(command)
            #expect(outcome.status == 1)
            #expect(outcome.complaint.contains(words), "\(outcome.complaint)")
            #expect(outcome.output.isEmpty)
        }
        #expect(try playground.run(["user", "add", "eve", "--password-stdin"], input: "short\n").status == 1)
        for _ in 0..<2 { #expect(try playground.run(["user", "deactivate", "bob"]).status == 0) }
        #expect(try playground.run(["user", "reset-password", "ada", "--json"]).status == 0)
        if let serve { #expect(serve.stop() == 0) }
        #expect(try playground.run(["verify"]).status == 0)
        #expect(try playground.serve().said("set-up code") == nil)
    }

    @Test(arguments: ["deactivate", "reset-password"])
    func `whoever is shut out by a command is out at once, and their open connections end`(command: String) throws {
        let serve = try playground.serve()
        #expect(try playground.run(["user", "add", "ada"]).status == 0)
        #expect(try playground.run(["user", "add", "bob", "--password-stdin"], input: "a long one\n").status == 0)
        let body = #"{"username": "bob", "password": "a long one"}"#
        let login = try serve.ask("POST", "/api/auth/login/", body)
        #expect(login.status == 200)
        let token = try #require((login.json as? [String: Any])?["token"] as? String)
        #expect(try serve.ask("GET", "/api/users/me/", token: token).status == 200)
        let stream = try NodeAddress.Stream(serve.address, token: token)
        #expect(try stream.read(upTo: "event: hello").contains("event: hello"))
        #expect(try playground.run(["user", command, "bob"]).status == 0)
        // The last chunk of what is sent in chunks.
        #expect(try stream.read(upTo: "0\r\n\r\n").hasSuffix("0\r\n\r\n"))
        #expect(try serve.ask("GET", "/api/users/me/", token: token).status == 401)
        #expect(!serve.logText.contains("a long one"))
        #expect(!serve.logText.contains(token))
    }

    @Test
    func `two nodes become peers when both administrators say so`() throws {
        let (north, south) = (FreePort.find(), FreePort.find())
        for (folder, port) in [("north", north), ("south", south)] {
            _ = try playground.serve(
                folder,
                [
                    "--listen", "127.0.0.1:\(port)", "--public-url", "http://127.0.0.1:\(port)", "--name", folder,
                    "--allow-private-addresses",
                ])
        }
        let added = try playground.run(["peer", "add", "http://127.0.0.1:\(south)", "--json"], data: "north")
        #expect(added.json(as: [String: Any].self)?["name"] as? String == "south")
        #expect(try playground.run(["peer", "add", "http://127.0.0.1:\(north)"], data: "south").status == 0)
        let deadline = Date() + 20
        var state: String?
        while state != "active", Date() < deadline {
            state =
                try playground.run(["peer", "list", "--json"], data: "north")
                .json(as: [[String: Any]].self)?.first?["state"] as? String
        }
        #expect(state == "active")
        #expect(try playground.run(["peer", "remove", "south"], data: "north").status == 0)
        #expect(try playground.run(["peer", "list", "--json"], data: "north").text == "[]\n")
        let wrong = try playground.run(
            ["peer", "add", "http://127.0.0.1:\(south)", "--key", String(repeating: "ab", count: 32)], data: "north")
        #expect(wrong.status == 1)
    }
}
