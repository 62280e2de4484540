package import SQLite
package import Store

/// What is unread, by the node's read models; on whatever connection.
package struct RoomUnread: UnreadMessages {
    package init() {}

    package func newest(on connection: Connection) throws -> MessageNumber {
        try UnreadRuns.newest(on: connection)
    }

    package func unread(
        of person: PersonNumber, in room: RoomNumber, after message: MessageNumber, apart: Set<NotificationType>,
        on connection: Connection
    ) throws -> UnreadRun? {
        let run = try UnreadRuns.run(
            of: person, in: room, after: message, withMentions: !apart.contains(.mention),
            withReplies: !apart.contains(.reply), on: connection)
        return run.map { UnreadRun(count: $0.count, newest: $0.newest, since: $0.since) }
    }

    package func unreadRooms(of person: PersonNumber, on connection: Connection) throws -> [RoomNumber] {
        try UnreadRuns.groups(of: person, on: connection)
    }

    package func isMuted(_ room: RoomNumber, of person: PersonNumber, on connection: Connection) throws -> Bool {
        try MembershipTable.membership(of: person, in: room, on: connection)?.isMuted ?? false
    }
}
