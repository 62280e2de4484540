import CSQLite
import Glibc
import Testing

@testable import SQLite

struct ConnectionTests {
    private let folder = TemporaryFolder()

    private func pragma(_ sql: StaticString, _ connection: Connection) throws -> String {
        var row = try connection.statement(sql)
        guard try row.step() else { return "nothing" }
        return row.string(0)
    }

    @Test func `a database is durable, private and distrustful`() throws {
        let connection = try Items.connection(in: folder)
        #expect(try pragma("PRAGMA journal_mode", connection) == "wal")
        #expect(try pragma("PRAGMA synchronous", connection) == "2")
        #expect(try pragma("PRAGMA foreign_keys", connection) == "1")
        #expect(try pragma("PRAGMA secure_delete", connection) == "1")
        #expect(try pragma("PRAGMA trusted_schema", connection) == "0")
        #expect(try pragma("PRAGMA cell_size_check", connection) == "1")
        #expect(try pragma("PRAGMA busy_timeout", connection) == "5000")
        #expect(try pragma("PRAGMA cache_size", connection) == "-2048")
        #expect(try pragma("PRAGMA mmap_size", connection) == "0")
        #expect(try pragma("PRAGMA wal_autocheckpoint", connection) == "1000")
        for name in ["db", "db-wal", "db-shm"] { #expect(File.mode(folder / name) == 0o600, "\(name)") }
        #expect(refusal { try connection.execute("SELECT \"not a column\"") }?.kind == .other)
        // Its schema can't be written to by hand.
        #expect(throws: SQLiteError.self) {
            try connection.execute("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema")
        }
    }

