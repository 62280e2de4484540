import SQLite

/// Puts messages into the indexes by sender, some hundreds at a time.
///
/// Whoever reads a room reads its end, but by sender neighbours in time lie far apart: each message that one of many people writes would
/// change pages of its own. What people of this node write is therefore found by a small index until enough has
/// come, and then moved into the large ones together (`is_filed`). What peers bring comes in large numbers anyhow, and is filed at
/// once. Questions about a sender ask both.
final class MessageFiling {
    static let batch = 512

    private let connection: Connection
    /// Nil until the file is asked. Too many, after a command that was undone, does no harm.
    private var unfiled: Int?

    init(_ connection: Connection) {
        self.connection = connection
    }

    func forget() {
        unfiled = nil
    }

    /// One more, that is not filed.
    func note() {
        unfiled? += 1
    }

    /// Once, before each commit.
    func settle() throws {
        let count = try unfiled ?? connection.count("SELECT count(*) FROM message WHERE NOT is_filed") { _ in }
        unfiled = count
        guard count >= Self.batch else { return }
        var row = try connection.statement("UPDATE message SET is_filed = 1 WHERE NOT is_filed")
        try row.run()
        unfiled = 0
    }
}
