import FaultyDisks
import Testing

@testable import SQLite

struct BackupTests {
    private let folder = TemporaryFolder()

    private func filled(_ options: Connection.Options = .init()) throws -> Connection {
        let connection = try Items.connection(in: folder, options)
        let padding = String(repeating: "x", count: 3_000)
        try connection.transaction { _ in
            for number in 1...200 { try Items.insert("\(number) \(padding)", connection) }
        }
        return connection
    }

    @Test func `a backup is the database as it was when it began, while others write`() throws {
        let connection = try filled()
        let reader = try Connection(folder / "db", .readOnly)
        var portions = 0
        File.write([1, 2, 3], to: folder / "copy")
        try reader.backUp(to: folder / "copy", pagesAtOnce: 16) { progress in
            portions += 1
            #expect(progress.pagesCopied == portions * 16 && progress.pages > 100)
            // The writer is not held up, and what it does is not in the copy.
            return refusal { try Items.insert("later \(portions)", connection) } == nil
        }
        #expect(portions > 5)
        #expect(folder.names == ["copy", "db", "db-shm", "db-wal"] && File.mode(folder / "copy") == 0o600)
        #expect(try Items.schema.prepare(databaseAt: folder / "copy") == .unchanged)
        let copy = try Connection(folder / "copy", .readWrite)
        #expect(try Items.all(copy).count == 200 && copy.problems(.full) == [])
        #expect(try Items.all(connection).count == 200 + portions)
    }

    @Test func `a backup that was cancelled, or found no room, leaves nothing`() throws {
        let disk = try FaultyDisk()
        let connection = try filled(disk.options)
        try connection.checkpoint(.truncate)
        #expect(throws: Connection.BackupError.cancelled) {
            try connection.backUp(to: folder / "copy", pagesAtOnce: 16) { $0.pagesCopied < 48 }
        }
        disk.failWrites(.full, after: 20)
        let error = #expect(throws: SQLiteError.self) { try connection.backUp(to: folder / "copy") }
        #expect(error?.kind == .diskFull)
        #expect(folder.names == ["db", "db-shm", "db-wal"])
        disk.mend()
        try connection.backUp(to: folder / "copy")
        #expect(try Items.committed(folder / "copy").count == 200)
        #expect(throws: FileError.self) { try connection.backUp(to: folder / "no/copy") }
    }
}
