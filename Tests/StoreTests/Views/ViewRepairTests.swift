import Bytes
import Keys
import Operations
import Replica
import SQLite
import Testing

@testable import Store

/// Derived rows that say something else than the log are found out, and made anew.
struct ViewRepairTests {
    private func node() throws -> (LocalWritingTests.Node, RoomID) {
        let node = try LocalWritingTests.Node()
        let room = try node.found()
        let user = UserID(node: node.identity.node, handle: Handle("bo")!)
        let now = node.now + 1
        _ = try node.command {
            try $0.write(LocalDraft(by: Handle("ada")!, .memberAdd, about: .grant(user, .member)), in: room, at: now)
        }
        for number in 0..<70 {
            var content = MessageContent(content: "word\(number) harbour")
            if number == 3 {
                content.mentions = [user]
                content.attachments = [
                    Attachment(hash: Hash(of: [9].span), name: "secretname.png", type: "image/png", size: 1)
                ]
            }
            node.now += 1
            let (now, payload) = (node.now, content.encoded)
            _ = try node.command {
                try $0.write(LocalDraft(by: Handle("ada")!, .messagePost, payload: payload), in: room, at: now)
            }
        }
        var change = MessageChange()
        change.content = .to("changed")
        let (then, edit, reaction) = (node.now + 1, change.encoded, ReactionChange("👍").encoded)
        _ = try node.command { state in
            let message = try #require(try state.message(MessageNumber(5)))
            let about = OperationTarget.operation(message.message.id)
            _ = try state.write(
                LocalDraft(by: Handle("ada")!, .messageEdit, about: about, payload: edit), in: room, at: then)
            return try state.write(
                LocalDraft(by: Handle("ada")!, .reactionSet, about: about, payload: reaction), in: room, at: then)
        }
        return (node, room)
    }

    private func findings(_ node: LocalWritingTests.Node) throws -> [LogFinding] {
        var verification = try LogVerification(node.state.log.connection)
        try verification.run()
        return verification.findings
    }

    @Test(arguments: [
        "UPDATE room_view SET countable = countable + 1", "UPDATE membership SET read = 7",
        "UPDATE membership SET role = 1, joined = joined + 1", "DELETE FROM membership WHERE role = 1",
        "DELETE FROM mention", "DELETE FROM attachment", "UPDATE attachment SET ordinal = 4",
        "UPDATE message SET flags = flags | 16", "DELETE FROM search_tail",
        "UPDATE search_segment SET pages = substr(pages, 1, 0)", "DELETE FROM room_view",
        "UPDATE attachment_tally SET count = count + 1", "INSERT INTO avatar VALUES (0, 1, zeroblob(32))",
        "INSERT INTO wanted (room, serial) SELECT room, serial FROM operation WHERE seq = 1",
        "UPDATE text SET bytes = zeroblob(length(bytes)) WHERE number = (SELECT shown FROM message WHERE shown NOT NULL)",
        "UPDATE message SET shown = NULL", "DELETE FROM reaction",
        "UPDATE search_page SET data = zeroblob(length(data))",
    ])
    func `what is wrong is found, and a rebuild mends it`(damage: String) throws {
        let (node, _) = try node()
        #expect(try findings(node) == [])
        #expect(try node.folder.execute(damage) == 0)
        #expect(try findings(node) != [])
        let connection = node.state.log.connection
        let state = try LogState(connection)
        try connection.transaction { transaction in
            state.commandBegins()
            try ViewRebuild.run(state, at: Timestamp(milliseconds: 9), in: transaction)
        }
        state.groupCommitted()
        #expect(try findings(node) == [])
    }

    @Test func `what happened is told in order, to its end, and pruned from its beginning`() throws {
        let (node, room) = try node()
        let connection = node.state.log.connection
        let number = try #require(try Names.room(room.uuid, on: connection))
        let numbers = try connection.transaction { transaction in
            try (1...5 as ClosedRange<Int64>).map { time in
                let entry = JournalEntry(.roomUpdated, at: Timestamp(milliseconds: time), room: number)
                return try EventJournal.append(entry, in: transaction)
            }
        }
        #expect(
            try EventJournal.entries(after: numbers[1], limit: 10, on: connection).map(\.seq) == Array(numbers[2...]))
        let pruned = try connection.transaction {
            try EventJournal.prune(before: Timestamp(milliseconds: 9), at: Timestamp(milliseconds: 9), in: $0)
        }
        #expect(pruned == 4)
        #expect(try EventJournal.last(on: connection) == numbers[4])
        #expect(try EventJournal.reaches(back: numbers[3], on: connection))
        #expect(try !EventJournal.reaches(back: numbers[2], on: connection))
    }

    @Test func `events of a wrong clock hold up nothing, and none is missing in the middle`() throws {
        let (node, room) = try node()
        let connection = node.state.log.connection
        let number = try #require(try Names.room(room.uuid, on: connection))
        let day: Int64 = 86_400_000
        // A year ahead, then right: old, of this moment.
        let numbers = try connection.transaction { transaction in
            try [365 * day, 365 * day, 1, 30 * day, 30 * day].map { time in
                let entry = JournalEntry(.roomUpdated, at: Timestamp(milliseconds: time), room: number)
                return try EventJournal.append(entry, in: transaction)
            }
        }
        func prune() throws -> Int {
            try connection.transaction {
                try EventJournal.prune(
                    before: Timestamp(milliseconds: 23 * day), at: Timestamp(milliseconds: 30 * day), in: $0)
            }
        }
        #expect(try prune() == 3)
        #expect(try prune() == 0)
        #expect(try EventJournal.reaches(back: numbers[2], on: connection))
        #expect(try !EventJournal.reaches(back: numbers[1], on: connection))
    }

    @Test func `the name of an upload is gone with it`() throws {
        let (node, room) = try node()
        let state = node.state
        let connection = state.log.connection
        let number = try #require(try Names.room(room.uuid, on: connection))
        let upload = Upload(
            in: number, by: PersonNumber(1), blob: Hash(of: [7].span), size: 1, name: "quietplan.pdf",
            judgement: FileJudgement(kind: .document, contentType: "application/pdf"), at: Timestamp(milliseconds: 1))
        let made = try connection.transaction { try Uploads.add(upload, state, in: $0) }
        try node.checkpoint()
        #expect(try node.folder.contains("quietplan"))
        let isFree = try connection.transaction { try Uploads.remove(made, in: $0) }
        #expect(isFree == true)
        try node.checkpoint()
        #expect(try !node.folder.contains("quietplan"))
    }
}
