import CSQLite
import Glibc
import SQLite
import Store

/// A folder with one database, gone with the object.
final class DatabaseFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/parley-store-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Made where there is none.
    init(at path: String) {
        precondition(mkdir(path, 0o700) == 0 || errno == EEXIST, "no folder \(path): \(errno)")
        self.path = path
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    var database: String { "\(path)/parley.db" }

    var names: [String] {
        var names: [String] = []
        guard let folder = opendir(path) else { return names }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(folder)
        return names.sorted()
    }

    /// The database, made if there is none yet.
    func open() throws -> Connection {
        _ = try StoreSchema.current.prepare(databaseAt: database)
        var options = Connection.Options()
        // What these tests are about doesn't hang on it; a crash of the process loses nothing either way.
        options.checkpointPages = 64
        let connection = try Connection(database, .readWrite, options)
        try connection.execute("PRAGMA synchronous = OFF")
        return connection
    }

    /// What nothing of ours would do. SQLite's code.
    func execute(_ sql: String) throws -> Int32 {
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        let code = sqlite3_open_v2(database, &handle, SQLITE_OPEN_READWRITE, nil)
        return code == SQLITE_OK ? sqlite3_exec(handle, sql, nil, nil, nil) : code
    }

    /// Rows as text, each column as SQL would write it.
    func rows(_ sql: String) -> [[String]] {
        var handle: OpaquePointer?
        var statement: OpaquePointer?
        defer {
            sqlite3_finalize(statement)
            sqlite3_close_v2(handle)
        }
        guard sqlite3_open_v2(database, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK,
            sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK
        else { preconditionFailure("SQLite refuses \(sql)") }
        var rows: [[String]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
                })
        }
        return rows
    }

    /// Of a text file that is whole up to its last newline.
    func lines(of name: String) -> [String] {
        String(decoding: read("\(path)/\(name)"), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Whether some file of the folder holds these bytes.
    func contains(_ text: String) throws -> Bool {
        let wanted = Array(text.utf8)
        return names.contains { name in Self.isThere(wanted, in: read("\(path)/\(name)")) }
    }

    private static func isThere(_ wanted: [UInt8], in bytes: [UInt8]) -> Bool {
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return bytes.withUnsafeBytes { room in
            var start = 0
            while let found = memchr(room.baseAddress! + start, Int32(first), room.count - start) {
                let offset = found - UnsafeMutableRawPointer(mutating: room.baseAddress!)
                guard offset + wanted.count <= room.count else { return false }
                if memcmp(found, wanted, wanted.count) == 0 { return true }
                start = offset + 1
            }
            return false
        }
    }

    /// Writes another database over ours, in the same file.
    func replaceDatabase(with other: String) {
        for name in names where name.hasSuffix("-wal") || name.hasSuffix("-shm") { unlink("\(path)/\(name)") }
        let bytes = read(other)
        guard let file = fopen(database, "wb") else { preconditionFailure("the database can be written") }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    private func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let size = ftell(file)
        rewind(file)
        return [UInt8](unsafeUninitializedCapacity: size) { room, count in
            count = fread(room.baseAddress, 1, size, file)
        }
    }
}
