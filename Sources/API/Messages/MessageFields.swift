import Chat
import Operations
import SQLite
import Store

/// What a body says of a message that is to be written, whichever face it came through. Files that are sent along get
/// numbers before it is written, and follow those that the body names.
struct MessageFields {
    var content: String?
    var type: String?
    var replyTo: Reference?
    var attachments: [Reference]?
    var extra = Change<Extra?>.none
    /// What the client calls it, so that it isn't written twice.
    var clientID: String?

    /// Words alone.
    init(content: String) {
        self.content = content
    }

    init(_ fields: Fields) {
        content = fields.text("content")
        type = fields.word("message_type", among: MessageDraft.types)
        replyTo = fields.nullableReference("reply_to").value
        attachments = fields.references("attachments")
        extra = fields.extra()
        clientID = fields.clientID()
    }

    /// Names what it names. Whether it may be named in this room the use case says.
    func draft(_ call: Call) throws -> MessageDraft {
        guard replyTo != nil || attachments?.isEmpty == false else {
            return MessageDraft(content ?? "", type: type, extra: extra.value())
        }
        return try call.read { connection in
            MessageDraft(
                content ?? "", type: type,
                replyTo: try replyTo.map { try call.number(of: $0, on: connection) },
                attachments: try call.numbers(of: attachments ?? [], on: connection), extra: extra.value())
        }
    }

    func revision(_ call: Call) throws -> MessageRevision {
        var revision = MessageRevision()
        revision.content = content
        revision.type = type
        revision.attachments = try attachments.map { list in
            try call.read { try call.numbers(of: list, on: $0) }
        }
        revision.extra = extra
        return revision
    }

    /// What the command weighs, about.
    var bytes: Int { 1_024 + (content?.utf8.count ?? 0) }
}

extension Fields {
    func clientID() -> String? {
        guard let text = text("client_id") else { return nil }
        if (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return text }
        problems.add("client_id", "Must be 1 to 255 visible ASCII characters.")
        return nil
    }
}

extension Call {
    /// Where nobody has such a uuid it is 0, which no attachment has.
    fileprivate func numbers(of attachments: [Reference], on connection: Connection) throws -> [AttachmentNumber] {
        guard attachments.count <= Limits.attachmentsMax else {
            throw APIFault.invalid([FieldProblem("attachments", "At most \(Limits.attachmentsMax) files.")])
        }
        return try attachments.map { attachment in
            switch attachment {
            case .number(let number): AttachmentNumber(number)
            case .uuid(let uuid): try Names.attachment(uuid, on: connection) ?? AttachmentNumber(0)
            }
        }
    }

    func post(_ message: MessageFields, in named: RoomToWrite) throws -> Answer {
        let draft = try message.draft(self)
        let occasion = occasion
        let secret = shared.settings.requestSecret
        let (room, field) = (named.number, named.field)
        let own = message.clientID.map {
            Idempotency.Request(
                IdempotencyKey(clientID: $0, in: room), draft.fingerprint(nodeSecret: secret.span))
        }
        return try make(bytes: message.bytes, under: own.map { [$0] } ?? []) { [files] transaction, state in
            var draft = draft
            draft.attachments += try Attachments.keep(files, for: room, on: occasion, in: transaction, state)
            do {
                return Made(try Messages.post(draft, in: room, on: occasion, in: transaction, state))
            } catch ChatFault.notFound where field != nil {
                throw APIFault.notFound(field: field)
            }
        }
    }

    func edit(
        _ message: MessageNumber, _ fields: MessageFields, then: @escaping () throws -> Answer
    ) throws -> Answer {
        let revision = try fields.revision(self)
        let occasion = occasion
        return try write(bytes: fields.bytes) { [files] transaction, state in
            var revision = revision
            if !files.isEmpty {
                guard let room = try state.logState.message(message)?.room.roomNumber else { throw ChatFault.notFound }
                let added = try Attachments.keep(files, for: room, on: occasion, in: transaction, state)
                // Without a new list they come to what the message has.
                let former = try AttachmentPlace.numbers(of: message, on: transaction.connection)
                revision.attachments = (revision.attachments ?? former) + added
            }
            return try Messages.edit(message, revision, on: occasion, in: transaction, state)
        } then: { _ in
            try then()
        }
    }

    /// By its sender, who need not see it any more. Of others, only who sees it learns that they may not.
    func delete(
        _ message: MessageNumber, then: @escaping () throws -> Answer
    ) throws -> Answer {
        let occasion = occasion
        return try write { transaction, state in
            try Messages.delete(message, on: occasion, in: transaction, state)
        } then: {
            try then()
        }
    }
}
