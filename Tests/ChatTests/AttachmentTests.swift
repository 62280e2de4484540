import Chat
import Keys
import Operations
import Replica
import Store
import Testing

struct AttachmentTests {
    let node: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber
    let room: RoomNumber

    init() throws {
        node = try ChatNode()
        (ada, bo) = (try node.add("ada"), try node.add("bo"))
        room = try node.found("Harbour", by: ada, with: [bo])
    }

    private func blob(_ text: String) -> Hash { Hash(of: Array(text.utf8).span) }

    private func upload(
        _ text: String, by person: PersonNumber, isImage: Bool = true, for other: RoomNumber? = nil
    ) throws -> AttachmentNumber {
        let judgement = FileJudgement(kind: isImage ? .image : .document, contentType: "image/png")
        let draft = Attachments.Draft(
            blob: blob(text), size: UInt64(text.utf8.count), name: "\(text).png", judgement: judgement)
        return try node.command {
            try Attachments.keep(draft, for: other ?? room, on: node.by(person), in: $0, $1)
        }
    }

    private func post(
        _ text: String, _ attachments: [AttachmentNumber], by author: PersonNumber
    ) throws -> MessageNumber {
        try node.command {
            try Messages.post(
                MessageDraft(text, attachments: attachments), in: room, on: node.by(author), in: $0, $1
            ).number
        }
    }

    @Test func `a message carries uploads of its author's own, each once and under its number`() throws {
        let first = try upload("sun", by: ada)
        let second = try upload("list", by: ada, isImage: false)
        let pictures = try post("", [first, first], by: ada)
        #expect(try node.message(pictures).message.content?.type == "image")
        #expect(try node.message(pictures).message.content?.attachments.map(\.name) == ["sun.png"])
        #expect(try node.read { try AttachmentPlace.place(of: first, on: $0) }?.message == pictures)
        let files = try post("both", [second], by: ada)
        #expect(try node.message(files).message.content?.type == "file")
    }

    @Test func `nobody sends what isn't theirs, was sent, or is for another room`() throws {
        let mine = try upload("sun", by: ada)
        #expect(refusal { try post("x", [mine], by: bo) } == .unknown(.attachments))
        #expect(refusal { try post("x", [AttachmentNumber(99)], by: ada) } == .unknown(.attachments))
        _ = try post("x", [mine], by: ada)
        #expect(refusal { try post("x", [mine], by: ada) } == .conflict(.sentAttachment, .attachments))
        let other = try node.found("Quay", by: ada)
        let elsewhere = try upload("moon", by: ada, for: other)
        #expect(
            refusal { try post("x", [elsewhere], by: ada) }
                == .invalid([FieldFault(.attachments, "Uploaded for another room.")]))
        #expect(refusal { try upload("moon", by: bo, for: other) } == .notFound)
    }

    @Test func `an edit keeps, drops and adds files`() throws {
        func edit(_ message: MessageNumber, _ attachments: [AttachmentNumber], _ text: String? = nil) throws {
            var revision = MessageRevision()
            revision.content = text
            revision.attachments = attachments
            try node.command { _ = try Messages.edit(message, revision, on: node.by(ada), in: $0, $1) }
        }
        let (sun, moon) = (try upload("sun", by: ada), try upload("moon", by: ada))
        let message = try post("", [sun], by: ada)
        try edit(message, [sun, moon])
        #expect(try node.message(message).message.content?.attachments.count == 2)
        _ = node.takeNews()
        try edit(message, [moon])
        #expect(try node.message(message).message.content?.attachments.map(\.hash) == [blob("moon")])
        #expect(try node.read { try AttachmentPlace.place(of: sun, on: $0) } == nil)
        #expect(node.takeNews().last?.released == [blob("sun")])
        #expect(refusal { try edit(message, []) } != nil)
        try edit(message, [], "words")
        #expect(try node.message(message).message.content?.attachments.isEmpty == true)
    }

    @Test func `an upload that no message came for is gone after a day`() throws {
        let lost = try upload("sun", by: ada)
        node.now = node.now.later(byMilliseconds: Attachments.uploadMilliseconds - 10_000)
        let kept = try upload("moon", by: ada)
        #expect(try node.command { try Attachments.expire(at: node.now, in: $0, $1) })
        #expect(try node.read { try Uploads.upload(lost, on: $0) } != nil)
        node.now = node.now.later(byMilliseconds: 20_000)
        _ = node.takeNews()
        #expect(try node.command { try Attachments.expire(at: node.now, in: $0, $1) })
        #expect(try node.read { try Uploads.upload(lost, on: $0) } == nil)
        #expect(try node.read { try Uploads.upload(kept, on: $0) } != nil)
        #expect(node.takeNews().last?.released == [blob("sun")])
        #expect(refusal { try post("x", [lost], by: ada) } == .unknown(.attachments))
    }

    @Test func `a deleted message lets go of its files, unless another has them`() throws {
        let one = try post("", [try upload("sun", by: ada)], by: ada)
        let other = try post("", [try upload("sun", by: ada)], by: ada)
        _ = node.takeNews()
        try node.command { try Messages.delete(one, on: node.by(ada), in: $0, $1) }
        #expect(node.takeNews().last?.released == [])
        try node.command { try Messages.delete(other, on: node.by(ada), in: $0, $1) }
        #expect(node.takeNews().last?.released == [blob("sun")])
    }
}
