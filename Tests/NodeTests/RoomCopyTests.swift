import Bytes
import Chat
import EventLoop
import Foundation
import Keys
import SQLite
import Store
import Testing

@testable import Node

/// Rooms that are written out, read by others, and taken in elsewhere.
@Suite struct RoomCopyTests {
    private let playground = Playground()

    /// A node with one room of so many messages, of two people in turns.
    private func makeRoom(messages: Int) throws {
        #expect(try playground.serve("data", ["--name", "north"]).stop() == 0)
        for name in ["ada", "bob"] { #expect(try playground.run(["user", "add", name]).status == 0) }
        let folder = DataFolder(playground.file("data"))
        let node = try OpenNode(folder, try FolderLock(folder, for: "test"), passphrase: nil)
        defer { node.close() }
        let people = try node.reader().read { connection in
            try ["ada", "bob"].map { try #require(try AccountTable.account(named: $0, on: connection)).person }
        }
        let writer = try node.writer()
        let room = try writer.performLogged { transaction, state in
            try Rooms.found(
                GroupDraft(name: "Library", participants: people), on: Occasion(now: .now(), by: people[0]),
                in: transaction, state)
        }
        // Several in one commit: only the last of them is signed.
        for start in stride(from: 0, to: messages, by: 5) {
            try writer.performLogged { transaction, state in
                for number in start..<min(messages, start + 5) {
                    _ = try Messages.post(
                        MessageDraft("number \(number)"), in: room, on: Occasion(now: .now(), by: people[number % 2]),
                        in: transaction, state)
                }
            }
        }
    }

    private func digests(_ data: String) throws -> [String: String] {
        try playground.run(["digest", "--json"], data: data).json(as: [String: String].self) ?? [:]
    }

    @Test
    func `an exported room is the same on another node, and imported twice it is there once`() throws {
        try makeRoom(messages: 23)
        let exported = try playground.run(["export", "Library"])
        #expect(exported.status == 0)
        try Data(exported.output).write(to: URL(fileURLWithPath: playground.file("room")))
        #expect(try playground.serve("south").stop() == 0)
        let first = try playground.run(["import", playground.file("room"), "--json"], data: "south")
            .json(as: [String: Any].self)
        // The room, its second member and the messages.
        #expect(first?["operations"] as? Int == 25)
        #expect(first?["refused"] as? Int == 0)
        #expect(try digests("south") == digests("data"))
        #expect(try digests("data").count == 1)
        let again = try playground.run(["import", playground.file("room"), "--json"], data: "south")
        #expect(again.json(as: [String: Any].self)?["new"] as? Int == 0)
        #expect(try playground.run(["verify"], data: "south").status == 0)
    }

    @Test
    func `an export that is cut or forged is not believed`() throws {
        try makeRoom(messages: 5)
        let lines = try playground.run(["export", "Library"]).text.split(separator: "\n").map(String.init)
        #expect(try playground.serve("south").stop() == 0)
        let cut = lines.dropLast().joined(separator: "\n")
        try cut.write(toFile: playground.file("cut"), atomically: true, encoding: .utf8)
        let outcome = try playground.run(["import", playground.file("cut")], data: "south")
        #expect(outcome.status == 1)
        #expect(outcome.complaint.contains("not whole"))
        var forged = lines
        let run = try #require(lines.lastIndex { $0.hasPrefix("{\"run\"") })
        let middle = forged[run].index(forged[run].startIndex, offsetBy: forged[run].count / 2)
        let more = (lines + [#"{"more": true}"#]).joined(separator: "\n")
        try more.write(toFile: playground.file("more"), atomically: true, encoding: .utf8)
        let trailing = try playground.run(["import", playground.file("more")], data: "south")
        #expect(trailing.status == 1 && trailing.complaint.contains("not whole"))
        forged[run].replaceSubrange(middle...middle, with: forged[run][middle] == "A" ? "B" : "A")
        try forged.joined(separator: "\n").write(
            toFile: playground.file("forged"), atomically: true, encoding: .utf8)
        #expect(try playground.serve("west").stop() == 0)
        #expect(try playground.run(["import", playground.file("forged")], data: "west").status == 1)
        #expect(try playground.run(["verify"], data: "west").status == 0)
    }

    @Test
    func `files that come with a room are the room's, and one that is lost is missed`() throws {
        try makeRoom(messages: 2)
        let name = Hash(of: Self.png.span).description
        try sendPicture(named: name)
        let exported = try playground.run(["export", "Library"])
        #expect(exported.status == 0)
        try Data(exported.output).write(to: URL(fileURLWithPath: playground.file("room")))
        #expect(try playground.serve("south").stop() == 0)
        #expect(try playground.run(["import", playground.file("room")], data: "south").status == 0)
        let folder = DataFolder(playground.file("south"))
        let kinds = try Reader(folder.database).read { connection in
            var rows = try connection.statement(
                "SELECT kind, width, height, EXISTS (SELECT 1 FROM room_blob b WHERE b.blob = a.blob) FROM attachment a"
            )
            return try rows.step() ? [rows.int(0), rows.int(1), rows.int(2), rows.int(3)] : []
        }
        #expect(kinds == [1, 1, 1, 1])
        #expect(try playground.run(["verify"], data: "south").status == 0)
        try FileManager.default.removeItem(
            atPath: playground.file("south/blobs/\(name.prefix(2))/\(name.dropFirst(2))"))
        let verified = try playground.run(["verify", "--json"], data: "south")
        #expect(verified.status == 1)
        let faults = verified.json(as: [String: Any].self)?["faults"] as? [[String: Any]]
        #expect(faults?.map { $0["subject"] as? String } == [name])
        #expect(faults?.first?["detail"] as? String == "it is missing")
    }

    /// The picture lies in the folder of files, and ada sends it.
    private func sendPicture(named name: String) throws {
        let folder = DataFolder(playground.file("data"))
        let place = URL(fileURLWithPath: "\(folder.blobs)/\(name.prefix(2))")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data(Self.png).write(to: place.appendingPathComponent(String(name.dropFirst(2))))
        let node = try OpenNode(folder, try FolderLock(folder, for: "test"), passphrase: nil)
        defer { node.close() }
        let ada = try node.reader().read { try #require(try AccountTable.account(named: "ada", on: $0)) }.person
        let draft = Attachments.Draft(
            blob: Hash(of: Self.png.span), size: UInt64(Self.png.count), name: "dot.png",
            judgement: FileJudgement(kind: .image, contentType: "image/png", width: 1, height: 1))
        try node.writer().performLogged { transaction, state in
            let occasion = Occasion(now: .now(), by: ada)
            let room = try #require(try MembershipTable.rooms(of: ada, on: transaction.connection).first)
            let file = try Attachments.keep(draft, for: room, on: occasion, in: transaction, state)
            _ = try Messages.post(
                MessageDraft("See", attachments: [file]), in: room, on: occasion, in: transaction, state)
        }
    }

    /// 1 × 1.
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE]

    @Test(
        .enabled(if: Checker.python != nil, "no Python here has PyNaCl; Tests/vectors installs it"),
        arguments: ["cborseq", "jsonl"])
    func `other software can check the operations of a room`(format: String) throws {
        try makeRoom(messages: 12)
        let operations = try playground.run(["operations", "Library", "--format", format])
        #expect(operations.status == 0)
        try Data(operations.output).write(to: URL(fileURLWithPath: playground.file("operations")))
        let (status, said) = try Checker.check(room: playground.file("operations"))
        #expect(status == 0)
        #expect(said.contains("Authentic: 14 operations"), "\(said)")
    }
}

/// `examples/verify-operations.py`, run by a Python that can verify signatures.
private enum Checker {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL.path

    /// Nil where none can; looked for where `Tests/vectors` looks.
    static let python: String? = ["python3", "/usr/bin/python3", "\(root)/.build/venv/bin/python3"].first {
        (try? run([$0, "-c", "from nacl import bindings; bindings.crypto_core_ed25519_is_valid_point"]))?.0 == 0
    }

    static func check(room file: String) throws -> (Int32, String) {
        try run([python ?? "python3", "\(root)/examples/verify-operations.py", "room", file])
    }

    private static func run(_ command: [String]) throws -> (Int32, String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }
}
