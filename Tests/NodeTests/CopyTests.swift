import EventLoop
import Foundation
import Glibc
import Testing

@testable import Node

/// Backups, and what comes back from them.
@Suite struct CopyTests {
    private let playground = Playground()

    private func key(_ data: String) throws -> String? {
        try playground.run(["key", "show", "--json"], data: data).json(as: [String: Any].self)?["key"] as? String
    }

    @Test
    func `a backup of a running node makes another of the same identity, and a new incarnation`() throws {
        let serve = try playground.serve()
        let backup = try playground.run(["backup", playground.file("copy"), "--json"])
        #expect(backup.status == 0)
        #expect(playground.mode(of: "copy") == 0o600)
        let size = try FileManager.default.attributesOfItem(atPath: playground.file("copy"))[.size] as? Int
        #expect(backup.json(as: [String: Any].self)?["bytes"] as? Int == size)
        #expect(serve.stop() == 0)
        #expect(try playground.run(["restore", playground.file("copy")], data: "second").status == 0)
        #expect(playground.mode(of: "second") == 0o700)
        #expect(try key("second") == key("data"))
        // No mark came along, and so the node knows that its log may have an end elsewhere.
        #expect(playground.mode(of: "second/parley.db.mark") == nil)
        #expect(try playground.serve("second").stop() == 0)
        #expect(try playground.run(["verify"], data: "second").status == 0)
    }

    @Test
    func `a backup never takes the place of a file, and - is standard output`() throws {
        #expect(try playground.serve().stop() == 0)
        #expect(try playground.run(["backup", playground.file("copy")]).status == 0)
        let again = try playground.run(["backup", playground.file("copy")])
        #expect(again.status == 1)
        #expect(again.complaint.contains("exists"))
        let piped = try playground.run(["backup", "-"])
        #expect(piped.output.starts(with: "parley backup 1\n".utf8))
        try Data(piped.output).write(to: URL(fileURLWithPath: playground.file("piped")))
        #expect(try playground.run(["restore", playground.file("piped")], data: "second").status == 0)
    }

    @Test(arguments: [[NewName.Way.renaming], [.linking], [.reserving]])
    func `a finished file gets its name, and takes nobody's`(ways: [NewName.Way]) throws {
        let (part, path) = (playground.file("file.part"), playground.file("file"))
        try "new".write(toFile: part, atomically: false, encoding: .utf8)
        try NewName.give(path, to: part, by: ways)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(!FileManager.default.fileExists(atPath: part))
        try "newer".write(toFile: part, atomically: false, encoding: .utf8)
        #expect(throws: SystemError.self) { try NewName.give(path, to: part, by: ways) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(FileManager.default.fileExists(atPath: part))
    }

    @Test
    func `a backup that would fill the disk is not begun`() throws {
        try BackupCommand.checkRoom(for: 1_000, in: "/tmp") { _ in 68_000_000 }
        #expect(throws: NodeFault.self) { try BackupCommand.checkRoom(for: 1_000_000, in: "/tmp") { _ in 68_000_000 } }
    }

    @Test
    func `what is damaged or cut is refused, and leaves nothing behind`() throws {
        #expect(try playground.serve().stop() == 0)
        #expect(try playground.run(["backup", playground.file("copy")]).status == 0)
        let whole = try Data(contentsOf: URL(fileURLWithPath: playground.file("copy")))
        var altered = whole
        altered[whole.count / 2] ^= 1
        for bytes in [altered, whole.dropLast(), whole.prefix(100), whole + [0], Data()] {
            try Data(bytes).write(to: URL(fileURLWithPath: playground.file("bad")))
            let outcome = try playground.run(["restore", playground.file("bad")], data: "second")
            #expect(outcome.status == 1)
            #expect(outcome.complaint.contains("no whole backup"))
            #expect(playground.mode(of: "second") == nil)
        }
        let used = try playground.run(["restore", playground.file("copy")])
        #expect(used.status == 1)
        #expect(used.complaint.contains("not empty"))
        #expect(try playground.run(["verify"]).status == 0)
    }

    @Test
    func `a key that was exported begins a node of the same identity`() throws {
        #expect(try playground.serve().stop() == 0)
        #expect(try playground.run(["key", "export", playground.file("key")]).status == 0)
        #expect(playground.mode(of: "key") == 0o600)
        #expect(try playground.run(["key", "import", playground.file("key")], data: "second").status == 0)
        #expect(try playground.run(["key", "import", playground.file("key")]).status == 1)
        #expect(try playground.serve("second").stop() == 0)
        #expect(try key("second") == key("data"))
    }

    @Test
    func `a key is handed over by itself and by the recovery key alone, and the id stays`() throws {
        let serve = try playground.serve()
        let recovery = serve.said("recovery key") ?? ""
        #expect(serve.stop() == 0)
        let before = try key("data")
        let first = try playground.run(["key", "hand-over", "--json"]).json(as: [String: Any].self)
        #expect(first?["handovers"] as? Int == 1)
        #expect(first?["key"] as? String == before)
        #expect(first?["current_key"] as? String != first?["first_key"] as? String)
        let wrong = try playground.run(["key", "hand-over", "--recovery-key-stdin"], input: "ABCD-EFGH\n")
        #expect(wrong.status == 1)
        let second = try playground.run(
            ["key", "hand-over", "--recovery-key-stdin", "--json"], input: recovery.lowercased() + "\n")
        #expect(second.json(as: [String: Any].self)?["handovers"] as? Int == 2)
        #expect(try playground.serve().stop() == 0)
        #expect(try key("data") == before)
    }
}
