import Bytes
import JSON
import SQLite
import Store

// Things as answers show them. What the caller doesn't see is 404: it may have gone since it was made or named.

extension Call {
    /// Lets the store show things as JSON.
    func shapes<Result>(
        _ json: inout JSONWriter, on connection: Connection, _ body: (inout ShapeWriter) throws -> Result
    ) throws -> Result {
        let (naming, base) = (try Store.People.version(on: connection), base)
        context.people.open(naming: naming)
        context.rooms.open(naming: naming, base: base)
        var shapes = ShapeWriter(
            JSONWriter(), for: person, base: base, people: context.people, rooms: context.rooms
        ) { [self] person in
            // A mark that can't be read is none.
            (try? presence(of: person, on: connection))?.lastActivity
        }
        swap(&shapes.json, &json)
        defer { swap(&shapes.json, &json) }
        return try body(&shapes)
    }

    // MARK: Rooms

    /// `asDeleted`: as it will be shown once more to whoever deletes it.
    func write(_ room: RoomNumber, asDeleted: Bool = false, to json: inout JSONWriter) throws {
        try read { connection in
            try shapes(&json, on: connection) {
                $0.showsAsDeleted = asDeleted
                guard try RoomList.show(room, to: person, on: connection, &$0) else { throw APIFault.notFound() }
            }
        }
    }

    /// With its newest messages, the oldest of them first.
    func writeWithMessages(_ room: RoomNumber, to json: inout JSONWriter) throws {
        try read { connection in
            try shapes(&json, on: connection) { shapes in
                shapes.isRoomOpen = true
                guard try RoomList.show(room, to: person, on: connection, &shapes) else { throw APIFault.notFound() }
                shapes.json.key("messages")
                try newestMessages(of: room, to: &shapes.json, on: connection)
                shapes.json.endObject()
            }
        }
    }

    /// They are found with the newest first, and put down the other way round.
    private func newestMessages(
        of room: RoomNumber, to json: inout JSONWriter, on connection: Connection
    ) throws {
        context.messages.open(naming: try Store.People.version(on: connection), base: base)
        var found = ShapeWriter(
            JSONWriter(), for: person, base: base, people: context.people, messages: context.messages)
        found.notesWritten = true
        found.json.beginArray()
        _ = try MessageList.page(
            MessageFilter(in: .room(room)), MessageCursors(), ListWindow(limit: 50), to: person, on: connection, &found)
        json.beginArray()
        for place in found.written.reversed() { found.json.withBytes(place) { json.raw(element: $0) } }
        json.endArray()
    }

    /// A page of the caller's rooms.
    func rooms(
        _ window: ListWindow, _ answer: (Int, (inout JSONWriter) throws -> Void) throws -> Answer
    ) throws -> Answer {
        let filter = query.roomFilter()
        try query.check()
        return try read { connection in
            let page = try RoomList.find(of: person, filter, window, on: connection)
            let count = try page.count ?? RoomList.count(of: person, filter, on: connection)
            return try answer(count) { json in
                try shapes(&json, on: connection) {
                    try RoomList.show(page, to: person, on: connection, &$0)
                }
            }
        }
    }

    // MARK: Messages

    func write(_ message: MessageNumber, to json: inout JSONWriter) throws {
        try read { connection in
            _ = try visible(message, on: connection)
            try shapes(&json, on: connection) {
                guard try MessageList.show(message, to: person, on: connection, &$0) else {
                    throw APIFault.notFound()
                }
            }
        }
    }

    /// One that the caller has just made.
    func writeMessage(_ made: Made, to json: inout JSONWriter) throws {
        if let fresh = made.message, write(fresh, to: &json) { return }
        try write(MessageNumber(made.number), to: &json)
    }

    /// False where nothing was written, since its sender has to be looked up.
    private func write(_ fresh: FreshMessage, to json: inout JSONWriter) -> Bool {
        context.people.open(naming: fresh.naming)
        var shapes = ShapeWriter(JSONWriter(), for: person, base: base, people: context.people)
        swap(&shapes.json, &json)
        defer { swap(&shapes.json, &json) }
        return MessageList.show(fresh, to: &shapes)
    }

    // MARK: Members

    func write(_ member: MembershipNumber, to json: inout JSONWriter) throws {
        try read { connection in
            try shapes(&json, on: connection) {
                guard try MemberList.show(member, to: person, on: connection, &$0) else { throw APIFault.notFound() }
            }
        }
    }

    /// Whether or not the caller is in that room.
    func write(_ member: Membership, to json: inout JSONWriter, on connection: Connection) throws {
        try shapes(&json, on: connection) {
            _ = try Store.People.introduce(member.person, on: connection, to: &$0)
            $0.member(member)
        }
    }
}

extension Query {
    func roomFilter() -> RoomFilter {
        RoomFilter(
            name: text("name"), school: text("school"), details: text("details"), type: roomType("type"),
            isArchived: bool("archived"))
    }

    private func roomType(_ name: String) -> String? {
        choice(name) { ["group", "direct", "client_agent", "agent_agent"].contains($0) ? $0 : nil }
    }
}
