import Chat
import JSON
import Store

/// Rooms as chatrooms, with people called by their names (Spec/api/chatrooms.md).
enum ChatroomRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window(limit: Query.limitMax)
        return try call.rooms(window) { try call.array(window, count: $0, $1) }
    }

    static func make(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        var draft = GroupDraft(name: fields.words("name") ?? fields.missing("name", ""))
        let names = fields.displayNames("participants_display_names") ?? []
        draft.extra = fields.extra().value()
        try fields.check()
        call.fieldNames["participants"] = "participants_display_names"
        call.fieldNames["user_display_names"] = "participants_display_names"
        draft.participants = try call.read { try People.named(names, on: $0) }
        return try call.found(draft)
    }

    static func showMade(_ call: Call, _ made: Made) throws -> Answer {
        let room = RoomNumber(made.number)
        return try .made(at: "/api/messaging/channels/\(room)/") { try call.write(room, to: &$0) }
    }

    static func addUsers(_ call: Call) throws -> Answer {
        let room = try call.room("room_id", to: .addMember)
        let fields = try call.fields()
        let names = fields.displayNames("user_display_names") ?? fields.missing("user_display_names", [])
        if names.isEmpty, fields.has("user_display_names") {
            fields.problems.add("user_display_names", "Must name somebody.")
        }
        try fields.check()
        let occasion = call.occasion
        let people = try call.read { try People.named(names, on: $0) }
        return try call.write(bytes: 256 + 64 * people.count) { transaction, state in
            try Members.add(people, to: room, .displayNames, on: occasion, in: transaction, state)
        } then: {
            try .ok { try call.write(room, to: &$0) }
        }
    }

    // MARK: Messages

    static func messages(_ call: Call) throws -> Answer {
        try call.messageArray(of: try call.room("room_id"))
    }

    static func post(_ call: Call) throws -> Answer {
        let room = try call.room("room_id", to: .post)
        let fields = try call.fields()
        let message = MessageFields(fields)
        try fields.check()
        return try call.post(message, in: RoomToWrite(room))
    }
}
