import Bytes
import Operations
import Replica
package import SQLite
package import Store

/// What came of posting.
package struct PostedMessage: Hashable, Sendable {
    package let number: MessageNumber
    /// Nil where it has to be read to be shown.
    package fileprivate(set) var fresh: FreshMessage?
}

/// What people do with messages: each use case once, whatever face or socket asks for it.
package enum Messages {
    package static func post(
        _ draft: MessageDraft, in number: RoomNumber, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws -> PostedMessage {
        let author = try state.actor(occasion)
        let room = try state.room(number, seenBy: occasion.person)
        try room.require(.post, of: author)
        if draft.type == MessageDraft.system { try room.require(.postSystem, of: author) }
        let answered = try draft.replyTo.map { try state.answered($0, in: room, by: author) }
        let carried = try CarriedFiles(draft.attachments, for: room, by: occasion.person, state)
        var content = MessageContent(content: draft.content, replyTo: answered, extra: draft.extra)
        content.attachments = carried.files
        content.type = draft.type ?? (carried.files.isEmpty ? "text" : carried.areImages ? "image" : "file")
        content.mentions = try state.mentions(in: draft.content, by: author, room, transaction)
        let payload = content.encoded
        try content.check(payload)
        try carried.claim(in: transaction)
        let written = try state.write(.messagePost, payload, by: author.handle, in: room, at: occasion.now)
        var posted = PostedMessage(number: MessageNumber(written.serial))
        if content.replyTo == nil, content.attachments.isEmpty, content.mentions.isEmpty {
            let naming = try Store.People.version(on: transaction.connection)
            posted.fresh = FreshMessage(written, in: number, by: try occasion.person, payload, naming: naming)
        }
        return posted
    }

    /// By its author. False where nothing would be other than it is: that is no edit.
    @discardableResult
    package static func edit(
        _ number: MessageNumber, _ revision: MessageRevision, on occasion: Occasion,
        in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let author = try state.actor(occasion)
        let found = try state.visible(number, to: author)
        guard found.message.author == author else { throw ChatFault.notAllowed }
        if revision.type == MessageDraft.system { try found.room.require(.postSystem, of: author) }
        guard let before = found.message.content else { throw ChatFault.conflict(.deletedMessage) }
        var after = before
        if let content = revision.content, content != before.content {
            after.content = content
            after.mentions = try state.mentions(in: content, by: author, found.room, transaction)
        }
        let carried = try revision.attachments.map {
            try CarriedFiles($0, of: found, for: found.room, by: occasion.person, state)
        }
        if let carried { after.attachments = carried.files }
        if let type = revision.type { after.type = type }
        if case .to(let extra) = revision.extra { after.extra = extra }
        try after.check(after.encoded)
        let change = after.difference(from: before)
        guard change != MessageChange() else { return false }
        try carried?.claim(in: transaction)
        try state.write(
            .messageEdit, about: .operation(found.message.id), change.encoded, by: author.handle, in: found.room,
            at: occasion.now)
        return true
    }

    /// By its author, who need not be in the room any more. Again: nothing.
    package static func delete(
        _ number: MessageNumber, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws {
        let author = try state.actor(occasion)
        guard let found = try state.logState.message(number) else { throw ChatFault.notFound }
        guard found.message.author == author else {
            _ = try state.visible(number, to: author)
            throw ChatFault.notAllowed
        }
        guard !found.message.isDeleted else { return }
        try state.write(
            .messageDelete, about: .operation(found.message.id), by: author.handle, in: found.room, at: occasion.now)
    }

    /// False where it is pinned already, or isn't.
    @discardableResult
    package static func pin(
        _ number: MessageNumber, _ isPinned: Bool, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws -> Bool {
        let actor = try state.actor(occasion)
        let found = try state.visible(number, to: actor)
        try found.room.require(.pin, of: actor)
        if found.message.isDeleted {
            guard !isPinned else { throw ChatFault.conflict(.deletedMessage) }
            return false
        }
        guard found.message.isPinned != isPinned else { return false }
        try state.write(
            .pinSet, about: .operation(found.message.id), PinChange(isPinned).encoded, by: actor.handle,
            in: found.room, at: occasion.now)
        return true
    }
}

extension ChatState {
    /// Shown, or a grave, in a room that they are in.
    func visible(_ number: MessageNumber, to user: UserID) throws -> LoggedMessage {
        guard let found = try logState.message(number), found.message.visibility != .hidden else {
            throw ChatFault.notFound
        }
        try found.room.require(.read, of: user)
        return found
    }

    /// Deleted ones may be answered. One of another room is a mistake only for who sees it.
    fileprivate func answered(_ number: MessageNumber, in room: StoredRoom, by user: UserID) throws -> OperationID {
        guard let found = try logState.message(number), found.message.visibility != .hidden,
            found.room.place(of: user) != .outsider
        else { throw ChatFault.unknown(.replyTo) }
        guard found.room.id == room.id else {
            throw ChatFault.invalid([FieldFault(.replyTo, "A message of another room.")])
        }
        return found.message.id
    }

    fileprivate func mentions(
        in text: String, by author: UserID, _ room: StoredRoom, _ transaction: borrowing Transaction
    ) throws -> [UserID] {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return [] }
        var nodes: [(node: NodeID, name: String)] = []
        for node in room.nodes {
            nodes.append((node, try NodeTable.name(of: node, on: transaction.connection)))
        }
        return Mentions.find(in: text, by: author) { handle in
            nodes.compactMap { node, name in
                let user = UserID(node: node, handle: handle)
                return room.standing(of: user) == .out ? nil : (user, name)
            }
        }
    }
}

extension MessageContent {
    /// As much as others take (Spec/operations.md, section 7), and something at all.
    fileprivate func check(_ encoded: [UInt8]) throws(ChatFault) {
        var faults: [FieldFault] = []
        faults.check(.content, text: content, bytesMax: Limits.contentBytesMax)
        faults.check(.content, !content.isEmpty || !attachments.isEmpty, "Something to say, or an attachment.")
        faults.check(
            .messageType, MessageDraft.types.contains(type), "One of \(MessageDraft.types.joined(separator: ", ")).")
        try faults.throwIfAny()
        faults.check(
            .content, encoded.count <= Limits.payloadBytesMax,
            "With all that belongs to it the message has more than 65,536 bytes.")
        try faults.throwIfAny()
    }

    fileprivate func difference(from before: MessageContent) -> MessageChange {
        var change = MessageChange()
        if content != before.content { change.content = .to(content) }
        if type != before.type { change.type = .to(type) }
        if attachments != before.attachments { change.attachments = .to(attachments) }
        if mentions != before.mentions { change.mentions = .to(mentions) }
        if extra != before.extra { change.extra = .to(extra) }
        return change
    }
}
