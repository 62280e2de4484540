package import Bytes
import Operations
import Replica
package import SQLite
package import Store

// What follows from what happened in rooms, whoever caused it: a person of this node, another node, a verdict that changed. In the
// transaction in which it happened.
extension ChatState {
    func follow(_ events: [RoomEvent], at now: Timestamp, in transaction: borrowing Transaction) throws {
        var newcomers: [RoomNumber: Set<PersonNumber>] = [:]
        for case (let room, .member(let person, .joined, _)) in events.map({ ($0.room, $0.kind) }) {
            newcomers[room, default: []].insert(person)
        }
        for event in events {
            if case .released(let blob) = event.kind { news.released.insert(blob) }
            try journal(event, at: now, in: transaction)
            guard !event.isHistory else { continue }
            try notify(of: event, newcomers: newcomers[event.room] ?? [], at: now, in: transaction)
        }
    }

    /// What is told to sockets, now and when they resume.
    func journal(_ entry: JournalEntry, in transaction: borrowing Transaction) throws {
        news.events.append(ChatNews.Event(seq: try EventJournal.append(entry, in: transaction), entry: entry))
    }

    /// A notification is new, or other than it was.
    package func journal(
        _ notification: NotificationNumber, of person: PersonNumber, at now: Timestamp,
        in transaction: borrowing Transaction
    ) throws {
        try journal(JournalEntry(.notification, at: now, person: person, detail: notification.value), in: transaction)
        news.notices.insert(person)
    }

    private func journal(_ event: RoomEvent, at now: Timestamp, in transaction: borrowing Transaction) throws {
        guard try isTold(event) else { return }
        if case .member(let person, .joined, _) = event.kind, try logState.user(person)?.node == node {
            // To whoever comes the room is new, with all that is in it.
            try journal(JournalEntry(.roomCreated, at: now, room: event.room, person: person), in: transaction)
        }
        if let entry = JournalEntry(event, at: now) { try journal(entry, in: transaction) }
    }

    private func isTold(_ event: RoomEvent) throws -> Bool {
        let room = try logState.look(at: event.room)
        switch event.kind {
        // Of a group each of its first members is told by itself.
        case .room(.created): return room?.nature != .group
        // What becomes of a room that is there for nobody is told to nobody.
        case .room(.deleted): return !event.isHistory
        case .room, .appeared, .edited, .pinned, .deleted, .vanished, .reacted, .member, .read:
            return !event.isHistory && room?.fields.isDeleted == false
        case .profile, .released: return false
        }
    }
}
