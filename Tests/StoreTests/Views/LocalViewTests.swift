import Bytes
import Keys
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// What people of one node do, and what they see of it.
struct LocalViewTests {
    private final class House {
        let node: LocalWritingTests.Node
        let room: RoomID
        let number: RoomNumber
        let connection: Connection

        init() throws {
            node = try LocalWritingTests.Node()
            room = try node.found()
            connection = node.state.log.connection
            number = try #require(try Names.room(room.uuid, on: connection))
        }

        @discardableResult
        func write(_ draft: LocalDraft) throws -> WrittenOperation {
            node.now += 1
            let (room, now) = (room, node.now)
            return try node.command { try $0.write(draft, in: room, at: now) }
        }

        func add(_ handle: String) throws {
            let user = UserID(node: node.identity.node, handle: Handle(handle)!)
            try write(LocalDraft(by: Handle("ada")!, .memberAdd, about: .grant(user, .member)))
        }

        func post(_ text: String, by handle: String = "ada", _ content: (inout MessageContent) -> Void = { _ in })
            throws -> WrittenOperation
        {
            var message = MessageContent(content: text)
            content(&message)
            return try write(LocalDraft(by: Handle(handle)!, .messagePost, payload: message.encoded))
        }

        func person(_ handle: String) throws -> PersonNumber {
            let user = UserID(node: node.identity.node, handle: Handle(handle)!)
            return PersonNumber(try node.state.log.names.person(for: user).row)
        }

        func transaction<Result>(_ body: (borrowing Transaction) throws -> Result) throws -> Result {
            try connection.transaction(body)
        }

        func page(
            _ filter: MessageFilter, _ cursors: MessageCursors = MessageCursors(), limit: Int = 50,
            as handle: String = "ada"
        )
            throws -> Shown
        {
            var shown = Shown()
            _ = try MessageList.page(
                filter, cursors, ListWindow(limit: limit), .newestFirst, to: person(handle), on: connection, &shown)
            return shown
        }

        func complaint() throws -> String? {
            let stored = try #require(try node.state.room(room))
            let findings = try ViewVerification(of: stored, node.state.log).findings
            return findings.isEmpty ? nil : "\(findings)"
        }
    }

    @Test func `what others write is unread until it is read, and counts go with what is deleted`() throws {
        let house = try House()
        try house.add("bo")
        let bo = try house.person("bo")
        let first = try house.post("one")
        let second = try house.post("two")
        _ = try house.post("mine", by: "bo")
        func unread() throws -> Int { try Readings.unreadCount(of: bo, in: house.number, on: house.connection) }
        #expect(try unread() == 2)
        let isNew = try house.transaction {
            try Readings.mark(
                MessageNumber(second.serial), in: house.number, by: bo, at: Timestamp(milliseconds: 5), in: $0)
        }
        #expect(isNew == true)
        #expect(try unread() == 1)
        try house.write(LocalDraft(by: Handle("ada")!, .messageDelete, about: .operation(second.id)))
        #expect(try unread() == 1)
        try house.write(LocalDraft(by: Handle("ada")!, .messageDelete, about: .operation(first.id)))
        #expect(try unread() == 0)
        _ = try house.post("three")
        #expect(try Readings.unreadTotal(of: bo, on: house.connection) == 1)
        let marked = try house.transaction {
            try Readings.markAll(in: house.number, by: bo, at: Timestamp(milliseconds: 6), in: $0)
        }
        #expect(marked?.count == 1)
        #expect(try unread() == 0)
        #expect(try house.complaint() == nil)
    }

    @Test func `a newcomer has nothing unread, and has read nothing`() throws {
        let house = try House()
        let post = try house.post("before")
        try house.add("bo")
        let bo = try house.person("bo")
        #expect(try Readings.unreadCount(of: bo, in: house.number, on: house.connection) == 0)
        #expect(try house.page(MessageFilter(in: .room(house.number))).messages.first?.readByCount == 0)
        #expect(try ReceiptList.receipt(of: MessageNumber(post.serial), by: bo, on: house.connection) == nil)
        let membership = try #require(try MembershipTable.membership(of: bo, in: house.number, on: house.connection))
        #expect(membership.lastRead == nil && membership.role == .member)
    }

    @Test func `counts and pages are the same with many messages as with few`() throws {
        let house = try House()
        try house.add("bo")
        // More than a block of the second level has.
        let count = MessageBlocks.size * MessageBlocks.size + 100
        var all: [MessageNumber] = []
        for number in 0..<count {
            all.append(MessageNumber(try house.post("message \(number)", by: number % 3 == 0 ? "bo" : "ada").serial))
        }
        let filter = MessageFilter(in: .room(house.number))
        #expect(try MessageList.count(filter, on: house.connection) == count)
        for index in [0, 1, 31, 32, 33, 600, 1_023, 1_024, 1_025, count - 1] {
            let cursors = MessageCursors(before: all[index])
            #expect(try MessageList.count(filter, cursors, on: house.connection) == index)
            let after = MessageCursors(after: all[index])
            #expect(try MessageList.count(filter, after, on: house.connection) == count - index - 1)
            let page = try house.page(filter, cursors, limit: 3)
            #expect(page.messages.map(\.number) == all[..<index].suffix(3).reversed())
        }
        // Some stand in the large indexes by sender, and the last in the small one.
        let bo = try house.person("bo")
        let filed = try house.connection.count("SELECT count(*) FROM message WHERE is_filed") { _ in }
        #expect(filed >= Filing.messagesMax && filed < count)
        let own = stride(from: 0, to: count, by: 3).map { all[$0] }
        let sent = MessageFilter(in: .room(house.number), sender: bo)
        #expect(try MessageList.count(sent, on: house.connection) == own.count)
        #expect(try house.page(sent, limit: 200).messages.map(\.number) == own.suffix(200).reversed())
        let early = MessageCursors(before: own[100])
        #expect(try house.page(sent, early, limit: 3).messages.map(\.number) == own[..<100].suffix(3).reversed())
        let belongings = try Belongings.messages(
            of: bo, after: own[9], in: house.number, limit: count, on: house.connection)
        #expect(belongings == Array(own[10...]))
        #expect(try house.complaint() == nil)
    }

