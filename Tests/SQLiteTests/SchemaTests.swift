import FaultyDisks
import Glibc
import Testing

@testable import SQLite

struct SchemaTests {
    private let folder = TemporaryFolder()
    private var path: String { folder / "db" }

    private static let first = Migration(
        version: 1,
        sql: """
            CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
            CREATE TABLE note (author INTEGER NOT NULL REFERENCES author (id), body TEXT NOT NULL) STRICT;
            """)

    /// A table made anew, as SQLite wants it done, while another refers to it.
    private static let second = Migration(
        version: 2,
        sql: """
            CREATE TABLE changed (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
            INSERT INTO changed SELECT id, name FROM author;
            DROP TABLE author;
            ALTER TABLE changed RENAME TO author;
            """)

    private static let third = Migration(version: 3) { transaction in
        try transaction.connection.execute("ALTER TABLE note ADD COLUMN words INTEGER")
        var update = try transaction.statement("UPDATE note SET words = length(body)")
        try update.run()
    }

    private func schema(_ migrations: [Migration], applicationID: Int32 = 77) -> Schema {
        Schema(applicationID: applicationID, migrations: migrations)
    }

    private var old: Schema { schema([Self.first]) }
    private var new: Schema { schema([Self.first, Self.second, Self.third]) }

    /// A database of the first schema, with a little in it.
    private func makeOld() throws {
        #expect(try old.prepare(databaseAt: path) == .created)
        try Connection(path, .readWrite).execute(
            """
            INSERT INTO author VALUES (1, 'ada'), (2, 'bob');
            INSERT INTO note VALUES (1, 'one'), (1, 'three'), (2, 'a secret');
            """)
    }

    /// Everything of the newest schema, in one line.
    private func contents(_ path: String) throws -> String {
        let connection = try Connection(path, .readWrite)
        #expect(try connection.problems(.full) == [] && connection.brokenReferences() == [])
        var row = try connection.statement(
            "SELECT group_concat(name || ':' || body || ':' || words) FROM note JOIN author ON author.id = author")
        return try row.step() ? row.string(0) : ""
    }

    private static let expected = "ada:one:3,ada:three:5,bob:a secret:8"

    private func files() -> [String: [UInt8]] {
        Dictionary(uniqueKeysWithValues: folder.names.map { ($0, File.bytes(folder / $0) ?? []) })
    }

    @Test func `a database is made once, and then it is there`() throws {
        #expect(try new.prepare(databaseAt: path) == .created)
        #expect(folder.names == ["db"] && File.mode(path) == 0o600)
        let connection = try Connection(path, .readWrite)
        #expect(try connection.schemaVersion == 3 && connection.applicationID == 77)
        let before = files()["db"]
        #expect(try new.prepare(databaseAt: path) == .unchanged)
        #expect(files()["db"] == before)
        #expect(try Schema.copies(besideDatabaseAt: path) == [])
    }

    @Test func `a migration keeps what was there, and the copy of it until the verdict`() throws {
        try makeOld()
        #expect(try new.prepare(databaseAt: path) == .migrated(from: 1))
        #expect(try contents(path) == Self.expected)
        #expect(try Schema.copies(besideDatabaseAt: path) == [folder / "db.schema-1"])
        #expect(folder.names == ["db", "db.schema-1"] && File.mode(folder / "db.schema-1") == 0o600)
        // The next start finds it waiting.
        #expect(try new.prepare(databaseAt: path) == .unchanged)
        #expect(try Schema.copies(besideDatabaseAt: path) == [folder / "db.schema-1"])
        // And it is the old database, which the old program can use.
        File.copy(folder / "db.schema-1", to: folder / "restored")
        #expect(try old.prepare(databaseAt: folder / "restored") == .unchanged)
        #expect(try Connection(folder / "restored", .readWrite).problems(.full) == [])
        try Schema.removeCopies(besideDatabaseAt: path, olderThanSeconds: 86_400)
        #expect(folder.names.contains("db.schema-1"))
        var yesterday = [timeval(), timeval()]
        for index in yesterday.indices { yesterday[index].tv_sec = time(nil) - 86_401 }
        utimes(folder / "db.schema-1", yesterday)
        try Schema.removeCopies(besideDatabaseAt: path, olderThanSeconds: 86_400)
        #expect(!folder.names.contains("db.schema-1"))
    }

