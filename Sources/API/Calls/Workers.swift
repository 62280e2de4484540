import EventLoop
package import SQLite
import Synchronization

/// Threads for what takes longer than a loop may: passwords, searches among people. As many as there are cores, each
/// with its own way to read.
package final class Workers: Sendable {
    package typealias Work = @Sendable (Reader) -> Void

    /// Who waits longer for a thread is told that the node is busy.
    package static let patienceMilliseconds: UInt64 = 5_000

    private let workers: [Worker]
    private let threads: [Thread]

    package init(count: Int, databaseAt path: String) throws {
        workers = try (0..<count).map { _ in try Worker() }
        threads = try workers.enumerated().map { index, worker in
            try Thread(name: "worker-\(index)") { worker.serve(Reader(path)) }
        }
    }

    /// Hands work in, to whoever has the least to do; throws where too much waits. `tooLate` is called in place of the
    /// work when it has waited too long.
    package func submit(_ work: @escaping Work, tooLate: @escaping @Sendable () -> Void) throws(APIFault) {
        let job = Worker.Job(since: .now(), work: work, tooLate: tooLate)
        let least = workers.min { $0.jobs < $1.jobs }
        guard let least, least.take(job) else { throw .unavailable("The node is busy.") }
    }

    /// Does what waits, and ends the threads.
    package func stop() {
        for worker in workers { worker.stop() }
        for thread in threads { thread.join() }
    }
}

private final class Worker: Sendable {
    struct Job: Sendable {
        let since: MonotonicTime
        let work: Workers.Work
        let tooLate: @Sendable () -> Void
    }

    private enum Order: Sendable {
        case job(Job)
        case stop
    }

    private static let jobsMax = 1_024

    private let inbox: Mailbox<Order>
    private let underWay = Atomic<Int>(0)

    init() throws {
        inbox = try Mailbox(messagesMax: Self.jobsMax)
    }

    var jobs: Int { underWay.load(ordering: .relaxed) }

    func take(_ job: Job) -> Bool {
        underWay.add(1, ordering: .relaxed)
        if inbox.post(.job(job)) { return true }
        underWay.subtract(1, ordering: .relaxed)
        return false
    }

    func stop() {
        // Full: then there is room in a moment.
        while !inbox.post(.stop) {}
    }

    /// The thread's whole life.
    func serve(_ reader: Reader) {
        guard let loop = try? EventLoop() else { return }
        _ = try? inbox.deliver(on: loop) { [unowned loop] orders in
            for order in orders {
                switch order {
                case .stop: loop.stop()
                case .job(let job):
                    if MonotonicTime.now() > job.since + Workers.patienceMilliseconds {
                        job.tooLate()
                    } else {
                        job.work(reader)
                    }
                    self.underWay.subtract(1, ordering: .relaxed)
                }
            }
        }
        _ = try? loop.run()
    }
}
