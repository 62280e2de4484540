import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// Whether damage is seen, and health too.
struct LogVerificationTests {
    private func node() throws -> (LocalWritingTests.Node, RoomID) {
        let node = try LocalWritingTests.Node()
        let room = try node.found()
        let first = try node.post("one", in: room)
        _ = try node.post("two", in: room)
        let now = node.now
        _ = try node.command {
            try $0.write(LocalDraft(by: Handle("ada")!, .messageDelete, about: .operation(first.id)), in: room, at: now)
        }
        _ = try node.post("three", in: room)
        return (node, room)
    }

    private func findings(_ node: LocalWritingTests.Node) throws -> [LogFinding] {
        try Reader(node.folder.database).read { connection in
            var verification = try LogVerification(connection)
            try verification.run()
            return verification.findings
        }
    }

    @Test func `a log that was only used is sound`() throws {
        let (node, _) = try node()
        #expect(try findings(node).isEmpty)
    }

    @Test(arguments: [
        "UPDATE operation SET time = time + 1 WHERE seq = 2",
        "UPDATE operation SET id = zeroblob(32) WHERE seq = 2",
        "UPDATE operation SET signature = zeroblob(64) WHERE seq = 4",
        "UPDATE operation SET signature = NULL WHERE seq = 4",
        "UPDATE operation SET counts = 0 WHERE seq = 2",
        "UPDATE operation SET author = -1 WHERE seq = 2",
        "UPDATE line SET passed_end = 3",
        "UPDATE message SET flags = 0 WHERE serial = (SELECT serial FROM operation WHERE seq = 2)",
        "UPDATE text SET bytes = zeroblob(length(bytes)) WHERE number = (SELECT serial FROM operation WHERE seq = 2)",
        "UPDATE room SET name = 'Port'",
        "DELETE FROM participant",
        "INSERT INTO wanted (room, serial) SELECT room, serial FROM operation WHERE seq = 1",
        "UPDATE certificate SET bytes = zeroblob(9)",
        "UPDATE operation SET deps = zeroblob(31) WHERE seq = 3",
        "DELETE FROM message WHERE serial = (SELECT serial FROM operation WHERE seq = 2)",
    ])
    func `damage is found`(sql: String) throws {
        let (node, room) = try node()
        try node.damage(sql)
        let found = try findings(node)
        #expect(
            found.contains { finding in if case .room(let id, _) = finding { id == room } else { false } },
            "\(sql): \(found)")
    }

    @Test func `a table that is gone is an error of the command, and no trap`() throws {
        let (node, room) = try node()
        try node.damage("ALTER TABLE message RENAME TO elsewhere")
        #expect(throws: SQLiteError.self) { try node.post("four", in: room) }
        try node.damage("ALTER TABLE elsewhere RENAME TO message")
        _ = try node.post("four", in: room)
        #expect(try findings(node).isEmpty)
    }
}

extension LocalWritingTests.Node {
    func damage(_ sql: String) throws {
        let code = try folder.execute(sql)
        #expect(code == 0)
        state.groupRolledBack()
        state.rooms.forgetAll()
    }
}
