import Chat
import JSON
import Store

/// Rooms as chat rooms (Spec/api/chats.md, section 2).
enum ChatsRoomRoutes {
    static func list(_ call: Call) throws -> Answer {
        try ChannelRoutes.list(call)
    }

    static func make(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        var draft = fields.groupDraft()
        draft.name = fields.text("name") ?? ""
        if fields.bool("is_deleted") ?? false { fields.problems.add("is_deleted", "There is nothing yet to delete.") }
        try fields.check()
        call.noteNames(in: fields)
        return try call.found(draft)
    }

    static func showMade(_ call: Call, _ made: Made) throws -> Answer {
        let room = RoomNumber(made.number)
        return try .made(at: "/chats/rooms/\(room)/") { try call.write(room, to: &$0) }
    }

    // MARK: By name alone

    static func makeNamed(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let draft = GroupDraft(name: fields.words("name") ?? "")
        try fields.check()
        return try call.found(draft)
    }

    static func showNamed(_ call: Call, _ made: Made) throws -> Answer {
        let room = RoomNumber(made.number)
        return try call.read { connection in
            var shown = NamedRoom()
            guard try RoomList.show(room, to: call.person, on: connection, &shown) else { throw APIFault.notFound() }
            return .made(at: "/chats/rooms/\(room)/") { swap(&$0, &shown.json) }
        }
    }

    // MARK: One

    static func show(_ call: Call) throws -> Answer {
        try show(try call.room(), call)
    }

    private static func show(_ room: RoomNumber, _ call: Call) throws -> Answer {
        try .thing { try call.writeWithMessages(room, to: &$0) }
    }

    /// No field is needed, so that replacing is changing.
    static func change(_ call: Call) throws -> Answer {
        let room = try call.roomToChange()
        let fields = try call.fields()
        var change = fields.groupChange()
        change.name = fields.text("name")
        change.isGroup = fields.bool("is_group")
        let isDeleted = fields.bool("is_deleted") ?? false
        try fields.check()
        call.noteNames(in: fields)
        try call.obeyIfMatch { try show(room, call) }
        guard isDeleted else {
            return try call.change(room, change) { try .thing { try call.write(room, to: &$0) } }
        }
        // For the last time: as it is now, but deleted.
        let last = try Answer.thing { json in
            try call.write(room, asDeleted: true, to: &json)
        }
        return try call.delete(room) { last }
    }

    static func delete(_ call: Call) throws -> Answer {
        let room = try call.room(to: .delete)
        try call.obeyIfMatch { try show(room, call) }
        return try call.delete(room) { .done }
    }
}
