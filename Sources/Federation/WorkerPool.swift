import EventLoop
import Operations
import SQLite
import Store
import Synchronization

/// A thread's way to read the log, for whatever takes too long for a loop that serves people.
final class Worker {
    let core: FederationCore
    let reading: LogReading
    let connection: Connection

    init(_ core: FederationCore) throws {
        self.core = core
        let settings = core.settings
        connection = try Connection(settings.databasePath, .readOnly, settings.reading)
        reading = try LogReading(connection, node: core.node, roomsMax: 256)
    }

    /// The log as it is now, for one question.
    func read<Result>(_ body: (LogKeeper) throws -> Result) throws -> Result {
        try reading.read(peers: core.book.peers, staged: core.staged.withLock { $0 }, body)
    }
}

/// A few threads that verify what came and put together what goes out.
final class WorkerPool: Sendable {
    typealias Job = @Sendable (Worker) -> Void

    private struct Member: Sendable {
        let jobs: Mailbox<Job?>
        let load: Load
    }

    private final class Load: Sendable {
        let count = Atomic<Int>(0)
    }

    private static let jobsMax = 65_536
    private let members: [Member]
    private let threads = Mutex<[Thread]>([])

    init(count: Int) throws(SystemError) {
        var members: [Member] = []
        for _ in 0..<count { members.append(Member(jobs: try Mailbox(messagesMax: Self.jobsMax), load: Load())) }
        self.members = members
    }

    /// Starts the threads; each opens the database on its own.
    func start(_ core: FederationCore) throws(SystemError) {
        for (index, member) in members.enumerated() {
            let thread = try Thread(name: "worker-\(index)") {
                do {
                    let worker = try Worker(core)
                    let loop = try EventLoop()
                    try member.jobs.deliver(on: loop) { [unowned loop] jobs in
                        for job in jobs {
                            guard let job else { return loop.stop() }
                            job(worker)
                            member.load.count.subtract(1, ordering: .relaxed)
                        }
                    }
                    try loop.run()
                } catch {
                    core.failed("a worker of the federation has failed", error)
                }
            }
            threads.withLock { $0.append(thread) }
        }
    }

    /// False where so much is to be done that this is not.
    func submit(_ job: @escaping Job) -> Bool {
        let member = members.min { $0.load.count.load(ordering: .relaxed) < $1.load.count.load(ordering: .relaxed) }
        guard let member, member.jobs.post(job) else { return false }
        member.load.count.add(1, ordering: .relaxed)
        return true
    }

    /// Ends the threads, once they are through with what was handed in.
    func stop() {
        for member in members { _ = member.jobs.post(nil) }
        let ending = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in ending { thread.join() }
    }
}
