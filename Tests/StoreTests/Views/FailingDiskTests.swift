import Bytes
import FaultyDisks
import Glibc
import Operations
import Replica
import RoomModel
import Synchronization
import Testing

@testable import SQLite
@testable import Store

/// A store under a load of writes, whose disk is full, or fails, again and again.
struct FailingDiskTests {
    @Test func `what was acknowledged is there, once, counts are right, and it goes on by itself`() throws {
        var random = Seeded(4)
        let disk = try FaultyDisk()
        let load = try WriteLoad(options: disk.options)
        for round in 0..<48 {
            if round % 2 == 1 {
                let trouble = Trouble.allCases[round / 2 % 4]
                trouble.begin(on: disk, after: Int32.random(in: 0...12, using: &random))
            }
            let failed = try load.write(commands: 12, &random)
            if round % 2 == 0 { #expect(failed == 0, "round \(round): it did not go on by itself") }
            disk.mend()
        }
        #expect(load.failed > 50 && load.acknowledged.count > 150)
        #expect(load.troubles.contains(.diskFull) && load.troubles.contains(.ioFailure) && load.troubles.count == 2)
        try load.check()
    }

    /// More with PARLEY_KILL_ROUNDS=300.
    private static let rounds = UInt64(getenv("PARLEY_KILL_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 2)

    @Test func `the same where it is killed meanwhile`() async throws {
        for seed in 1...Self.rounds {
            let folder = DatabaseFolder()
            let path = folder.path
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, seed = seed as UInt64] in
                try WriteLoad.runToDeath(in: path, seed: seed)
            }
            try WriteLoad.check(folder, acknowledged: folder.lines(of: "acknowledged"), seed: seed)
        }
    }
}

/// What a disk may do.
private enum Trouble: CaseIterable {
    case full, failing, unsynced, unreadable

    func begin(on disk: FaultyDisk, after writes: Int32) {
        switch self {
        case .full: disk.failWrites(.full, after: writes)
        case .failing: disk.failWrites(.failing, after: writes)
        case .unsynced: disk.failSyncs()
        case .unreadable: disk.failReads()
        }
    }
}

/// On a disk that is really full. PARLEY_SMALL_DISK names a folder on one of a few megabytes that has nothing
/// else on it: `mount -t tmpfs -o size=8m none FOLDER`.
struct FullStoreTests {
    private static let folder = getenv("PARLEY_SMALL_DISK").map { String(cString: $0) }

    @Test(.enabled(if: folder != nil, "PARLEY_SMALL_DISK is not set"))
    func `commands are refused as long as there is no room, readers read on, and then it goes on by itself`() throws {
        let folder = DatabaseFolder(at: "\(try #require(Self.folder))/store")
        let ballast = "\(folder.path)/ballast"
        let file = open(ballast, O_WRONLY | O_CREAT, 0o600)
        #expect(posix_fallocate(file, 0, 1_500_000) == 0)
        close(file)
        var options = Connection.Options()
        options.checkpointPages = 0
        let load = try WriteLoad(folder, options: options)
        var random = Seeded(5)
        while load.failed < 100 { _ = try load.write(commands: 16, &random) }
        #expect(load.acknowledged.count > 200)
        #expect(load.troubles == [.diskFull])
        try Reader(folder.database).read { try load.checkWhatIsThere(on: $0) }
        unlink(ballast)
        #expect(try load.write(commands: 16, &random) == 0)
        try load.check()
    }
}

/// People who write, change, delete and read, several of them in each commit.
private final class WriteLoad: Sendable {
    private static let identity = NodeIdentity(
        certificate: PlannedNode.all[0].certificates[0], key: PlannedNode.all[0].keys[0])

    private let folder: DatabaseFolder
    private let writer: Writer<LogState>
    private let room: RoomID
    private let outcome = Mutex(Outcome())

    private struct Outcome {
        /// What was acknowledged, and what it says.
        var posts: [OperationID: String] = [:]
        /// Whether they were acknowledged or not.
        var deletions: Set<OperationID> = []
        var failed = 0
        var written = 0
        var troubles: [SQLiteError.Kind] = []
    }

    /// Where acknowledged texts are written down.
    private let file: Int32?

    var acknowledged: [String] { outcome.withLock { Array($0.posts.values) } }
    var failed: Int { outcome.withLock(\.failed) }
    var troubles: [SQLiteError.Kind] { outcome.withLock(\.troubles) }

    init(_ folder: DatabaseFolder = DatabaseFolder(), options: Connection.Options, file: Int32? = nil) throws {
        self.folder = folder
        self.file = file
        let path = folder.database
        _ = try StoreSchema.current.prepare(databaseAt: path)
        var options = options
        if options.checkpointPages > 0 { options.checkpointPages = 40 }
        writer = try Writer(path, options) { connection in
            let state = try LogState(connection)
            _ = try state.start(databaseAt: path, as: Self.identity)
            return state
        }
        room = try writer.performLogged { _, state in
            try state.found(
                LocalDraft(by: Handle("ada")!, .roomCreate, payload: RoomCreation(name: "Harbour").encoded), at: 1_000
            ).room
        }
    }

    private enum Act {
        case post(String)
        case delete(OperationID)
        case react(OperationID)
        case readAll
    }

