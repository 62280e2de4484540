import Chat
import JSON
import Operations
import Store

// What the faces do with groups, after each has read its own fields.

extension Call {
    func found(_ draft: GroupDraft, saying words: String? = nil) throws -> Answer {
        let occasion = occasion
        return try make(bytes: 1_024 + draft.details.utf8.count + (words?.utf8.count ?? 0)) { transaction, state in
            let room = try Rooms.found(draft, on: occasion, in: transaction, state)
            if let words {
                _ = try Messages.post(MessageDraft(words), in: room, on: occasion, in: transaction, state)
            }
            return Made(room.value)
        }
    }

    /// The room of the path, for a change: whether one may archive it, and nothing else, the use case decides by what the
    /// body says. Where one may change nothing at all, the body isn't read.
    func roomToChange(_ parameter: String = "id") throws -> RoomNumber {
        try room(parameter, to: .archive)
    }

    func change(
        _ room: RoomNumber, _ change: GroupChange, then: @escaping () throws -> Answer
    ) throws -> Answer {
        let occasion = occasion
        return try write(bytes: 1_024 + (change.details?.utf8.count ?? 0)) { transaction, state in
            try Rooms.change(room, change, on: occasion, in: transaction, state)
        } then: { _ in
            try then()
        }
    }

    func delete(_ room: RoomNumber, then: @escaping () throws -> Answer) throws -> Answer {
        let occasion = occasion
        return try write { transaction, state in
            try Rooms.delete(room, on: occasion, in: transaction, state)
        } then: {
            try then()
        }
    }

    func markAllRead(in room: RoomNumber) throws -> Answer {
        let occasion = occasion
        return try write { transaction, state in
            try Reading.markAll(in: room, on: occasion, in: transaction, state)
        } then: { marked in
            .ok { json in
                json.object {
                    $0.member("marked", marked.count)
                    $0.member("unread_count", marked.unread)
                }
            }
        }
    }
}
