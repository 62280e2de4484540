package import SQLite

/// How much there is. Counting all messages takes its time: for a thread that has it.
package struct StoreStatistics: Hashable, Sendable {
    package let accounts: Int
    package let activeAccounts: Int
    /// People of other nodes.
    package let remotePeople: Int
    package let rooms: Int
    package let messages: Int
    package let attachments: Int
    package let attachmentBytes: Int64
    package let operations: Int
    /// Feeds that their nodes have written in two ways.
    package let forks: Int
    package let waitingToBeSent: Int
    /// What could not be sent, in the last thirty days.
    package let failedToBeSent: Int

    package init(on connection: Connection) throws(SQLiteError) {
        accounts = try AccountTable.count(on: connection)
        activeAccounts = try AccountTable.count(isActive: true, on: connection)
        remotePeople = try connection.count("SELECT count(*) FROM person WHERE number > 0 AND node <> 1")
        rooms = try connection.count("SELECT count(*) FROM room WHERE nature <> 2 AND is_deleted = 0")
        messages = try connection.count("SELECT coalesce(sum(messages), 0) FROM room_view")
        (attachments, attachmentBytes) = try Self.attachments(on: connection)
        operations = try connection.count("SELECT count(*) FROM operation")
        forks = try ForkTable.count(on: connection)
        waitingToBeSent = try connection.count("SELECT count(*) FROM outbox WHERE state = 0")
        failedToBeSent = try connection.count("SELECT count(*) FROM outbox WHERE state = 3")
    }

    private static func attachments(on connection: Connection) throws(SQLiteError) -> (Int, Int64) {
        var row = try connection.statement(
            "SELECT count(*), coalesce(sum(size), 0) FROM attachment WHERE message IS NOT NULL")
        return try row.step() ? (row.int(0), row.int64(1)) : (0, 0)
    }
}
