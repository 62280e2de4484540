import Bytes
import Glibc
import Operations
import Replica
import RoomModel
import Testing

@testable import SQLite
@testable import Store

/// A store that is killed while people write.
struct KilledStoreTests {
    /// More with PARLEY_KILL_ROUNDS=300.
    private static let rounds = UInt64(getenv("PARLEY_KILL_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 2)

    @Test func `what was acknowledged is there, once, the log is sound, and counts are right`() async throws {
        for seed in 1...Self.rounds {
            let folder = DatabaseFolder()
            let path = folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, seed = seed as UInt64] in
                try StoreLoad.run(in: path, seed: seed)
            }
            let acknowledged = folder.lines(of: "acknowledged")
            #expect(!acknowledged.isEmpty, "seed \(seed)")
            let connection = try Connection(folder.database, .readWrite)
            var verification = try LogVerification(connection)
            try verification.run()
            #expect(verification.findings == [], "seed \(seed)")
            let texts = try StoreLoad.texts(connection)
            #expect(Set(texts).count == texts.count, "seed \(seed)")
            #expect(Set(acknowledged).isSubset(of: texts), "seed \(seed)")
            #expect(texts.count <= acknowledged.count + StoreLoad.senders, "seed \(seed)")
            // It goes on behind what is there.
            let state = try LogState(connection)
            #expect(try !state.start(databaseAt: folder.database, as: StoreLoad.identity).isNew, "seed \(seed)")
        }
    }
}

/// What the process does that is killed.
private enum StoreLoad {
    static let senders = 4
    static var identity: NodeIdentity {
        NodeIdentity(certificate: PlannedNode.all[0].certificates[0], key: PlannedNode.all[0].keys[0])
    }

    static func run(in folder: String, seed: UInt64) throws {
        let path = "\(folder)/parley.db"
        _ = try StoreSchema.current.prepare(databaseAt: path)
        var options = Connection.Options()
        // Checkpoints are among the moments.
        options.checkpointPages = 40
        let writer = try Writer(path, options) { connection in
            let state = try LogState(connection)
            _ = try state.start(databaseAt: path, as: identity)
            return state
        }
        let room = try writer.performLogged { _, state in
            try state.found(
                LocalDraft(by: Handle("ada")!, .roomCreate, payload: RoomCreation(name: "Harbour").encoded), at: 1_000
            ).room
        }
        let file = open("\(folder)/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        for sender in 0..<senders {
            _ = try WriterThread {
                for number in 0... {
                    let text = "sender\(sender) number\(number)"
                    let result = Result {
                        try writer.performLogged { _, state in try state.write(.post(text), in: room, at: 2_000) }
                    }
                    guard case .success = result else { return }
                    let line = Array("\(text)\n".utf8)
                    precondition(write(file, line, line.count) == line.count)
                }
            }
        }
        var status = stat()
        while fstat(file, &status) == 0, status.st_size < 200 { usleep(100) }
        usleep(UInt32(seed &* 0x9E37_79B9_7F4A_7C15 >> 40) % 200_000)
        kill(getpid(), SIGKILL)
        pause()
    }

    static func texts(_ connection: Connection) throws -> [String] {
        var rows = try connection.statement("SELECT serial FROM message ORDER BY serial")
        var texts: [String] = []
        while try rows.step() {
            let content = try MessageTable.content(of: MessageNumber(rows.int64(0)), on: connection)
            texts.append(content?.content ?? "")
        }
        return texts
    }
}
