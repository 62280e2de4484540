import Chat
import JSON
import Operations
import SQLite
import Store
import Wire

/// Rooms as channels (Spec/api/channels.md, section 1).
enum ChannelRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        return try call.rooms(window) { try call.page(window, count: $0, $1) }
    }

    static func make(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        var draft = fields.groupDraft()
        draft.name = fields.words("name") ?? fields.missing("name", "")
        let people = fields.participants("participants") ?? []
        try fields.check()
        call.noteNames(in: fields)
        draft.participants = try call.read { try call.numbers(of: people, "participants", on: $0) }
        return try call.found(draft)
    }

    static func showMade(_ call: Call, _ made: Made) throws -> Answer {
        let room = RoomNumber(made.number)
        return try .made(at: "/api/messaging/channels/\(room)/") { try call.write(room, to: &$0) }
    }

    static func show(_ call: Call) throws -> Answer {
        try show(try call.room(), call)
    }

    private static func show(_ room: RoomNumber, _ call: Call) throws -> Answer {
        try .thing { try call.write(room, to: &$0) }
    }

    static func replace(_ call: Call) throws -> Answer {
        try change(call, isWhole: true)
    }

    static func change(_ call: Call) throws -> Answer {
        try change(call, isWhole: false)
    }

    private static func change(_ call: Call, isWhole: Bool) throws -> Answer {
        let room = try call.roomToChange()
        let fields = try call.fields()
        var change = fields.groupChange()
        change.name = fields.words("name")
        if isWhole, change.name == nil { _ = fields.missing("name", "") }
        try fields.check()
        call.noteNames(in: fields)
        try call.obeyIfMatch { try show(room, call) }
        return try call.change(room, change) { try show(room, call) }
    }

    static func delete(_ call: Call) throws -> Answer {
        let room = try call.room(to: .delete)
        try call.obeyIfMatch { try show(room, call) }
        return try call.delete(room) { .done }
    }

    static func messages(_ call: Call) throws -> Answer {
        try call.messages(of: try call.room())
    }

    static func markRead(_ call: Call) throws -> Answer {
        try call.markAllRead(in: try call.room())
    }

    static func pins(_ call: Call) throws -> Answer {
        let room = try call.room()
        let window = call.query.window()
        try call.query.check()
        return try call.read { connection in
            let count = try MessageList.pinCount(of: room, on: connection)
            return try call.page(window, count: count) { json in
                try call.shapes(&json, on: connection) {
                    try MessageList.pins(of: room, window, to: call.person, on: connection, &$0)
                }
            }
        }
    }

    // MARK: Direct rooms

    /// Makes the room where it isn't there, though it is a GET; a HEAD makes nothing.
    static func direct(_ call: Call) throws -> Answer {
        let named = call.query.person("user_id")
        if named == nil { call.query.missing("user_id") }
        try call.query.check()
        call.fieldNames["user"] = "user_id"
        guard let named else { throw APIFault.notFound(field: "user_id") }
        let (other, known) = try call.read { connection in
            let other = try call.person(named, field: "user_id", on: connection).number
            return (other, try DirectRooms.room(of: call.person, and: other, on: connection))
        }
        if let known { return try showDirect(known, isNew: false, call) }
        guard call.request.method != .head else { throw APIFault.notFound() }
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Rooms.openDirect(with: other, on: occasion, in: transaction, state)
        } then: {
            try showDirect($0.room, isNew: $0.isNew, call)
        }
    }

    private static func showDirect(_ room: RoomNumber, isNew: Bool, _ call: Call) throws -> Answer {
        try .made(at: "/api/messaging/channels/\(room)/", isNew: isNew) { try call.write(room, to: &$0) }
    }

    // MARK: Other nodes

    static func sync(_ call: Call) throws -> Answer {
        let room = try call.room()
        return try call.work { reader in
            try reader.read { try RoomStateDigest.digest(of: room, on: $0) }
        } then: { digest in
            guard let digest else { throw APIFault.notFound() }
            let peers = try call.read { try call.shared.parts.spread.peers(of: room, on: $0) }
            return .ok { $0.sync(digest: digest, peers) }
        }
    }
}
