import Glibc
import Testing

@testable import SQLite

/// On a disk that is really full. PARLEY_SMALL_DISK names a folder on one of a few megabytes that has nothing
/// else on it: `mount -t tmpfs -o size=8m none FOLDER`.
struct FullDiskTests {
    private static let folder = getenv("PARLEY_SMALL_DISK").map { String(cString: $0) }

    @Test(.enabled(if: folder != nil, "PARLEY_SMALL_DISK is not set"))
    func `writes are refused as long as there is no room, reads go on, and then it goes on by itself`() throws {
        let folder = try #require(Self.folder)
        let (path, ballast) = ("\(folder)/db", "\(folder)/ballast")
        defer { for name in [path, path + "-wal", path + "-shm", ballast] { unlink(name) } }
        File.write([UInt8](repeating: 1, count: 1_000_000), to: ballast)
        _ = try Items.schema.prepare(databaseAt: path)
        var options = Connection.Options()
        // So that the log grows, and its index with it.
        options.checkpointPages = 0
        let writer = try Writer(path, options) { _ in NoWriterState() }
        var acknowledged: [String] = []
        var refused = 0
        let padding = String(repeating: "x", count: 1_000)
        for number in 0..<20_000 where refused < 50 {
            let body = "\(number) \(number % 3 == 0 ? padding : "")"
            let error = refusal {
                try writer.perform { transaction, _ in try Items.insert(body, transaction.connection) }
            }
            if let error {
                #expect(error.kind == .diskFull, "\(error)")
                refused += 1
            } else {
                acknowledged.append(body)
            }
        }
        #expect(refused == 50 && acknowledged.count > 100)
        let reader = Reader(path)
        #expect(try reader.read { try Items.all($0) } == acknowledged)
        unlink(ballast)
        try writer.perform { transaction, _ in try Items.insert("after", transaction.connection) }
        #expect(try reader.read { try Items.all($0) } == acknowledged + ["after"])
        reader.close()
        writer.stop()
        #expect(try Connection(path, .readOnly).problems(.full) == [])
    }
}
