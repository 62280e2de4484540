import Bytes
import SQLite

/// The rows that the SQLite measurements write and read: of the size and with the indexes of messages.
struct SQLiteRows {
    static let schema = Schema(
        applicationID: 1,
        migrations: [
            Migration(
                version: 1,
                sql: """
                    CREATE TABLE message (
                        id     INTEGER PRIMARY KEY,
                        room   INTEGER NOT NULL,
                        author INTEGER NOT NULL,
                        time   INTEGER NOT NULL,
                        hash   BLOB NOT NULL UNIQUE,
                        body   BLOB NOT NULL
                    ) STRICT;
                    CREATE INDEX message_room ON message (room, time);
                    """)
        ])

    private var number: UInt64

    /// Rows that begin with another number are other rows.
    init(from number: UInt64) {
        self.number = number
    }

    mutating func next() -> Row {
        number += 1
        var hash: [UInt8] = []
        for part in 0..<4 as Range<UInt64> {
            var mixed = (number &* 4 &+ part) &* 0x9E37_79B9_7F4A_7C15
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            withUnsafeBytes(of: mixed ^ mixed >> 27) { hash.append(contentsOf: $0) }
        }
        return Row(room: Int64(number % 10), author: 7, time: Int64(number), hash: hash)
    }

    struct Row: Sendable {
        let room: Int64
        let author: Int64
        let time: Int64
        let hash: [UInt8]

        static let body = [UInt8](repeating: UInt8(ascii: "m"), count: 350)

        func insert(_ connection: Connection) throws(SQLiteError) {
            var insert = try connection.statement(
                "INSERT INTO message (room, author, time, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)")
            insert.bind(1, room)
            insert.bind(2, author)
            insert.bind(3, time)
            insert.bind(4, hash.span)
            insert.bind(5, Self.body.span)
            try insert.run()
        }

        /// Reads fifty rows and touches each column; returns what nobody can know without having done so.
        static func page(_ connection: Connection, room: Int64, before time: Int64) throws(SQLiteError) -> Int64 {
            var page = try connection.statement(
                """
                SELECT id, author, time, hash, body FROM message
                WHERE room = ?1 AND time < ?2 ORDER BY time DESC LIMIT 50
                """)
            page.bind(1, room)
            page.bind(2, time)
            var sum: Int64 = 0
            while try page.step() {
                sum &+= page.int64(0) &+ page.int64(1) &+ page.int64(2)
                sum &+= Int64(page.bytes(3)[0]) &+ Int64(page.bytes(4).count)
            }
            return sum
        }
    }
}
