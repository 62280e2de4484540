import Keys
import OperationVectors
import Testing

@testable import Operations

struct FeedWriterTests {
    let south = SampleNode.south
    let room = RoomID(Hash(.direct, of: [1]).bytes)

    private func message(_ text: String, at seconds: Int64) -> OperationDraft {
        OperationDraft("bo", .messagePost, saying: MessageContent(content: text).encoded, at: seconds)
    }

    @Test
    func `a feed goes on where it stood, also from what is on disk`() throws {
        var writer = FeedWriter(beginningIn: room, under: south.certificate)
        let first = try writer.write(message("one", at: 0), signingWith: nil)
        var resumed = FeedWriter(
            goingOnAfter: try OperationHeader(decoding: first.headerBytes), id: first.id)
        let second = try writer.write(message("two", at: 1), signingWith: south.first)
        let again = try resumed.write(message("two", at: 1), signingWith: south.first)
        #expect(second.headerBytes == again.headerBytes)
        #expect(second.signature == again.signature)
        try second.header.check(follows: first.header, id: first.id)
    }

    @Test
    func `what others would refuse is not written, and changes nothing`() throws {
        var writer = FeedWriter(beginningIn: room, under: south.certificate)
        let first = try writer.write(message("one", at: 5), signingWith: nil)
        let refusals: [(OperationDraft, OperationFault)] = [
            (message("late", at: 5), .notAfterPast),
            (OperationDraft("bo", .messagePost, at: 6), .payloadExpected),
            (OperationDraft("bo", .join, saying: [0xA0], at: 6), .payloadUnexpected),
            (OperationDraft("", .messagePost, saying: [0xA0], at: 6), .badAuthor),
            (OperationDraft("bo", .messageDelete, at: 6), .badTarget),
            (
                OperationDraft("bo", .memberAdd, about: .grant(UserID(node: south.id, handle: .node), .member), at: 6),
                .badTarget
            ),
            (OperationDraft("bo", .join, after: [first.id], at: 6), .idleDependency),
            (OperationDraft("bo", .messagePost, saying: [], at: 6), .badPayloadSize),
            (
                OperationDraft("bo", .messagePost, saying: Array(repeating: 0, count: 65_537), at: 6), .badPayloadSize
            ),
            (OperationDraft("bo", .userClose, about: .user(south.user("bo")), at: 6), .badRoom),
            (OperationDraft("ada", .roomCreate, saying: RoomCreation(name: "x").encoded, at: 6), .badRoom),
        ]
        for (draft, fault) in refusals {
            #expect(throws: fault) { try writer.write(draft, signingWith: nil) }
        }
        let second = try writer.write(message("two", at: 6), signingWith: nil)
        try second.header.check(follows: first.header, id: first.id)
    }

    @Test
    func `dependencies are sorted, and one given twice is a mistake`() throws {
        var writer = FeedWriter(beginningIn: room, under: south.certificate)
        let ids = (0..<5).map { OperationID(Hash(.operation, of: [$0]).bytes) }
        let operation = try writer.write(OperationDraft("bo", .join, after: ids.reversed(), at: 0), signingWith: nil)
        #expect(operation.header.dependencies == ids.sorted())
        #expect(throws: OperationFault.unsortedDependencies) {
            try writer.write(OperationDraft("bo", .join, after: [ids[0], ids[0]], at: 1), signingWith: nil)
        }
    }

    @Test
    func `two beginnings that differ in anything are two epochs`() throws {
        let drafts = [message("one", at: 0), message("two", at: 0), message("one", at: 1)]
        let epochs = try drafts.map { draft in
            var writer = FeedWriter(beginningIn: room, under: south.certificate)
            return try writer.write(draft, signingWith: nil).header.epoch
        }
        #expect(Set(epochs).count == drafts.count)
        // Under another certificate as well: an old key can't begin the feed of a new one.
        let newer = try south.certificate.handingOver(
            to: SampleNode.key("south second").publicKey, signedBy: south.first)
        var other = FeedWriter(beginningIn: room, under: newer)
        #expect(try other.write(drafts[0], signingWith: nil).header.epoch != epochs[0])
    }

    @Test
    func `times of the past are held against an operation, and equal ones too`() throws {
        var writer = FeedWriter(beginningIn: room, under: south.certificate)
        let header = try writer.write(message("one", at: 10), signingWith: nil).header
        try header.checkTime(after: [.sample(9), .sample(3)])
        #expect(throws: OperationFault.notAfterPast) { try header.checkTime(after: [.sample(9), .sample(10)]) }
        #expect(throws: OperationFault.notAfterPast) { try header.checkTime(after: [.sample(11)]) }
    }
}
