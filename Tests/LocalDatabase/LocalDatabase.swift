package import Bytes
import Glibc
package import SQLite
package import Store

/// A database with the tables of this node's people, in a folder that goes with the object.
package final class LocalDatabase {
    package let path: String
    package let connection: Connection
    private let folder: String

    package init() throws {
        var template = Array("/tmp/parley-local-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = folder + "/db"
        _ = try StoreSchema.current.prepare(databaseAt: path)
        connection = try Connection(path, .readWrite)
        // No test here pulls the plug, and a disk that others use takes its time.
        try connection.execute("PRAGMA synchronous = OFF")
    }

    deinit {
        for name in ["db", "db-wal", "db-shm"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    package func write<Result>(_ body: (borrowing Transaction) throws -> Result) throws -> Result {
        try connection.transaction(body)
    }

    /// Somebody with an account.
    @discardableResult
    package func add(
        _ handle: String, _ number: Int64, isAdmin: Bool = false, password: String? = nil
    ) throws -> PersonNumber {
        let person = PersonNumber(number)
        try write { transaction in
            try AccountTable.insert(
                Account(
                    person: person, handle: handle, password: password, isAdmin: isAdmin, created: .second(0)),
                in: transaction)
        }
        return person
    }

    /// What lies on the disk, after all of it was moved there: the database and its log.
    package func bytesOnDisk() throws -> [UInt8] {
        try connection.checkpoint(.truncate)
        return [path, path + "-wal"].flatMap { Self.bytes($0) }
    }

    private static func bytes(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        return [UInt8](unsafeUninitializedCapacity: size) { room, count in
            count = max(0, pread(descriptor, room.baseAddress, size, 0))
        }
    }
}

extension Timestamp {
    /// So many seconds after a moment in 2026.
    package static func second(_ count: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_790_000_000_000 + count * 1_000)
    }
}

/// The same numbers for the same seed (SplitMix64).
package struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension [UInt8] {
    package func contains(text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first else { return true }
        return indices.contains { self[$0] == first && self[$0...].starts(with: wanted) }
    }
}