    /// In a process of its own: the current folder is the whole process's.
    @Test func `a name is a path, whatever it looks like`() async {
        await #expect(processExitsWith: .success) {
            let folder = TemporaryFolder()
            try #require(chdir(folder.path) == 0)
            _ = try Connection("file:db?mode=memory", .create)
            #expect(folder.names.contains("file:db?mode=memory"))
        }
    }

    @Test func `what is not there is not made, unless that was asked for`() {
        for access in [Connection.Access.readOnly, .readWrite] {
            let error = #expect(throws: SQLiteError.self) { _ = try Connection(folder / "db", access) }
            #expect(error?.kind == .cannotOpen)
        }
        #expect(folder.names.isEmpty)
        let error = #expect(throws: SQLiteError.self) { _ = try Connection(folder / "no/db", .create) }
        #expect(error?.kind == .cannotOpen)
    }

    @Test func `a connection for reading can't write, and sees what others commit`() throws {
        let connection = try Items.connection(in: folder)
        let reader = try Connection(folder / "db", .readOnly)
        let error = #expect(throws: SQLiteError.self) { try Items.insert("a", reader) }
        #expect(error?.kind == .readOnly)
        try Items.insert("b", connection)
        #expect(try Items.all(reader) == ["b"])
    }

    @Test func `each refusal is told by its kind`() throws {
        let connection = try Connection(folder / "db", .create)
        try connection.execute(
            """
            CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n < 10), u TEXT UNIQUE) STRICT;
            CREATE TABLE b (a INTEGER REFERENCES a (id)) STRICT;
            INSERT INTO a VALUES (1, 1, 'x');
            """)
        let cases: [(StaticString, SQLiteError.Constraint)] = [
            ("INSERT INTO a VALUES (1, 1, 'y')", .unique), ("INSERT INTO a VALUES (2, 1, 'x')", .unique),
            ("INSERT INTO a VALUES (2, NULL, 'y')", .notNull), ("INSERT INTO a VALUES (2, 10, 'y')", .check),
            ("INSERT INTO a VALUES (2, 'seven', 'y')", .type), ("INSERT INTO b VALUES (2)", .foreignKey),
        ]
        for (sql, constraint) in cases {
            let error = refusal { try connection.execute(sql) }
            #expect(error?.kind == .constraint(constraint), "\(sql)")
        }
        let other = try Connection(folder / "db", .readWrite)
        var impatient = Connection.Options()
        impatient.busyMilliseconds = 1
        let third = try Connection(folder / "db", .readWrite, impatient)
        try other.transaction { _ in
            #expect(refusal { try third.transaction { _ in } }?.kind == .busy)
        }
    }

    @Test func `an error never says what was bound`() throws {
        let connection = try Items.connection(in: folder)
        try connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        try Items.insert("secret", connection)
        let unique = #expect(throws: SQLiteError.self) { try Items.insert("secret", connection) }
        #expect(unique?.message == "UNIQUE constraint failed: item.body")
        var search = try connection.statement("SELECT text FROM words WHERE words MATCH ?1")
        search.bind(1, "secret: AND \"")
        var error: SQLiteError?
        do { try search.run() } catch let refused { error = refused }
        #expect(error?.kind == .other && error?.description.contains("secret") == false)
        // SQLite would have said it.
        #expect(String(cString: sqlite3_errmsg(connection.handle.database)).contains("secret"))
    }

    @Test func `a file that was tampered with is found out`() throws {
        do {
            let connection = try Items.connection(in: folder)
            try connection.transaction { _ in
                for number in 1...2_000 { try Items.insert("number \(number)", connection) }
            }
            #expect(try connection.problems(.quick) == [] && connection.problems(.full) == [])
            try connection.checkpoint(.truncate)
        }
        var bytes = try #require(File.bytes(folder / "db"))
        for page in 4..<(bytes.count / 4_096) {
            bytes.replaceSubrange(page * 4_096..<page * 4_096 + 64, with: repeatElement(0xEE, count: 64))
        }
        File.write(bytes, to: folder / "db")
        let connection = try Connection(folder / "db", .readOnly)
        #expect(try !connection.problems(.full, atMost: 3).isEmpty)
        let error = #expect(throws: SQLiteError.self) { _ = try Items.all(connection) }
        #expect(error?.kind == .corrupt)
        File.write(Array("this is not a database, and long enough to see it".utf8), to: folder / "other")
        let other = #expect(throws: SQLiteError.self) { _ = try Connection(folder / "other", .readWrite) }
        #expect(other?.kind == .corrupt)
    }

    @Test func `a row that refers to nothing is found`() throws {
        let connection = try Connection(folder / "db", .create)
        try connection.execute(
            """
            CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE b (a INTEGER REFERENCES a (id)) STRICT;
            PRAGMA foreign_keys = OFF; INSERT INTO b VALUES (7); PRAGMA foreign_keys = ON;
            """)
        #expect(try connection.brokenReferences() == ["b 1 → a"])
        #expect(try connection.problems(.full) == [])
    }

    @Test func `what is deleted is gone from both files after a truncating checkpoint`() throws {
        let connection = try Items.connection(in: folder)
        try Items.insert("unforgettable words", connection)
        try Items.insert("others", connection)
        #expect(File.contains("unforgettable", in: folder / "db-wal"))
        try connection.execute("DELETE FROM item WHERE id = 1")
        #expect(try connection.checkpoint(.truncate).isComplete)
        for name in folder.names { #expect(!File.contains("unforgettable", in: folder / name), "\(name)") }
        #expect(File.contains("others", in: folder / "db"))
    }

    @Test func `the free room of a disk is known, and of a folder that is not there it is not`() throws {
        #expect(try DatabaseFile.freeBytes(at: folder.path) > 0)
        #expect(throws: FileError.self) { _ = try DatabaseFile.freeBytes(at: folder / "no") }
    }
}

struct ReaderTests {
    private let folder = TemporaryFolder()

    @Test func `a reader opens when it first reads, and again after it was closed`() throws {
        let reader = Reader(folder / "db")
        #expect(throws: SQLiteError.self) { try reader.read { _ in } }
        let connection = try Items.connection(in: folder)
        try Items.insert("a", connection)
        #expect(try reader.read { try Items.all($0) } == ["a"])
        reader.close()
        #expect(try reader.read { try Items.all($0) } == ["a"])
    }

    @Test func `a snapshot sees one state, and holds up neither writer nor checkpoint`() throws {
        let connection = try Items.connection(in: folder)
        try Items.insert("a", connection)
        let reader = Reader(folder / "db")
        try reader.read { reading in
            try reading.snapshot {
                #expect(try Items.all(reading) == ["a"])
                try Items.insert("b", connection)
                try connection.checkpoint(.passive)
                // Within another one, or a transaction, it is the same.
                #expect(try reading.snapshot { try Items.all(reading) } == ["a"])
            }
            #expect(try Items.all(reading) == ["a", "b"])
            #expect(throws: Refused.self) { try reading.snapshot { throw Refused() } }
        }
        #expect(try connection.checkpoint(.truncate).isComplete)
    }
}
