import SQLite
import Testing

@testable import Store

/// A room with so many messages that blocks are put together.
struct MessageBlocksTests {
    private let connection: Connection
    private let count = MessageBlocks.size * (MessageBlocks.size * 2 + 3) + 20

    init() throws {
        connection = try DatabaseFolder().open()
        try connection.execute("PRAGMA foreign_keys = OFF")
        var rows = try connection.statement(
            """
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
            INSERT INTO message (serial, room, time, tie, sender, flags) SELECT n, 1, n * 10, 0, 1, 3 FROM number
            """)
        rows.bind(1, count)
        try rows.run()
        try connection.transaction { try MessageBlocks.rebuild(of: 1, in: $0) }
    }

    private func rows(of level: Int) throws -> Int {
        try connection.count("SELECT count(*) FROM message_block WHERE level = ?1") { $0.bind(1, level) }
    }

    private func spot(_ number: Int) -> MessageSpot {
        MessageSpot(time: Int64(number) * 10, tie: 0, serial: Int64(number))
    }

    /// How many stand before a message.
    private func before(_ number: Int) throws -> Int {
        var bounds = try MessageBounds(TimeWindow(), MessageCursors(), on: connection)
        bounds.upper = spot(number)
        return try MessageBlocks.count(in: RoomNumber(1), bounds, on: connection)
    }

    @Test func `a count adds few numbers, wherever it ends`() throws {
        #expect(try rows(of: 0) == MessageBlocks.size * 2 + 3)
        #expect(try rows(of: 1) == 2)
        let half = MessageBlocks.size * MessageBlocks.size
        for number in [1, 2, 32, 33, 34, half - 1, half, half + 1, half + 33, half * 2, half * 2 + 1, count] {
            #expect(try before(number) == number - 1)
        }
        #expect(
            try MessageBlocks.open(1, messages: count, on: connection)
                == MessageBlocks.Open(border: spot(count - 20), count: 20))
    }

    @Test func `what goes away is missing in each block that counted it`() throws {
        var open = try MessageBlocks.open(1, messages: count, on: connection)
        let gone = MessageBlocks.size * MessageBlocks.size
        try connection.transaction { transaction in
            var delete = try transaction.statement("DELETE FROM message WHERE serial = ?1")
            delete.bind(1, gone)
            try delete.run()
            try MessageBlocks.change(by: -1, at: spot(gone), &open, of: 1, in: transaction)
        }
        #expect(open.count == 20)
        #expect(try before(gone) == gone - 1)
        #expect(try before(gone + 1) == gone - 1)
        #expect(try before(count) == count - 2)
        #expect(try MessageBlocks.areSound(of: 1, open, on: connection))
    }

    @Test(arguments: [0, 1]) func `a wrong number is found`(level: Int) throws {
        let open = try MessageBlocks.open(1, messages: count, on: connection)
        #expect(try MessageBlocks.areSound(of: 1, open, on: connection))
        var wrong = try connection.statement(
            """
            UPDATE message_block SET count = count + 1 WHERE level = ?1
                AND time = (SELECT min(time) FROM message_block WHERE level = ?1)
            """)
        wrong.bind(1, level)
        try wrong.run()
        #expect(try !MessageBlocks.areSound(of: 1, open, on: connection))
    }
}
