import CSQLite
import Glibc

/// What a database's file says of itself, looked up without changing a byte of it or making a file beside it.
struct DatabaseHeader: Equatable {
    let schemaVersion: Int32
    let applicationID: Int32
    let pages: UInt32

    /// Nil where there is no file, or an empty one.
    init?(ofDatabaseAt path: String) throws {
        let size = try DatabaseFile.size(path) ?? 0
        let logSize = try DatabaseFile.size(path + "-wal") ?? 0
        guard size > 0 else {
            // SQLite would take the log of a lost database for a leftover and remove it.
            guard logSize == 0 else { throw SchemaFault.databaseLost(log: path + "-wal") }
            return nil
        }
        if logSize > 0 {
            try self.init(withLogOf: path)
        } else {
            try self.init(inFile: path)
        }
    }

    private init(inFile path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open \(path)") }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 100) { room, count in
            count = max(0, read(descriptor, room.baseAddress, 100))
        }
        guard bytes.count == 100, bytes.starts(with: "SQLite format 3\0".utf8) else {
            throw SchemaFault.foreign(applicationID: nil)
        }
        func number(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        // The database file format, section 1.3.
        schemaVersion = Int32(bitPattern: number(60))
        applicationID = Int32(bitPattern: number(68))
        pages = number(28)
    }

    /// The newest header may stand in the log of a program that was killed. A connection that holds the file
    /// for itself keeps the index of the log in memory instead of in a file, and one that is told so leaves
    /// the log as it is when it closes.
    private init(withLogOf path: String) throws {
        try SQLiteLibrary.start()
        let handle = try Handle(path, flags: SQLITE_OPEN_READWRITE, fileSystem: nil)
        try handle.check(sqlite_switch(handle.database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1))
        try handle.execute(numbers: "PRAGMA locking_mode = EXCLUSIVE")
        try handle.execute(numbers: "PRAGMA query_only = ON")
        func number(_ sql: StaticString) throws -> Int64 {
            var row = Statement(try Prepared(sql, handle))
            return try row.step() ? row.int64(0) : 0
        }
        schemaVersion = Int32(truncatingIfNeeded: try number("PRAGMA user_version"))
        applicationID = Int32(truncatingIfNeeded: try number("PRAGMA application_id"))
        pages = UInt32(truncatingIfNeeded: try number("PRAGMA page_count"))
    }
}
