import Bytes
import Glibc
import Gossip
import Keys
import Operations
import SQLite
import Store
import Synchronization

/// What it costs to keep messages: written here by people who wait, brought by peers, and shown.
struct StoreBenchmark {
    let folder: String?
    let senders: [Int]
    let seconds: Int
    let messages: Int

    private static let text = String(repeating: "Message of a hundred bytes. ", count: 4).prefix(100)

    func run() throws {
        // Beside this program: where one builds is a disk, and where temporary files lie is often memory.
        let own = ProcessFile.link("/proc/self/exe") ?? ""
        let beside = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        let directory = try TemporaryDirectory(in: folder ?? beside)
        defer { directory.remove() }
        var lines = [["local messages", "messages/s", "in a commit", "CPU of a message"]]
        for count in senders { lines.append(try write(count, "\(directory.path)/write-\(count)")) }
        if !senders.isEmpty { Console.say(Figures.table(lines)) }
        var growth = try StoreGrowth(at: "\(directory.path)/replicated", by: Self.identity(1))
        defer { growth.stop() }
        try growth.run(upTo: messages)
    }

    // MARK: Writing

    private static func identity(_ number: Int) throws -> NodeIdentity {
        func key(_ number: Int) -> SigningKey {
            let seed = Hash(of: Array("parley-bench store \(number)".utf8).span)
            return SigningKey(seed: SecretBytes(copying: seed.bytes.array.span))!  // of 32 bytes
        }
        let (first, recovery) = (key(2 * number), key(2 * number + 1))
        let certificate = try Certificate(firstKey: first.publicKey, recoveryKey: recovery.publicKey)
        return NodeIdentity(certificate: certificate, key: first)
    }

    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    static var options: Connection.Options {
        var options = Connection.Options()
        options.cacheKiB = 65_536
        return options
    }

    static func open(_ path: String, as identity: NodeIdentity) throws -> Writer<LogState> {
        _ = try StoreSchema.current.prepare(databaseAt: path)
        return try Writer(path, options) { connection in
            let state = try LogState(connection)
            _ = try state.start(databaseAt: path, as: identity)
            return state
        }
    }

    private final class Load: Sendable {
        let written = Atomic<Int>(0)
        let commits = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
        let waiting = Atomic<Int>(0)
    }

    /// A sender's next message, when the last one is on the disk.
    private static func send(_ load: Load, _ writer: Writer<LogState>, _ room: RoomID, _ sender: Int) {
        let payload = MessageContent(content: String(text)).encoded
        let handle = Handle("user\(sender % 20)")!  // of letters and digits
        do throws(WriterRefusal) {
            try writer.submitLogged(bytes: 400) { _, state in
                try state.write(LocalDraft(by: handle, .messagePost, payload: payload), in: room, at: now)
            } completion: { result in
                if case .failure(let error) = result { Console.complain("\(error)") }
                load.written.add(1, ordering: .relaxed)
                if load.isOver.load(ordering: .relaxed) {
                    load.waiting.subtract(1, ordering: .relaxed)
                } else {
                    send(load, writer, room, sender)
                }
            }
        } catch {
            preconditionFailure("so few senders can't make a writer refuse: \(error)")
        }
    }

    private func write(_ count: Int, _ path: String) throws -> [String] {
        let identity = try Self.identity(0)
        let writer = try Self.open(path, as: identity)
        let handles = (0..<20).map { Handle("user\($0)")! }  // of letters and digits
        let room = try writer.performLogged { _, state in
            let creation = RoomCreation(name: "Measured").encoded
            let room = try state.found(LocalDraft(by: handles[0], .roomCreate, payload: creation), at: Self.now).room
            for handle in handles.dropFirst() {
                let user = UserID(node: identity.node, handle: handle)
                _ = try state.write(
                    LocalDraft(by: handles[0], .memberAdd, about: .grant(user, .member)), in: room, at: Self.now)
            }
            return room
        }
        let before = try Self.size(path)
        let load = Load()
        load.waiting.store(count, ordering: .relaxed)
        let cpuBefore = CPUTime.own()
        let began = Clock.now()
        for sender in 0..<count { Self.send(load, writer, room, sender) }
        sleep(UInt32(seconds))
        load.isOver.store(true, ordering: .relaxed)
        while load.waiting.load(ordering: .relaxed) > 0 { usleep(1_000) }
        let elapsed = Double(Clock.now() - began) / 1e9
        let cpu = CPUTime.own() - cpuBefore
        let written = load.written.load(ordering: .relaxed)
        writer.stop()
        let bytes = try (Self.size(path) - before) / max(1, written)
        return [
            "\(count) senders, \(bytes) bytes each", Figures.fixed(Double(written) / elapsed, 0), "",
            Figures.microseconds(cpu.total / Double(max(1, written))),
        ]
    }

    static func size(_ path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw LoadFailed(description: "no database at \(path)") }
        return status.st_size
    }
}
