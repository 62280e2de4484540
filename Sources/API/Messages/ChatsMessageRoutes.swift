import Chat
import JSON
import Operations
import SQLite
import Store

/// Messages as chat messages (Spec/api/chats.md, section 1).
enum ChatsMessageRoutes {
    static func list(_ call: Call) throws -> Answer {
        try call.messages()
    }

    static func post(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let message = MessageFields(fields)
        if fields.bool("is_deleted") ?? false { fields.problems.add("is_deleted", "There is nothing yet to delete.") }
        let sender = fields.senderOfChat()
        let room = try call.roomToWrite(in: fields, among: ["chat"])
        try call.checkSender(sender)
        return try call.post(message, in: room)
    }

    static func showMade(_ call: Call, _ made: Made) throws -> Answer {
        try .made(at: "/chats/messages/\(made.number)/") { try call.writeMessage(made, to: &$0) }
    }

    // MARK: Briefly

    static func create(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let content = fields.words("content") ?? fields.missing("content", "")
        let room = try call.roomToWrite(in: fields, among: ["chat_room_id"])
        return try call.post(MessageFields(content: content), in: room)
    }

    static func showCreated(_ call: Call, _ made: Made) throws -> Answer {
        let message = MessageNumber(made.number)
        let room = try call.fields().written("chat_room_id")
        return try call.read { connection in
            _ = try call.visible(message, on: connection)
            var shown = CreatedMessage(room: room)
            guard try MessageList.show(message, to: call.person, on: connection, &shown) else {
                throw APIFault.notFound()
            }
            return .made(at: "/chats/messages/\(message)/") { swap(&$0, &shown.json) }
        }
    }

    // MARK: One

    static func show(_ call: Call) throws -> Answer {
        try MessageRoutes.show(call)
    }

    static func replace(_ call: Call) throws -> Answer {
        try change(call, isWhole: true)
    }

    static func change(_ call: Call) throws -> Answer {
        try change(call, isWhole: false)
    }

    private static func change(_ call: Call, isWhole: Bool) throws -> Answer {
        let message = try call.ownMessage()
        let fields = try call.fields()
        let changed = MessageFields(fields)
        let isDeleted = fields.bool("is_deleted")
        let sender = fields.senderOfChat()
        let chat = fields.reference("chat")
        if isWhole {
            if changed.content == nil, isDeleted != true { _ = fields.missing("content", "") }
            if chat == nil { _ = fields.missing("chat", 0) }
        }
        try fields.check()
        if let chat { try call.checkRoom(chat, of: message) }
        try call.checkSender(sender)
        try call.obeyIfMatch { try MessageRoutes.show(message.number, call) }
        if isDeleted == true {
            return try call.delete(message.number) { try MessageRoutes.show(message.number, call) }
        }
        if isDeleted == false, message.isDeleted { throw ChatFault.conflict(.deletedMessage) }
        return try call.edit(message.number, changed) { try MessageRoutes.show(message.number, call) }
    }

    static func delete(_ call: Call) throws -> Answer {
        try MessageRoutes.delete(call)
    }
}

/// Who a body says has sent a message.
private struct ChatSender {
    var person: PersonReference?
    var school: Int64?
}

extension Fields {
    fileprivate func senderOfChat() -> ChatSender {
        ChatSender(person: person("sender"), school: integer("school"))
    }

    /// A field's text, or its number as text.
    fileprivate func written(_ name: String) -> String {
        switch ownReference(name) {
        case .to(.text(let text)?): text
        case .to(.integer(let number)?): "\(number)"
        case .to(nil), .none: ""
        }
    }
}

extension Call {
    /// Nobody sends for anybody else.
    fileprivate func checkSender(_ sender: ChatSender) throws {
        if let school = sender.school, school != 1 {
            throw APIFault.invalid([FieldProblem("school", "Is not your own organisation, whose id is 1.")])
        }
        guard let named = sender.person else { return }
        guard try read({ try numberOfFilter(named, on: $0) }) == person else {
            throw APIFault.invalid([FieldProblem("sender", "Is not you.")])
        }
    }

    /// A message stays in its room.
    fileprivate func checkRoom(_ reference: Reference, of message: StoredMessage) throws {
        try read { connection in
            do {
                guard try room(reference, to: .read, on: connection) == message.room else {
                    throw APIFault.conflict("A message stays in its room.", field: "chat")
                }
            } catch let fault as APIFault where fault == .notFound() {
                throw APIFault.notFound(field: "chat")
            }
        }
    }
}
