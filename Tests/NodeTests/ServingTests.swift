import Foundation
import Glibc
import Testing

@testable import Node

/// The program itself, as an operator meets it.
@Suite struct ServingTests {
    private let playground = Playground()

    @Test
    func `a first start makes a node that only its owner can read, and says the recovery key once`() throws {
        let first = try playground.serve()
        #expect(first.said("recovery key")?.utf8.count == 69)
        #expect(first.said("set-up code") != nil)
        #expect(playground.mode(of: "data") == 0o700)
        for name in ["node.key", "parley.db", "parley.db.mark", "control", "lock"] {
            #expect(playground.mode(of: "data/\(name)") == 0o600, "\(name)")
        }
        #expect(first.stop() == 0)
        let second = try playground.serve()
        #expect(second.said("recovery key") == nil)
        #expect(second.said("set-up code") != nil)
        #expect(second.said("set-up code") != first.said("set-up code"))
        #expect(!second.logText.contains(second.said("set-up code") ?? "?"))
    }

    @Test
    func `it answers over TCP and over a Unix socket`() throws {
        let serve = try playground.serve("data", ["--listen", "unix:\(playground.file("socket"))"])
        #expect(try serve.ask("GET", "/healthz").status == 200)
        #expect(serve.lines.contains("parley: ready on unix:\(playground.file("socket"))"))
        #expect(playground.mode(of: "socket") == 0o600)
    }

    @Test
    func `figures are for administrators, unless the operator says otherwise`() throws {
        let closed = try playground.serve()
        #expect(try closed.ask("GET", "/metrics").status == 401)
        #expect(try closed.ask("GET", "/readyz").status == 200)
        #expect(closed.stop() == 0)
        let open = try playground.serve("data", ["--metrics-open"])
        let figures = String(decoding: try open.ask("GET", "/metrics").body, as: UTF8.self)
        #expect(figures.contains("\nparley_can_write 1\n"))
        for kind in ["push", "email"] {
            #expect(figures.contains("\nparley_outbox_waiting{kind=\"\(kind)\"} 0\n"))
            #expect(figures.contains("\nparley_outbox_failed{kind=\"\(kind)\"} 0\n"))
        }
    }