    @Test func `copies of two migrations wait side by side, and other files are nobody's copies`() throws {
        try makeOld()
        File.write([1], to: folder / "db.schema-old")
        #expect(try schema([Self.first, Self.second]).prepare(databaseAt: path) == .migrated(from: 1))
        #expect(try new.prepare(databaseAt: path) == .migrated(from: 2))
        #expect(try Schema.copies(besideDatabaseAt: path) == [folder / "db.schema-1", folder / "db.schema-2"])
        try Schema.removeCopies(besideDatabaseAt: path)
        #expect(folder.names == ["db", "db.schema-old"])
    }

    @Test func `a newer schema is refused, and nothing is touched`() throws {
        #expect(try new.prepare(databaseAt: path) == .created)
        let before = files()
        #expect(throws: SchemaFault.newer(found: 3, known: 1)) { try old.prepare(databaseAt: path) }
        #expect(files() == before && Array(before.keys) == ["db"])
        #expect("\(SchemaFault.newer(found: 3, known: 1))".contains("start the newer program"))
    }

    @Test func `a newer schema that only the log of a killed program knows is refused, and nothing is touched`() throws
    {
        try makeOld()
        do {
            let connection = try Connection(path, .readWrite)
            try connection.execute("PRAGMA user_version = 9; INSERT INTO author VALUES (3, 'eve')")
            File.copy(path, to: folder / "killed")
            File.copy(path + "-wal", to: folder / "killed-wal")
        }
        let before = files()
        #expect(before["killed-wal"]?.isEmpty == false)
        #expect(throws: SchemaFault.newer(found: 9, known: 1)) { try old.prepare(databaseAt: folder / "killed") }
        #expect(files() == before)
    }

