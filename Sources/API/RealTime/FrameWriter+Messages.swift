import Chat
import JSON
import SQLite
import Store

// Frames about messages and notifications, as they are now: a message that was deleted since comes as a grave.

extension FrameWriter {
    func message(
        _ type: StaticString, _ seq: EventNumber, _ entry: JournalEntry, on connection: Connection
    ) throws -> Frame? {
        guard let number = entry.message else { return nil }
        var isShown = false
        let frame = try make(type, seq) { json in
            json.member("room", entry.room)
            json.key("message")
            isShown = try write(number, to: &json, on: connection)
            if !isShown { json.lost(number, in: entry.room) }
        }
        // Of one that is void now only its end is told.
        return isShown || entry.kind == .messageDeleted ? frame : nil
    }

    /// As nobody in particular sees it: the same bytes go to everybody.
    private func write(
        _ number: MessageNumber, to json: inout JSONWriter, on connection: Connection
    ) throws -> Bool {
        var shapes = ShapeWriter(JSONWriter(), for: PersonNumber(0), base: base)
        swap(&shapes.json, &json)
        defer { swap(&shapes.json, &json) }
        return try MessageList.show(number, to: PersonNumber(0), on: connection, &shapes)
    }

    /// Nil where the message can't be seen any more.
    func reaction(_ seq: EventNumber, _ entry: JournalEntry, on connection: Connection) throws -> Frame? {
        guard let message = entry.message, let person = entry.person,
            try MessageTable.message(message, on: connection) != nil
        else { return nil }
        let value = try MessageTable.reaction(of: person, to: message, on: connection)
        let counts = try MessageTable.reactions(to: message, on: connection)
        return make("reaction", seq) {
            $0.member("room", entry.room)
            $0.member("message", message)
            $0.member("user", person)
            $0.member("reaction", value)
            $0.key("reactions")
            $0.object { json in
                for (value, count) in counts {
                    json.key(value)
                    json.integer(count)
                }
            }
        }
    }

    /// Nil for one that was deleted since.
    func notification(_ seq: EventNumber, _ entry: JournalEntry, on connection: Connection) throws -> Frame? {
        guard let number = entry.detail.map({ NotificationNumber($0) }),
            let notification = try NotificationTable.notification(number, on: connection)
        else { return nil }
        let run = try MessageNotices.run(of: notification, RoomUnread(), on: connection)
        let words = try NotificationWords(of: notification, run, on: connection)
        return make("notification", seq) {
            $0.key("notification")
            $0.notification(notification, words, run)
        }
    }
}

extension JSONWriter {
    /// A message that never had the right to be there: its place, and nothing else of it.
    fileprivate mutating func lost(_ message: MessageNumber, in room: RoomNumber?) {
        object {
            $0.member("id", message)
            $0.member("room", room)
            $0.member("content", "")
            $0.member("is_deleted", true)
        }
    }
}
