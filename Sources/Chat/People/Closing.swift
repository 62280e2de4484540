package import Bytes
import Operations
import Replica
package import SQLite
import Store

extension ChatState {
    /// Whoever closes their account leaves, also a group that has no other admin: its founding organisation can appoint one.
    func leaveGroups(
        _ user: UserID, _ person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        for number in try MembershipTable.rooms(of: person, on: transaction.connection) {
            let room = try self.room(number)
            guard room.nature == .group else { continue }
            try write(.memberLeave, by: user.handle, in: room, at: now)
        }
    }
}

/// What is left to be done for people who have closed their account and want all that they wrote deleted.
package enum Erasure {
    /// Deletes some of it; called again until it says that nothing is left. Where it stopped is remembered in the same
    /// transaction.
    package static func step(
        atMost limit: Int = 100, at now: Timestamp, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        guard var entry = try ErasureTable.first(at: now, on: transaction.connection) else { return true }
        let author = try state.user(entry.person)
        let messages = try ErasureTable.messages(after: entry, limit: limit, on: transaction.connection)
        for number in messages {
            entry.message = number
            guard let found = try state.logState.message(number) else { continue }
            try state.write(
                .messageDelete, about: .operation(found.message.id), by: author.handle, in: found.room, at: now)
        }
        if messages.isEmpty {
            guard
                let next = try Belongings.room(
                    after: entry.room, of: entry.person, on: transaction.connection)
            else {
                try ErasureTable.end(entry.person, in: transaction)
                return try ErasureTable.first(at: now, on: transaction.connection) == nil
            }
            entry.room = next
            entry.message = MessageNumber(0)
        }
        try ErasureTable.update(entry, in: transaction)
        return false
    }

    /// The step that was to come next has failed and is undone: the other people's go on without waiting for it.
    package static func putOff(at now: Timestamp, in transaction: borrowing Transaction) throws {
        guard let entry = try ErasureTable.first(at: now, on: transaction.connection) else { return }
        try ErasureTable.putOff(entry.person, at: now, in: transaction)
    }
}
