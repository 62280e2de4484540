import EventLoop
import Glibc
import SQLite
import Synchronization

/// Senders who wait for the disk, each with one row at a time, and the one writer that serves them all.
struct SQLiteGroupCommit {
    let folder: String?
    let senders: [Int]
    let seconds: Int
    let rounds: Int

    /// The senders' loops, as a node has them.
    private static let loops = 2

    func run() throws {
        // Beside this program: where one builds is a disk, and where temporary files lie is often memory.
        let own = ProcessFile.link("/proc/self/exe") ?? ""
        let beside = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        let directory = try TemporaryDirectory(in: folder ?? beside)
        defer { directory.remove() }
        try inDirectory(directory.path)
    }

    private func inDirectory(_ path: String) throws {
        _ = try SQLiteRows.schema.prepare(databaseAt: "\(path)/statements")
        try SQLiteStatements("\(path)/statements").run(rounds: rounds)
        var lines = [["group commit", "rows/s", "rows in a commit", "CPU of a row", "p50", "p99"]]
        for count in senders {
            let database = "\(path)/group-\(count)"
            _ = try SQLiteRows.schema.prepare(databaseAt: database)
            lines.append(try measure(count, database))
        }
        Console.say("\n" + Figures.table(lines))
        Console.say("(CPU of the whole process: the writer, the senders and the way between them)")
    }

    private final class Commits: WriterState, Sendable {
        let count = Atomic<Int>(0)
        func groupCommitted() { count.add(1, ordering: .relaxed) }
    }

    /// What the loops and the one who measures tell each other.
    private final class Load: Sendable {
        let isOver = Atomic<Bool>(false)
        let latencies = Mutex<[Histogram]>([])
    }

    /// The senders of one loop: each hands in its next row when it has heard of the last.
    private final class Senders {
        private let writer: Writer<Commits>
        private let load: Load
        private let answers: Mailbox<Int>
        private var rows: SQLiteRows
        private var sent: [UInt64]
        private var waiting = 0
        private var latencies = Histogram()

        init(_ count: Int, firstRow: UInt64, _ writer: Writer<Commits>, _ load: Load) throws {
            self.writer = writer
            self.load = load
            answers = try Mailbox(messagesMax: max(1, count))
            rows = SQLiteRows(from: firstRow)
            sent = [UInt64](repeating: 0, count: count)
        }

        func run() throws {
            let loop = try EventLoop()
            try answers.deliver(on: loop) { [unowned self] senders in
                for sender in senders {
                    waiting -= 1
                    latencies.record(Clock.now() - sent[sender])
                    if !load.isOver.load(ordering: .relaxed) { send(sender) }
                }
            }
            for sender in sent.indices { send(sender) }
            while waiting > 0 { try loop.turn(waitingAtMost: 1_000) }
            load.latencies.withLock { $0.append(latencies) }
        }

        private func send(_ sender: Int) {
            sent[sender] = Clock.now()
            waiting += 1
            let row = rows.next()
            do throws(WriterRefusal) {
                try writer.submit(bytes: SQLiteRows.Row.body.count) { transaction, _ in
                    try row.insert(transaction.connection)
                } completion: { [answers] result in
                    if case .failure(let error) = result { Console.complain("\(error)") }
                    precondition(answers.post(sender), "there is room for an answer to each sender")
                }
            } catch {
                preconditionFailure("so few senders can't make a writer refuse: \(error)")
            }
        }
    }

    private func measure(_ count: Int, _ database: String) throws -> [String] {
        let commits = Commits()
        let writer = try Writer(database) { _ in commits }
        defer { writer.stop() }
        let load = Load()
        let cpuBefore = CPUTime.own()
        let began = Clock.now()
        let threads = try (0..<Self.loops).map { loop in
            let share = (count + loop) / Self.loops
            return try Thread(name: "sender-\(loop)") {
                do {
                    try Senders(share, firstRow: UInt64(loop) << 48, writer, load).run()
                } catch {
                    Console.complain("\(error)")
                }
            }
        }
        sleep(UInt32(seconds))
        load.isOver.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        let elapsed = Double(Clock.now() - began) / 1e9
        let cpu = CPUTime.own() - cpuBefore
        let histograms = load.latencies.withLock { $0 }
        let rows = histograms.reduce(0) { $0 + Int($1.count) }
        let largest = histograms.max { $0.count < $1.count } ?? Histogram()
        return [
            "\(count) senders", Figures.fixed(Double(rows) / elapsed, 0),
            Figures.fixed(Double(rows) / Double(max(1, commits.count.load(ordering: .relaxed))), 1),
            Figures.microseconds(cpu.total / Double(max(1, rows))),
            Figures.duration(nanoseconds: largest.quantile(0.5)), Figures.duration(nanoseconds: largest.quantile(0.99)),
        ]
    }
}