    @Test func `what is not ours is refused, and nothing is touched`() throws {
        #expect(try schema([Self.first], applicationID: 78).prepare(databaseAt: path) == .created)
        File.write(Array("not a database at all".utf8), to: folder / "text")
        File.write([UInt8](repeating: 7, count: 5_000), to: folder / "noise")
        try Connection(folder / "unnamed", .create).execute("CREATE TABLE t (a)")
        File.write([1, 2, 3], to: folder / "lost-wal")
        let before = files()
        #expect(throws: SchemaFault.foreign(applicationID: 78)) { try old.prepare(databaseAt: path) }
        #expect(throws: SchemaFault.foreign(applicationID: nil)) { try old.prepare(databaseAt: folder / "text") }
        #expect(throws: SchemaFault.foreign(applicationID: nil)) { try old.prepare(databaseAt: folder / "noise") }
        #expect(throws: SchemaFault.foreign(applicationID: 0)) { try old.prepare(databaseAt: folder / "unnamed") }
        #expect(throws: SchemaFault.databaseLost(log: folder / "lost-wal")) {
            try old.prepare(databaseAt: folder / "lost")
        }
        #expect(files() == before)
    }

    @Test func `a migration that fails leaves the old database, and no copy`() throws {
        try makeOld()
        let failing = Migration(version: 3) { _ in throw Refused() }
        #expect(throws: Refused.self) {
            try schema([Self.first, Self.second, failing]).prepare(databaseAt: path)
        }
        let orphaning = Migration(version: 2, sql: "DELETE FROM author WHERE id = 2")
        #expect(throws: SchemaFault.brokenReferences(["note 3 → author"])) {
            try schema([Self.first, orphaning]).prepare(databaseAt: path)
        }
        #expect(folder.names == ["db"])
        #expect(try Connection(path, .readOnly).schemaVersion == 1)
        #expect(try new.prepare(databaseAt: path) == .migrated(from: 1))
        #expect(try contents(path) == Self.expected)
    }

    @Test func `a disk that is full, at any point of a migration, leaves a database that can be migrated later`() throws
    {
        try makeOld()
        let before = files()["db"]
        for writes in 0..<60 {
            let disk = try FaultyDisk()
            disk.failWrites(.full, after: Int32(writes))
            do {
                _ = try new.prepare(databaseAt: path, disk.options)
                // There was room in the end; at the first attempt there is none.
                #expect(writes > 0)
                break
            } catch {
                #expect((error as? SQLiteError)?.kind == .diskFull, "after \(writes) writes: \(error)")
                // Either the old one, without anything beside it, or the new one that is not yet moved out of the log.
                if try old.version == Connection(path, .readOnly).schemaVersion {
                    #expect(folder.names.filter { $0.hasPrefix("db.schema") } == [], "after \(writes) writes")
                    #expect(File.bytes(path) == before)
                }
            }
        }
        _ = try new.prepare(databaseAt: path)
        #expect(try contents(path) == Self.expected)
    }

    /// What a crash at this moment would leave, in a folder of its own.
    private static func crashed(_ folder: TemporaryFolder) -> TemporaryFolder {
        let copy = TemporaryFolder()
        // The index of the log is memory, and gone.
        for name in folder.names where name != "db-shm" { File.copy(folder / name, to: copy / name) }
        return copy
    }

    @Test func `after a crash in the middle of a migration the next start does it again`() throws {
        try makeOld()
        let crash = Crash()
        // Large enough that the log has pages of it before the commit.
        let big = Migration(version: 3) { [folder] transaction in
            try Self.third.run(transaction)
            var fill = try transaction.statement(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
                INSERT INTO note SELECT 1, printf('%.3000c', 'x'), 0 FROM n
                """)
            try fill.run()
            crash.folder = Self.crashed(folder)
        }
        #expect(try schema([Self.first, Self.second, big]).prepare(databaseAt: path) == .migrated(from: 1))
        let left = try #require(crash.folder)
        #expect(left.names == ["db", "db-wal", "db.schema-1"])
        #expect((File.bytes(left / "db-wal")?.count ?? 0) > 1_000_000)
        #expect(try new.prepare(databaseAt: left / "db") == .migrated(from: 1))
        #expect(try contents(left / "db") == Self.expected)
        #expect(try Schema.copies(besideDatabaseAt: left / "db") == [left / "db.schema-1"])
    }

    @Test func `after a crash between a migration and its verdict the copy still waits`() throws {
        try makeOld()
        #expect(try new.prepare(databaseAt: path) == .migrated(from: 1))
        let connection = try Connection(path, .readWrite)
        try connection.execute("INSERT INTO author VALUES (3, 'eve')")
        let left = Self.crashed(folder)
        #expect(left.names == ["db", "db-wal", "db.schema-1"])
        #expect(try new.prepare(databaseAt: left / "db") == .unchanged)
        #expect(try Schema.copies(besideDatabaseAt: left / "db") == [left / "db.schema-1"])
        #expect(try contents(left / "db") == Self.expected)
    }

    @Test func `a crash while the copy is made, or the database is, leaves nothing that is in the way`() throws {
        try makeOld()
        File.write([1, 2, 3], to: folder / "db.schema-1.part")
        // A copy from an attempt that came to nothing, after which the old program went on.
        File.write([4, 5, 6], to: folder / "db.schema-1")
        #expect(try new.prepare(databaseAt: path) == .migrated(from: 1))
        #expect(folder.names == ["db", "db.schema-1"])
        #expect(try Connection(folder / "db.schema-1", .readOnly).schemaVersion == 1)
        File.write([], to: folder / "empty")
        _ = try Connection(folder / "begun", .create)
        for name in ["empty", "begun"] {
            #expect(try new.prepare(databaseAt: folder / name) == .created)
            #expect(try contents(folder / name) == "")
        }
    }

    /// Where a migration, which is Sendable, leaves what a crash would have left.
    private final class Crash: @unchecked Sendable {
        // Unchecked because migrations run on the thread that asks for them.
        var folder: TemporaryFolder?
    }
}
