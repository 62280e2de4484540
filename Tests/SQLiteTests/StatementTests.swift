import Bytes
import Testing

@testable import SQLite

struct StatementTests {
    private let folder = TemporaryFolder()
    private let connection: Connection

    init() throws {
        connection = try Connection(folder / "db", .create)
        try connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a ANY, b ANY) STRICT")
    }

    /// What SQLite has kept, by its own word for the type and its own literal.
    private func kept() throws -> String {
        var row = try connection.statement("SELECT typeof(a), quote(a) FROM t ORDER BY id DESC LIMIT 1")
        guard try row.step() else { return "nothing" }
        return "\(row.string(0)) \(row.string(1))"
    }

    private func insert(_ bind: (inout Statement) -> Void) throws -> String {
        var insert = try connection.statement("INSERT INTO t (a) VALUES (?1)")
        bind(&insert)
        try insert.run()
        return try kept()
    }

    private func prepare(_ sql: StaticString) throws(SQLiteError) {
        _ = try connection.statement(sql)
    }

    /// The columns of the next row, three of them.
    private func texts(_ row: inout Statement) throws -> [String] {
        try row.step() ? [row.string(0), row.string(1), row.string(2)] : []
    }

    @Test func `every kind of value is kept as what it is`() throws {
        #expect(try insert { $0.bind(1, Int64.min) } == "integer -9223372036854775808")
        #expect(try insert { $0.bind(1, 7) } == "integer 7")
        #expect(try insert { $0.bind(1, UInt32.max) } == "integer 4294967295")
        #expect(try insert { $0.bind(1, true) } == "integer 1")
        #expect(try insert { $0.bind(1, nil) } == "null NULL")
        #expect(try insert { _ in } == "null NULL")
        #expect(try insert { $0.bind(1, "Zoë's") } == "text 'Zoë''s'")
        let bytes: [UInt8] = [1, 0xAB]
        #expect(try insert { $0.bind(1, copying: bytes.span) } == "blob X'01AB'")
        let uuid = UUID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
        #expect(try insert { $0.bind(1, uuid) } == "blob X'0123456789ABCDEFFEDCBA9876543210'")
    }

    @Test func `bytes are bound where they lie`() throws {
        let blob: [UInt8] = [0, 1, 2, 255]
        let text = Array("a\0b".utf8)
        var insert = try connection.statement(
            "INSERT INTO t (a, b) VALUES (?1, ?2) RETURNING hex(a), hex(b), typeof(b)")
        insert.bind(1, blob.span)
        insert.bind(2, text: text.span)
        let texts = try texts(&insert)
        #expect(texts == ["000102FF", "610062", "text"])
    }

    @Test func `nothing is not NULL`() throws {
        #expect(try insert { $0.bind(1, "") } == "text ''")
        let nothing: [UInt8] = []
        #expect(try insert { $0.bind(1, copying: nothing.span) } == "blob X''")
        var both = try connection.statement("SELECT typeof(?1), typeof(?2), ?1, ?2, NULL")
        both.bind(1, nothing.span)
        both.bind(2, text: nothing.span)
        guard try both.step() else { throw Refused(why: "no row") }
        let types = [both.string(0), both.string(1)]
        let nulls = [both.isNull(2), both.isNull(3), both.isNull(4), both.optionalInt64(4) == nil]
        let counts = [both.bytes(2).count, both.bytes(3).count, both.bytes(4).count]
        #expect(types == ["blob", "text"] && nulls == [false, false, true, true] && counts == [0, 0, 0])
    }

    @Test func `columns are read as what is asked for, and no value is too large for that`() throws {
        var row = try connection.statement("SELECT 5000000000, -1, x'00112233445566778899aabbccddeeff', x'00', 'ö', 1")
        guard try row.step() else { throw Refused(why: "no row") }
        let numbers = [row.int64(0), Int64(row.int(1)), row.optionalInt64(1)]
        let clamped = [row.uint32(0), row.uint32(1)]
        let uuids = [row.uuid(2), row.uuid(3)]
        let bytes = [UInt8](copying: row.bytes(4))
        let (text, truth, more) = (row.string(4), row.bool(5), try row.step())
        #expect(numbers == [5_000_000_000, -1, -1] && clamped == [.max, 0])
        #expect(uuids == [UUID(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF), nil])
        #expect(bytes == [0xC3, 0xB6] && text == "ö" && truth && !more)
    }

    @Test func `nothing of one use is left for the next`() throws {
        for (value, expected) in [(5, false), (nil, true)] as [(Int?, Bool)] {
            var row = try connection.statement("SELECT ?1 UNION ALL SELECT 9")
            if let value { row.bind(1, value) }
            let isRow = try row.step()
            let isNull = row.isNull(0)
            // Left in the middle; the next use begins at the first row all the same.
            #expect(isRow && isNull == expected)
        }
        #expect(connection.statementsInUse == 0)
    }

    @Test func `a statement can be in use twice, and runs again with other values`() throws {
        func sum(_ depth: Int) throws -> Int {
            var row = try connection.statement("SELECT ?1 UNION ALL SELECT 100")
            row.bind(1, depth)
            var total = 0
            while try row.step() { total += try row.int(0) + (depth > 0 ? sum(depth - 1) : 0) }
            return total
        }
        #expect(try sum(2) == 102 + 2 * (101 + 2 * 100))
        var insert = try connection.statement("INSERT INTO t (a) VALUES (?1)")
        for number in 1...3 {
            insert.bind(1, number)
            try insert.run()
        }
        #expect(connection.changedRows == 1 && connection.lastInsertedRowID == 3)
        #expect(connection.statementsInUse == 1)
    }

    @Test func `a use that ends in the middle of its rows ends its read transaction`() throws {
        try connection.execute("INSERT INTO t (a) VALUES (1), (2), (3)")
        let reader = try Connection(folder / "db", .readOnly)
        func first() throws -> Int {
            var row = try reader.statement("SELECT a FROM t ORDER BY id")
            guard try row.step() else { return 0 }
            return row.int(0)
        }
        #expect(try first() == 1)
        #expect(try connection.checkpoint(.truncate).isComplete)
        #expect(File.bytes(folder / "db-wal") == [])
    }

    @Test func `a wrong statement says where it stands, and leaves the connection as it was`() throws {
        let error = refusal { try connection.execute("SELECT a FROM nowhere") }
        #expect(refusal { try prepare("SELECT a FROM nowhere") } == error)
        #expect(error?.kind == .other)
        #expect(error?.description == "SQLite: no such table: nowhere (1), in: SELECT a FROM nowhere")
        #expect(try insert { $0.bind(1, 1) } == "integer 1")
    }

    @Test func `two statements in one, and a parameter that is not there, are our own mistakes`() async {
        await #expect(processExitsWith: .failure) {
            let folder = TemporaryFolder()
            _ = try Connection(folder / "db", .create).statement("SELECT 1; SELECT 2")
        }
        await #expect(processExitsWith: .failure) {
            let folder = TemporaryFolder()
            let connection = try Connection(folder / "db", .create)
            var row = try connection.statement("SELECT ?1")
            row.bind(2, 1)
        }
    }
}
