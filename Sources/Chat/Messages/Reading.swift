import Bytes
package import SQLite
package import Store

/// What people say that they have read.
package enum Reading {
    package struct Marked: Hashable, Sendable {
        /// Messages that had been unread.
        package let count: Int
        package let unread: Int
    }

    /// All that the room has.
    package static func markAll(
        in number: RoomNumber, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Marked {
        let person = try occasion.person
        try state.room(number).require(.read, of: state.actor(occasion))
        let newest = try UnreadRuns.newest(on: transaction.connection)
        let marked = try Notifications.reading(
            number, upTo: newest, by: person, RoomUnread(), at: occasion.now, in: transaction
        ) {
            try Readings.markAll(in: number, by: person, at: occasion.now, in: transaction)
        }
        guard let marked else { throw ChatFault.notFound }
        if marked.isNews, let message = marked.newest {
            try state.tellReading(of: message, in: number, by: person, at: occasion.now, in: transaction)
        }
        let unread = try Readings.unreadCount(of: person, in: number, on: transaction.connection)
        return Marked(count: marked.count, unread: unread)
    }

    /// This one, and nothing before it. False where it had been read, or is their own.
    @discardableResult
    package static func mark(
        _ number: MessageNumber, on occasion: Occasion, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let person = try occasion.person
        let found = try state.visible(number, to: state.actor(occasion))
        let room = found.room.roomNumber
        let isNew = try Notifications.reading(
            number, in: room, by: person, RoomUnread(), at: occasion.now, in: transaction
        ) {
            try Readings.mark(number, in: room, by: person, at: occasion.now, in: transaction)
        }
        guard isNew == true else { return false }
        try state.tellReading(of: number, in: room, by: person, at: occasion.now, in: transaction)
        return true
    }
}

extension ChatState {
    fileprivate func tellReading(
        of message: MessageNumber, in room: RoomNumber, by person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws {
        try journal(
            JournalEntry(.readReceipt, at: now, room: room, message: message, person: person), in: transaction)
        news.read[person, default: []].insert(room)
        news.notices.insert(person)
    }
}
