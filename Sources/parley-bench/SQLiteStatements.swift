import CSQLite
import EventLoop
import Glibc
import SQLite

/// What our statements cost beside the plain calls of SQLite that they are made of.
struct SQLiteStatements {
    private let connection: Connection
    private let plain: PlainStatements
    private static let rowsPerRound = 5_000
    private static let pagesPerRound = 1_000

    init(_ path: String) throws {
        let connection = try Connection(path, .readWrite)
        var rows = SQLiteRows(from: 1 << 40)
        try connection.transaction { _ in
            for _ in 0..<20_000 { try rows.next().insert(connection) }
        }
        self.connection = connection
        plain = try PlainStatements(path)
    }

    func run(rounds: Int) throws {
        var (inserts, pages): ([(Double, Double)], [(Double, Double)]) = ([], [])
        let newest: Int64 = 1 << 50
        for round in 0..<rounds {
            let first = UInt64(round * 2 * Self.rowsPerRound)
            // Undone each time, so that all rounds find the same.
            let ours = try time(first) { rows in
                do {
                    try connection.transaction { _ in
                        for row in rows { try row.insert(connection) }
                        throw Undone()
                    }
                } catch is Undone {}
            }
            let theirs = time(first + UInt64(Self.rowsPerRound)) { rows in
                plain.begin()
                for row in rows { plain.insert(row) }
                plain.rollBack()
            }
            inserts.append((ours, theirs))
            let (before, sum) = (Self.threadTime(), try readPages(newest))
            let middle = Self.threadTime()
            let plainSum = (0..<Self.pagesPerRound).reduce(0) { $0 &+ plain.page(room: Int64($1 % 10), before: newest) }
            let after = Self.threadTime()
            precondition(sum == plainSum, "both read the same")
            let each = Double(Self.pagesPerRound)
            pages.append(((middle - before) / each, (after - middle) / each))
        }
        Console.say(
            Figures.table([
                ["CPU of one, medians", "ours", "plain calls", "ratio"],
                line("insert of five columns, two indexes", inserts), line("page of 50 rows", pages),
            ]))
    }

    private func readPages(_ newest: Int64) throws -> Int64 {
        var sum: Int64 = 0
        for number in 0..<Self.pagesPerRound {
            sum &+= try SQLiteRows.Row.page(connection, room: Int64(number % 10), before: newest)
        }
        return sum
    }

    private func line(_ name: String, _ times: [(ours: Double, plain: Double)]) -> [String] {
        [
            name, Figures.microseconds(Figures.median(times.map(\.ours))),
            Figures.microseconds(Figures.median(times.map(\.plain))),
            Figures.fixed(Figures.median(times.map { $0.ours / $0.plain }), 2),
        ]
    }

    /// What a row costs, in seconds.
    private func time(_ first: UInt64, _ body: ([SQLiteRows.Row]) throws -> Void) rethrows -> Double {
        var source = SQLiteRows(from: first)
        let rows = (0..<Self.rowsPerRound).map { _ in source.next() }
        let before = Self.threadTime()
        try body(rows)
        return (Self.threadTime() - before) / Double(Self.rowsPerRound)
    }

    private static func threadTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private struct Undone: Error {}
}

/// The same work, as one would write it in C.
private final class PlainStatements {
    private let database: OpaquePointer
    private let insertion: OpaquePointer
    private let paging: OpaquePointer

    init(_ path: String) throws {
        var opened: OpaquePointer?
        guard sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK,
            let opened
        else { throw SystemError("open \(path)", code: EIO) }
        database = opened
        sqlite3_exec(database, "PRAGMA foreign_keys = ON; PRAGMA cache_size = -2048", nil, nil, nil)
        func prepare(_ sql: String) throws -> OpaquePointer {
            var made: OpaquePointer?
            guard sqlite3_prepare_v2(opened, sql, -1, &made, nil) == SQLITE_OK, let made else {
                throw SystemError("prepare \(sql)", code: EINVAL)
            }
            return made
        }
        insertion = try prepare("INSERT INTO message (room, author, time, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)")
        paging = try prepare(
            """
            SELECT id, author, time, hash, body FROM message
            WHERE room = ?1 AND time < ?2 ORDER BY time DESC LIMIT 50
            """)
    }

    deinit {
        sqlite3_finalize(insertion)
        sqlite3_finalize(paging)
        sqlite3_close(database)
    }

    func begin() { sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil) }
    func rollBack() { sqlite3_exec(database, "ROLLBACK", nil, nil, nil) }

    func insert(_ row: SQLiteRows.Row) {
        row.hash.withUnsafeBytes { hash in
            SQLiteRows.Row.body.withUnsafeBytes { body in
                sqlite3_bind_int64(insertion, 1, row.room)
                sqlite3_bind_int64(insertion, 2, row.author)
                sqlite3_bind_int64(insertion, 3, row.time)
                sqlite3_bind_blob(insertion, 4, hash.baseAddress, Int32(hash.count), nil)
                sqlite3_bind_blob(insertion, 5, body.baseAddress, Int32(body.count), nil)
                let code = sqlite3_step(insertion)
                precondition(code == SQLITE_DONE, "the plain insert failed: \(code)")
                sqlite3_reset(insertion)
                sqlite3_clear_bindings(insertion)
            }
        }
    }

    func page(room: Int64, before time: Int64) -> Int64 {
        sqlite3_bind_int64(paging, 1, room)
        sqlite3_bind_int64(paging, 2, time)
        var sum: Int64 = 0
        while sqlite3_step(paging) == SQLITE_ROW {
            sum &+= sqlite3_column_int64(paging, 0) &+ sqlite3_column_int64(paging, 1)
            sum &+= sqlite3_column_int64(paging, 2)
            if let hash = sqlite3_column_blob(paging, 3) { sum &+= Int64(hash.load(as: UInt8.self)) }
            if sqlite3_column_blob(paging, 4) != nil { sum &+= Int64(sqlite3_column_bytes(paging, 4)) }
        }
        sqlite3_reset(paging)
        return sum
    }
}
