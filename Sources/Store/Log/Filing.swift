import SQLite

/// Puts rows into a large index some hundreds at a time.
///
/// Where neighbours in an index come at times that lie far apart, each new row would change a page of its own, which a
/// commit writes whole. What is new is therefore found in a small index until enough has come, and then moved
/// into the large one together: the more the better, so that where much comes at once it is eight times as many. Whoever looks
/// something up asks both.
final class Filing {
    private let connection: Connection
    private let batch: Int
    private let count: StaticString
    private let move: [StaticString]
    /// Nil until the file is asked. Too many, after a command that was undone, does no harm.
    private var unfiled: Int?
    /// How many came since the last commit.
    private var new = 0
    private static let newOfMany = 256

    private init(_ connection: Connection, batch: Int, count: StaticString, move: [StaticString]) {
        self.connection = connection
        self.batch = batch
        self.count = count
        self.move = move
    }

    func forget() {
        unfiled = nil
    }

    /// One more, that is not filed.
    func note() {
        unfiled? += 1
        new += 1
    }

    /// Once, before each commit.
    func settle() throws {
        let count = try unfiled ?? connection.count(count) { _ in }
        unfiled = count
        defer { new = 0 }
        guard count >= (new < Self.newOfMany ? batch : 8 * batch) else { return }
        for sql in move {
            var row = try connection.statement(sql)
            try row.run()
        }
        unfiled = 0
    }
}

extension Filing {
    static let messagesMax = 512

    /// Messages by their sender (`is_filed`): whoever reads a room reads its end, but each that one of many people writes belongs
    /// elsewhere. Only what people of this node write waits; what peers bring comes in large numbers anyhow, and is filed at once.
    static func messages(_ connection: Connection) -> Filing {
        Filing(
            connection, batch: messagesMax, count: "SELECT count(*) FROM message WHERE NOT is_filed",
            move: ["UPDATE message SET is_filed = 1 WHERE NOT is_filed"])
    }

    static let idsMax = 2_048

    /// Operations by their ids, which are hashes: no two are neighbours.
    static func ids(_ connection: Connection) -> Filing {
        Filing(
            connection, batch: idsMax, count: "SELECT count(*) FROM operation_new",
            move: ["INSERT INTO operation_id SELECT prefix, serial FROM operation_new", "DELETE FROM operation_new"])
    }
}