    @Test
    func `how often passwords may be wrong is said for an account, and holds for an address six times`() throws {
        let serve = try playground.serve("data", ["--rate-limits", "login=1/1h"])
        func login(_ name: String) throws -> Int {
            try serve.ask("POST", "/api/auth/login/", #"{"username": "\#(name)", "password": "wrong horse"}"#).status
        }
        #expect(try [login("a1"), login("a1")] == [401, 429])
        for number in 2...6 { #expect(try login("a\(number)") == 401) }
        #expect(try login("a7") == 429)
    }

    @Test
    func `the list of reactions is read again when it has changed`() throws {
        let serve = try playground.serve()
        #expect(try (serve.ask("GET", "/emoji/").json as? [Any])?.count == 6)
        let list = playground.file("data/reaction_list.json")
        try #"[{"name": "yes", "emoji": "y", "label": "Yes"}]"#.write(toFile: list, atomically: true, encoding: .utf8)
        serve.signal(SIGHUP)
        let deadline = Date() + 20
        while try (serve.ask("GET", "/emoji/").json as? [Any])?.count != 1, Date() < deadline {}
        #expect(try (serve.ask("GET", "/emoji/").json as? [[String: Any]])?.first?["name"] as? String == "yes")
        #expect(serve.stop() == 0)
        try "[".write(toFile: list, atomically: true, encoding: .utf8)
        #expect(try playground.run(["serve"]).status == 1)
    }

    @Test
    func `a second one on the same folder ends at once and says who has it`() throws {
        let serve = try playground.serve()
        let second = try playground.run(["serve"])
        #expect(second.status == 1)
        #expect(second.complaint.contains("in use by process \(serve.id) (parley serve)"))
        #expect(try serve.ask("GET", "/healthz").status == 200)
    }

    @Test
    func `after a kill the next one takes over at once`() throws {
        let key: (Playground) throws -> String? = {
            try $0.run(["key", "show", "--json"]).json(as: [String: Any].self)?["key"] as? String
        }
        let first = try playground.serve()
        let before = try key(playground)
        first.signal(SIGKILL)
        #expect(first.wait() == -SIGKILL)
        let second = try playground.serve()
        #expect(try second.ask("GET", "/healthz").status == 200)
        #expect(try key(playground) == before)
        #expect(before != nil)
    }

    @Test(arguments: [
        ["restore", "/tmp/nothing"], ["serve"], ["key", "import", "/tmp/nothing"], ["verify", "--rebuild"],
    ])
    func `what needs the folder for itself is no command for a node that serves, whoever asks`(words: [String]) throws {
        let serve = try playground.serve()
        let channel = try #require(try ControlChannel.open(to: DataFolder(playground.file("data"))))
        try channel.send(.run, RemoteTerminal.run(words, width: nil))
        var frame = try channel.receive()
        while frame.kind != .end { frame = try channel.receive() }
        #expect(frame.bytes.first == 1)
        #expect(String(decoding: frame.bytes.dropFirst(), as: UTF8.self).contains("no command for a running node"))
        #expect(try serve.ask("GET", "/healthz").status == 200)
        #expect(serve.stop() == 0)
    }

    @Test
    func `a key that was not put in its place is removed`() throws {
        #expect(try playground.serve().stop() == 0)
        let left = playground.file("data/node.key.new")
        try FileManager.default.copyItem(atPath: playground.file("data/node.key"), toPath: left)
        #expect(try playground.serve().stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: left))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `asked to end it ends with 0, and takes its sockets along`(signal: Int32) throws {
        let serve = try playground.serve("data", ["--listen", "unix:\(playground.file("socket"))"])
        serve.signal(signal)
        #expect(serve.wait() == 0)
        #expect(playground.mode(of: "socket") == nil)
        #expect(playground.mode(of: "data/control") == nil)
    }

    @Test
    func `what it doesn't know is misuse, with the nearest that it knows`() throws {
        let option = try playground.run(["serve", "--lissten", "x"])
        #expect(option.status == 2)
        #expect(option.complaint.contains("did you mean --listen?"))
        let command = try playground.run(["serv"])
        #expect(command.status == 2)
        #expect(command.complaint.contains("did you mean parley serve?"))
        try FileManager.default.createDirectory(atPath: playground.file("data"), withIntermediateDirectories: false)
        try "nmae = x\n".write(toFile: playground.file("data/parley.conf"), atomically: true, encoding: .utf8)
        let line = try playground.run(["serve"])
        #expect(line.status == 2)
        #expect(line.complaint.contains("parley.conf:1"))
    }

    @Test
    func `a key under a passphrase opens with that passphrase alone`() throws {
        try "a long sentence\n".write(toFile: playground.file("phrase"), atomically: true, encoding: .utf8)
        try "another one\n".write(toFile: playground.file("wrong"), atomically: true, encoding: .utf8)
        let options = ["--passphrase-file", playground.file("phrase")]
        #expect(try playground.serve("data", options).stop() == 0)
        #expect(try playground.run(["serve"]).status == 1)
        #expect(try playground.run(["serve", "--passphrase-file", playground.file("wrong")]).status == 1)
        #expect(try playground.serve("data", options).stop() == 0)
    }

    @Test
    func `a database that was cut, or is of a newer program, is refused and left alone`() throws {
        #expect(try playground.serve().stop() == 0)
        let path = playground.file("data/parley.db")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
        let cut = try playground.run(["serve"])
        #expect(cut.status == 1)
        #expect(cut.complaint.contains("cut short"))
        // The schema's number (the database file format, section 1.3).
        var newer = whole
        newer.replaceSubrange(60..<64, with: [0, 0, 3, 0])
        try newer.write(to: URL(fileURLWithPath: path))
        let refused = try playground.run(["serve"])
        #expect(refused.status == 1)
        #expect(refused.complaint.contains("start the newer program"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == newer)
    }
}
