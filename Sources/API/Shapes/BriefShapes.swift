import Bytes
import JSON
import Store

// What face chats answers to whoever makes something by its short routes.

/// `{id, uuid, name}` of a room.
struct NamedRoom: ~Copyable, RoomVisitor {
    var json = JSONWriter()

    mutating func takes(_ glance: RoomGlance) -> Bool { false }

    mutating func room(_ row: borrowing RoomRow) {
        json.beginObject()
        json.member("id", row.number)
        json.member("uuid", row.uuid)
        json.key("name")
        json.string(row.name)
        json.endObject()
    }

    mutating func person(_ row: borrowing PersonRow) {}
    /// Nobody is named here.
    func node(of person: PersonNumber) -> Int64? { 0 }
    mutating func participant(_ person: PersonNumber) {}
    mutating func message(_ row: borrowing MessageRow) {}
    mutating func attachment(_ row: AttachmentRow) {}
    mutating func mention(_ person: PersonNumber) {}
    mutating func reaction(_ value: Span<UInt8>, count: Int) {}
    mutating func endOfMessage() {}
    mutating func endOfRoom() {}
}

/// `{id, uuid, chat_room_id, content}` of a message.
struct CreatedMessage: ~Copyable, MessageVisitor {
    var json = JSONWriter()
    /// As the client named it.
    private let room: String

    init(room: String) {
        self.room = room
    }

    mutating func message(_ row: borrowing MessageRow) {
        json.beginObject()
        json.member("id", row.number)
        json.member("uuid", row.uuid)
        json.member("chat_room_id", room)
        json.key("content")
        json.string(row.content)
        json.endObject()
    }

    mutating func person(_ row: borrowing PersonRow) {}
    /// Nobody is named here.
    func node(of person: PersonNumber) -> Int64? { 0 }
    mutating func attachment(_ row: AttachmentRow) {}
    mutating func mention(_ person: PersonNumber) {}
    mutating func reaction(_ value: Span<UInt8>, count: Int) {}
    mutating func endOfMessage() {}
}