    /// All are handed in before the first is answered. How many failed.
    func write(commands count: Int, _ random: inout Seeded) throws -> Int {
        var acts: [Act] = []
        for _ in 0..<count {
            let messages = outcome.withLock { $0.posts.keys.sorted() }
            switch (Int.random(in: 0..<8, using: &random), messages.randomElement(using: &random)) {
            case (0, let message?) where file == nil:
                outcome.withLock { _ = $0.deletions.insert(message) }
                acts.append(.delete(message))
            case (1, let message?): acts.append(.react(message))
            case (2, _): acts.append(.readAll)
            default:
                acts.append(
                    .post(
                        outcome.withLock { outcome in
                            outcome.written += 1
                            return "number\(outcome.written) of some words that are looked for"
                        }))
            }
        }
        let before = failed
        let left = Atomic<Int>(count)
        for act in acts { try submit(act) { left.subtract(1, ordering: .releasing) } }
        while left.load(ordering: .acquiring) > 0 { usleep(50) }
        return failed - before
    }

    private func submit(_ act: Act, then answer: @escaping @Sendable () -> Void) throws {
        let room = room
        try writer.submitLogged(bytes: 100) { transaction, state -> OperationID? in
            switch act {
            case .post(let text): return try state.write(.post(text), in: room, at: 2_000).id
            case .delete(let message):
                _ = try state.write(
                    LocalDraft(by: Handle("ada")!, .messageDelete, about: .operation(message)), in: room, at: 2_000)
            case .react(let message):
                let payload = ReactionChange("👍").encoded
                _ = try state.write(
                    LocalDraft(by: Handle("ada")!, .reactionSet, about: .operation(message), payload: payload),
                    in: room, at: 2_000)
            case .readAll:
                guard let number = try Names.room(room.uuid, on: transaction.connection) else { return nil }
                _ = try Readings.markAll(
                    in: number, by: PersonNumber(1), at: Timestamp(milliseconds: 1), in: transaction)
            }
            return nil
        } completion: { [self] result in
            outcome.withLock { outcome in
                switch (result, act) {
                case (.success(let id?), .post(let text)):
                    outcome.posts[id] = text
                    if let file {
                        let line = Array("\(text)\n".utf8)
                        precondition(Glibc.write(file, line, line.count) == line.count)
                    }
                case (.success, _): break
                case (.failure(let error), _):
                    outcome.failed += 1
                    if let error = error as? SQLiteError, !outcome.troubles.contains(error.kind) {
                        outcome.troubles.append(error.kind)
                    }
                }
            }
            answer()
        }
    }

    /// Ends the load, and looks at what is there.
    func check() throws {
        writer.stop()
        let connection = try Connection(folder.database, .readWrite)
        try checkWhatIsThere(on: connection)
        try Self.check(connection, in: folder)
    }

    func checkWhatIsThere(on connection: Connection) throws {
        let outcome = outcome.withLock { $0 }
        var rows = try connection.statement("SELECT id FROM operation")
        var ids: Set<OperationID> = []
        while try rows.step() { #expect(ids.insert(OperationID(try rows.bytes32(0))).inserted) }
        #expect(ids.isSuperset(of: outcome.posts.keys))
        let texts = try Self.texts(connection)
        #expect(Set(texts).count == texts.count)
        for (id, text) in outcome.posts where !outcome.deletions.contains(id) { #expect(texts.contains(text)) }
    }

    private static func check(_ connection: Connection, in folder: DatabaseFolder) throws {
        var verification = try LogVerification(connection)
        try verification.run()
        #expect(verification.findings == [])
        // It goes on behind what is there.
        let state = try LogState(connection)
        #expect(try !state.start(databaseAt: folder.database, as: identity).isNew)
    }

    private static func texts(_ connection: Connection) throws -> [String] {
        var rows = try connection.statement("SELECT serial FROM message WHERE flags & 11 = 3")
        var texts: [String] = []
        while try rows.step() {
            if let content = try MessageTable.content(of: MessageNumber(rows.int64(0)), on: connection) {
                texts.append(content.content)
            }
        }
        return texts
    }

    // MARK: Killed

    /// What the process does that is killed.
    static func runToDeath(in path: String, seed: UInt64) throws {
        let disk = try FaultyDisk()
        let file = open("\(path)/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let load = try WriteLoad(DatabaseFolder(at: path), options: disk.options, file: file)
        _ = try WriterThread {
            var random = Seeded(seed)
            while (try? load.write(commands: 8, &random)) != nil {}
        }
        var status = stat()
        while fstat(file, &status) == 0, status.st_size < 400 { usleep(100) }
        var random = Seeded(seed &+ 1)
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let trouble = Trouble.allCases.randomElement(using: &random)
            trouble?.begin(on: disk, after: Int32.random(in: 0...30, using: &random))
            usleep(UInt32.random(in: 0...8_000, using: &random))
            if Bool.random(using: &random) { disk.mend() }
            usleep(UInt32.random(in: 0...8_000, using: &random))
        }
        kill(getpid(), SIGKILL)
        pause()
    }

    static func check(_ folder: DatabaseFolder, acknowledged: [String], seed: UInt64) throws {
        let connection = try Connection(folder.database, .readWrite)
        try check(connection, in: folder)
        let texts = try texts(connection)
        #expect(Set(texts).count == texts.count, "seed \(seed)")
        #expect(!acknowledged.isEmpty && Set(acknowledged).isSubset(of: texts), "seed \(seed)")
    }
}
