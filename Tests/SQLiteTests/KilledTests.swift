import FaultyDisks
import Glibc
import Testing

@testable import SQLite

struct KilledTests {
    /// More with PARLEY_KILL_ROUNDS=300.
    private static let rounds = UInt64(getenv("PARLEY_KILL_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 2)

    @Test func `what was acknowledged before SIGKILL is there afterwards, once`() async throws {
        for seed in 1...Self.rounds {
            let folder = TemporaryFolder()
            let path = folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, seed = seed as UInt64] in
                try Load.run(in: path, seed: seed)
            }
            let acknowledged = String(decoding: File.bytes(folder / "acknowledged") ?? [], as: UTF8.self)
                .split(separator: "\n").map(String.init)
            #expect(!acknowledged.isEmpty, "seed \(seed)")
            #expect(try Items.schema.prepare(databaseAt: folder / "db") == .unchanged)
            let connection = try Connection(folder / "db", .readWrite)
            let bodies = try Items.all(connection)
            #expect(try connection.problems(.full) == [], "seed \(seed)")
            // No body can be there twice: it is UNIQUE.
            #expect(Set(acknowledged).isSubset(of: bodies), "seed \(seed)")
            // Of each sender nothing is there but what was acknowledged, and at most the one after it.
            #expect(bodies.count <= acknowledged.count + Load.senders, "seed \(seed)")
            try Items.insert("afterwards", connection)
        }
    }

    /// What the process does that is killed: by itself, so that the moment is a matter of microseconds.
    private enum Load {
        static let senders = 4

        static func run(in folder: String, seed: UInt64) throws {
            _ = try Items.schema.prepare(databaseAt: "\(folder)/db")
            var options = Connection.Options()
            // Checkpoints are among the moments.
            options.checkpointPages = 20
            let writer = try Writer("\(folder)/db", options) { _ in NoWriterState() }
            let file = open("\(folder)/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
            for sender in 0..<senders {
                _ = try WriterThread {
                    for number in 0... {
                        let body = "\(sender) \(number)"
                        let result = Result {
                            try writer.perform { transaction, _ in try Items.insert(body, transaction.connection) }
                        }
                        guard case .success = result else { return }
                        let line = Array("\(body)\n".utf8)
                        precondition(write(file, line, line.count) == line.count)
                    }
                }
            }
            var status = stat()
            while fstat(file, &status) == 0, status.st_size < 40 { usleep(100) }
            usleep(UInt32(seed &* 0x9E37_79B9_7F4A_7C15 >> 40) % 40_000)
            kill(getpid(), SIGKILL)
            pause()
        }
    }
}

struct PowerCutTests {
    /// Of each file only what was synced is left, as at the last sync: the least that a disk may keep.
    @Test func `what was acknowledged before a power cut is there afterwards`() throws {
        let folder = TemporaryFolder()
        let disk = try FaultyDisk()
        disk.keepSynced()
        var options = disk.options
        options.checkpointPages = 12
        _ = try Items.schema.prepare(databaseAt: folder / "db", options)
        let writer = try Writer(folder / "db", options) { _ in NoWriterState() }
        defer { writer.stop() }
        var expected: [String] = []
        for number in 1...60 {
            try writer.perform { transaction, _ in try Items.insert("number \(number)", transaction.connection) }
            expected.append("number \(number)")
            // A checkpoint, if there was one, is over.
            try writer.performAlone { _, _ in }
            let left = TemporaryFolder()
            for name in ["db", "db-wal"] { File.copy(folder / "\(name).synced", to: left / name) }
            #expect(try Items.committed(left / "db") == expected)
        }
        #expect(disk.databaseSyncs > 3)
    }
}
