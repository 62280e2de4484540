import Chat
import JSON
import SQLite
import Store

/// Rooms as conversations (Spec/api/conversations.md).
enum ConversationRoutes {
    static func list(_ call: Call) throws -> Answer {
        try ChannelRoutes.list(call)
    }

    static func show(_ call: Call) throws -> Answer {
        try show(try call.room(), call)
    }

    private static func show(_ room: RoomNumber, _ call: Call) throws -> Answer {
        try .thing { try call.writeWithMessages(room, to: &$0) }
    }

    static func messages(_ call: Call) throws -> Answer {
        try call.messages(of: try call.room())
    }

    static func send(_ call: Call) throws -> Answer {
        let room = try call.room(to: .post)
        let fields = try call.fields()
        let message = MessageFields(fields)
        try fields.check()
        return try call.post(message, in: RoomToWrite(room))
    }

    static func markRead(_ call: Call) throws -> Answer {
        try call.markAllRead(in: try call.room())
    }

    static func archive(_ call: Call) throws -> Answer {
        try setArchived(true, call)
    }

    static func unarchive(_ call: Call) throws -> Answer {
        try setArchived(false, call)
    }

    private static func setArchived(_ isArchived: Bool, _ call: Call) throws -> Answer {
        let room = try call.room(to: .archive)
        var change = GroupChange()
        change.isArchived = isArchived
        return try call.change(room, change) { try .ok { try call.write(room, to: &$0) } }
    }

    // MARK: Making

    static func make(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        var draft = fields.groupDraft(types: GroupDraft.types + ["direct"])
        draft.name = fields.text("name") ?? ""
        let lists = ["participants", "participant_ids"].map { (name: $0, people: fields.participants($0) ?? []) }
        let message = fields.words("message")
        if draft.type == "direct" { fields.refuseWords(of: draft) }
        try fields.check()
        call.noteNames(in: fields)
        call.fieldNames["content"] = "message"
        let field = fields.has("participants") ? "participants" : "participant_ids"
        call.fieldNames["participants"] = field
        call.fieldNames["user"] = field
        draft.participants = try call.read { connection in
            try lists.flatMap { try call.numbers(of: $0.people, $0.name, on: connection) }
        }
        guard draft.type == "direct" else { return try call.found(draft, saying: message) }
        let others = Set(draft.participants).subtracting([call.person])
        guard others.count < 2, !draft.participants.isEmpty else {
            throw APIFault.invalid([FieldProblem(field, "Must name one person besides you, or you alone.")])
        }
        return try open(with: others.first ?? call.person, saying: message, call)
    }

    private static func open(with other: PersonNumber, saying words: String?, _ call: Call) throws -> Answer {
        let occasion = call.occasion
        return try call.make(bytes: 1_024 + (words?.utf8.count ?? 0)) { transaction, state in
            let opened = try Rooms.openDirect(with: other, on: occasion, in: transaction, state)
            if let words {
                _ = try Messages.post(MessageDraft(words), in: opened.room, on: occasion, in: transaction, state)
            }
            return Made(opened.room.value, isNew: opened.isNew)
        }
    }

    static func showMade(_ call: Call, _ made: Made) throws -> Answer {
        let room = RoomNumber(made.number)
        return try .made(at: "/api/messaging/conversations/\(room)/", isNew: made.isNew) {
            try call.write(room, to: &$0)
        }
    }
}

extension Fields {
    /// A direct room says nothing of itself.
    fileprivate func refuseWords(of draft: GroupDraft) {
        let words: [(name: String, isEmpty: Bool)] = [
            ("name", draft.name.isEmpty), (has("details") ? "details" : "description", draft.details.isEmpty),
            ("client", draft.client == nil), ("property", draft.property == nil), ("extra_data", draft.extra == nil),
        ]
        for (name, isEmpty) in words where !isEmpty { problems.add(name, "A direct room has none.") }
    }
}
