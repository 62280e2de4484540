import EventLoop
import Gossip
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

/// A few threads that verify what came and put together what goes out. What they do next is asked of each peer in turn, so
/// that who asks for much keeps nobody else waiting for more than one thing; and what it took is told to the accounts.
final class WorkerPool: Sendable {
    typealias Job = @Sendable (Worker) -> Void

    private struct Member: Sendable {
        /// Each is the right to do what is next; false ends the thread.
        let turns: Mailbox<Bool>
        let load: Load
    }

    private final class Load: Sendable {
        let count = Atomic<Int>(0)
    }

    private static let jobsMax = 65_536
    private let members: [Member]
    private let waiting = Mutex(
        FairQueue<NodeID, Job>(quantum: 1, costMaxOfOne: WorkerPool.jobsMax, costMax: WorkerPool.jobsMax))
    private let threads = Mutex<[Thread]>([])

    init(count: Int) throws(SystemError) {
        var members: [Member] = []
        for _ in 0..<count { members.append(Member(turns: try Mailbox(messagesMax: Self.jobsMax + 1), load: Load())) }
        self.members = members
    }

    /// Starts the threads; each opens the database on its own.
    func start(_ core: FederationCore) throws(SystemError) {
        for (index, member) in members.enumerated() {
            let thread = try Thread(name: "worker-\(index)") {
                do {
                    let worker = try Worker(core)
                    let loop = try EventLoop()
                    try member.turns.deliver(on: loop) { [unowned loop, self] turns in
                        for isTurn in turns {
                            guard isTurn else { return loop.stop() }
                            doNext(with: worker)
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

    private func doNext(with worker: Worker) {
        guard let (peer, job) = waiting.withLock({ $0.next() }) else { return }
        let begun = ThreadTime.now()
        job(worker)
        worker.core.accounts.spend(microseconds: ThreadTime.now() - begun, by: peer)
    }

    /// For whom it is. False where so much is to be done that this is not.
    func submit(for peer: NodeID, _ job: @escaping Job) -> Bool {
        guard waiting.withLock({ $0.append(job, cost: 1, for: peer) }) else { return false }
        // There is a turn for each of those that wait, so one that can't be given is none that is lacking.
        let member = members.min { $0.load.count.load(ordering: .relaxed) < $1.load.count.load(ordering: .relaxed) }
        guard let member, member.turns.post(true) else {
            preconditionFailure("there are as many places for turns as for jobs")
        }
        member.load.count.add(1, ordering: .relaxed)
        return true
    }

    /// Ends the threads, once they are through with what was handed in.
    func stop() {
        for member in members { _ = member.turns.post(false) }
        let ending = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in ending { thread.join() }
    }
}
