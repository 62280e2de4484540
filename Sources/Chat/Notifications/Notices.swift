package import Bytes
package import SQLite
package import Store

/// The `message` notifications, when somebody looks or hears: what is made is told to their connections, too.
package enum Notices {
    /// To be handed to the writer before a list or a count of notifications is read, where `MessageNotices.isLookDue`.
    package static func look(
        for person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction, _ state: ChatState
    ) throws {
        let made = try MessageNotices.look(for: person, RoomUnread(), &state.random, in: transaction)
        for notification in made { try state.journal(notification.number, of: person, at: now, in: transaction) }
    }

    /// A message has come into the room, and these people are connected.
    package static func hear(
        of room: RoomNumber, _ people: [PersonNumber], at now: Timestamp, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws {
        for person in people {
            let made = try MessageNotices.hear(of: room, for: person, RoomUnread(), &state.random, in: transaction)
            if let made { try state.journal(made.number, of: person, at: now, in: transaction) }
        }
    }
}