    @Test func `an operation is found by its id, filed or not`() throws {
        let house = try House()
        var written: [WrittenOperation] = []
        while written.count < Filing.idsMax + 3 { written.append(try house.post("\(written.count)")) }
        let filed = try house.connection.count("SELECT count(*) FROM operation_id") { _ in }
        let unfiled = try house.connection.count("SELECT count(*) FROM operation_new") { _ in }
        #expect(filed >= Filing.idsMax && unfiled > 0)
        house.node.state.log.forget()
        let records = try #require(try house.node.state.room(house.room)).records
        for operation in [written[0], written[1_000], written[written.count - 1]] {
            let found = try Names.message(operation.id.uuid, on: house.connection)
            #expect(found == MessageNumber(operation.serial))
            #expect(records.position(of: operation.id).map { records.serial(at: $0) } == operation.serial)
        }
        let last = try #require(written.last)
        let answer = try house.post("yes") { $0.replyTo = last.id }
        let told = try ToldMessage.message(MessageNumber(answer.serial), on: house.connection)
        #expect(try told?.answers == house.person("ada"))
        var verification = try LogVerification(house.connection)
        try verification.run()
        #expect(verification.findings == [])
    }

    @Test func `search finds words, and lists of answers and types what they ask for`() throws {
        let house = try House()
        let question = try house.post("Where is the harbour master?")
        let answer = try house.post("At the lock.") { $0.replyTo = question.id }
        let picture = try house.post("a drawing of the harbour") { $0.type = "image" }
        let gone = try house.post("harbour harbour")
        try house.write(LocalDraft(by: Handle("ada")!, .messageDelete, about: .operation(gone.id)))
        func found(_ change: (inout MessageFilter) -> Void) throws -> [Int64] {
            var filter = MessageFilter(in: .all(of: try house.person("ada")))
            change(&filter)
            let shown = try house.page(filter)
            #expect(try MessageList.count(filter, on: house.connection) == shown.messages.count)
            return shown.messages.map(\.number.value)
        }
        #expect(try found { $0.search = "harbour" } == [picture.serial, question.serial])
        #expect(try found { $0.answering = MessageNumber(question.serial) } == [answer.serial])
        #expect(try found { $0.type = "image" } == [picture.serial])
        #expect(try found { ($0.type, $0.search) = ("text", "harb") } == [question.serial])
        #expect(try found { $0.type = "text" } == [answer.serial, question.serial])
        #expect(try house.page(MessageFilter(in: .room(house.number))).messages[2].answers?.value == question.serial)
    }

    @Test func `an upload keeps its number in the message that carries it, and its blob goes with both`() throws {
        let house = try House()
        let ada = try house.person("ada")
        let blob = Hash(of: [1, 2, 3].span)
        let state = house.node.state
        let upload = Upload(
            in: house.number, by: ada, blob: blob, size: 3, name: "plan.png",
            judgement: FileJudgement(kind: .image, contentType: "image/png", width: 4, height: 5),
            at: Timestamp(milliseconds: 1))
        let (one, other) = try house.transaction { transaction in
            (try Uploads.add(upload, state, in: transaction), try Uploads.add(upload, state, in: transaction))
        }
        #expect(try Uploads.upload(other, on: house.connection) == upload)
        try house.transaction { try Uploads.claim([other], in: $0) }
        let file = Attachment(hash: blob, name: "plan.png", type: "image/png", size: 3)
        let post = try house.post("see") { $0.attachments = [file] }
        let carried = try AttachmentList.attachments(of: MessageNumber(post.serial), on: house.connection)
        #expect(carried.map(\.number) == [other] && carried.first?.judgement == upload.judgement)
        #expect(try Uploads.upload(other, on: house.connection) == nil)
        #expect(try Names.attachment(#require(carried.first?.uuid), on: house.connection) == other)
        #expect(try house.page(MessageFilter(in: .room(house.number))).messages.first?.files == ["plan.png"])
        try house.write(LocalDraft(by: Handle("ada")!, .messageDelete, about: .operation(post.id)))
        #expect(try BlobReferences.isReferred(to: blob, on: house.connection))
        let isFree = try house.transaction { try Uploads.remove(one, in: $0) }
        #expect(isFree == true)
        #expect(try house.complaint() == nil)
    }
}
