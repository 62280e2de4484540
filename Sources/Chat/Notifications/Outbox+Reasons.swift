package import SQLite
package import Store

/// What is looked at once more at the moment of sending: rights, switches and texts are those of then.
extension Outbox {
    /// Whether there is still a reason to send it.
    package static func isWanted(_ entry: OutboxEntry, on connection: Connection) throws -> Bool {
        guard let current = try OutboxTable.entry(entry.number, on: connection), current.state == .waiting,
            let account = try AccountTable.account(of: entry.person, on: connection), account.isActive,
            try NotificationPreferences.switches(of: entry.person, on: connection)[entry.type]
                .contains(entry.way.ways)
        else { return false }
        if let number = entry.notification {
            let notification = try NotificationTable.notification(number, on: connection)
            guard let notification, !notification.isRead else { return false }
        }
        // What somebody was told in words of their own does not hang on a room.
        guard entry.type != .system else { return true }
        if let room = entry.room {
            guard try MembershipTable.isMember(entry.person, of: room, on: connection),
                try SubjectNames.isOpen(room, on: connection)
            else { return false }
        }
        // What stands for several messages outlives each of them.
        guard let message = entry.message, entry.type != .message else { return true }
        return try SubjectNames.text(of: message, on: connection) != nil
    }
}
