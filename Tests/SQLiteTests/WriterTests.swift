import FaultyDisks
import Glibc
import Synchronization
import Testing

@testable import SQLite

/// A state that counts rows in memory, and writes down what it was told.
final class Counter: WriterState {
    var rows = RevertibleDictionary<String, Int>()
    let told: Told

    init(_ told: Told = Told()) {
        self.told = told
    }

    func insert(_ body: String, _ transaction: borrowing Transaction) throws(SQLiteError) {
        rows["rows"] = (rows["rows"] ?? 0) + 1
        try Items.insert(body, transaction.connection)
    }

    func commandBegins() { rows.commandBegins() }

    func commandRolledBack() {
        rows.commandRolledBack()
        told.add("undone")
    }

    func groupCommitted() {
        rows.groupCommitted()
        told.add("committed")
    }

    func groupRolledBack() {
        rows.groupRolledBack()
        told.add("rolled back")
    }

    /// From any thread, in order.
    final class Told: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }
}

struct WriterTests {
    private let folder = TemporaryFolder()
    private let told = Counter.Told()

    private func writer(
        _ options: Connection.Options = .init(), limits: WriterLimits = .init()
    ) throws -> Writer<Counter> {
        _ = try Items.schema.prepare(databaseAt: folder / "db")
        return try Writer(folder / "db", options, limits: limits) { [told] _ in Counter(told) }
    }

    /// Hands in `bodies` while the writer is held up, so that they wait together; returns when all are answered,
    /// in the order of the answers. "refuse" is refused by its command.
    private func submitTogether(_ bodies: [String], to writer: Writer<Counter>) throws -> [String] {
        let hold = try Bell()
        let (answers, all) = (Counter.Told(), try Bell())
        try writer.submitAlone({ _, _ in hold.wait() }, completion: { _ in })
        for body in bodies {
            try writer.submit(bytes: body.utf8.count) { transaction, state in
                try state.insert(body, transaction)
                if body == "refuse" { throw Refused() }
                return body
            } completion: { result in
                switch result {
                case .success(let body): answers.add(body)
                case .failure(let error as SQLiteError): answers.add("\(error.kind)")
                case .failure(let error): answers.add("\(type(of: error))")
                }
                if answers.all.count == bodies.count { all.ring() }
            }
        }
        hold.ring()
        all.wait()
        return answers.all
    }

    @Test func `what waits together is one commit, answered in order and seen by others before`() throws {
        let disk = try FaultyDisk()
        let writer = try writer(disk.options)
        defer { writer.stop() }
        try writer.perform { transaction, state in try state.insert("first", transaction) }
        let before = disk.logSyncs
        let path = folder / "db"
        let seen = Mutex<[[String]]>([])
        let bodies = (1...20).map { "number \($0)" }
        #expect(try submitTogether(bodies, to: writer) == bodies)
        #expect(disk.logSyncs == before + 1)
        // Three, one after the other, are three.
        for body in ["x", "y", "z"] {
            let done = try Bell()
            try writer.submit(bytes: 1) { transaction, state in
                try state.insert(body, transaction)
            } completion: { _ in
                seen.withLock { $0.append((try? Items.committed(path)) ?? []) }
                done.ring()
            }
            done.wait()
        }
        #expect(disk.logSyncs == before + 4)
        #expect(seen.withLock { $0.map(\.last) } == ["x", "y", "z"])
        #expect(told.all == Array(repeating: "committed", count: 5))
    }

    @Test func `a command that fails does so alone, in the database and in memory`() throws {
        let writer = try writer()
        defer { writer.stop() }
        let answers = try submitTogether(["a", "refuse", "b", "a", "c"], to: writer)
        #expect(answers == ["a", "Refused", "b", "constraint(SQLite.SQLiteError.Constraint.unique)", "c"])
        #expect(try Items.committed(folder / "db") == ["a", "b", "c"])
        #expect(try writer.perform { _, state in state.rows["rows"] } == 3)
        #expect(told.all == ["rolled back", "undone", "undone", "committed", "committed"])
    }

    @Test func `one that fails before it has changed anything costs the others nothing`() throws {
        let writer = try writer()
        defer { writer.stop() }
        let runs = Counter.Told()
        let hold = try Bell()
        let all = try Bell()
        try writer.submitAlone({ _, _ in hold.wait() }, completion: { _ in })
        for body in ["a", "nothing", "b"] {
            try writer.submit(bytes: 1) { transaction, state in
                runs.add(body)
                if body == "nothing" { throw Refused() }
                try state.insert(body, transaction)
            } completion: { _ in
                if body == "b" { all.ring() }
            }
        }
        hold.ring()
        all.wait()
        #expect(runs.all == ["a", "nothing", "b"])
        #expect(try Items.committed(folder / "db") == ["a", "b"])
        #expect(told.all == ["undone", "committed"])
    }

    @Test func `a group of which nothing is left costs no sync`() throws {
        let disk = try FaultyDisk()
        let writer = try writer(disk.options)
        defer { writer.stop() }
        try writer.perform { transaction, state in try state.insert("first", transaction) }
        let before = disk.logSyncs
        #expect(try submitTogether(["refuse", "first"], to: writer).first == "Refused")
        #expect(disk.logSyncs == before)
        #expect(told.all == ["committed", "rolled back", "undone", "undone", "rolled back"])
        #expect(try writer.perform { _, state in state.rows["rows"] } == 1)
    }

    @Test func `a reference that only the commit would miss fails its own command`() throws {
        let writer = try writer()
        defer { writer.stop() }
        try writer.performAlone { connection, _ in
            try connection.execute(
                "CREATE TABLE child (item INTEGER REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED) STRICT")
        }
        let hold = try Bell()
        try writer.submitAlone({ _, _ in hold.wait() }, completion: { _ in })
        let (answers, all) = (Counter.Told(), try Bell())
        for item in [1, 99] {
            try writer.submit(bytes: 1) { transaction, _ in
                var child = try transaction.statement("INSERT INTO child VALUES (?1)")
                child.bind(1, item)
                try child.run()
                if item == 1 { try Items.insert("parent", transaction.connection) }
            } completion: {
                answers.add("\(item) \($0)")
                if item == 99 { all.ring() }
            }
        }
        hold.ring()
        all.wait()
        #expect(answers.all == ["1 success()", "99 failure(SQLite.OpenReference())"])
        #expect(try Items.committed(folder / "db") == ["parent"])
    }

    @Test(arguments: FaultyDisk.Fault.allCases)
    func `a commit that fails fails all of its group, and nobody else's`(fault: FaultyDisk.Fault) throws {
        let disk = try FaultyDisk()
        let writer = try writer(disk.options)
        defer { writer.stop() }
        try writer.perform { transaction, state in try state.insert("before", transaction) }
        disk.failWrites(fault)
        let kind = "\(fault.kind)"
        // Even the one that had failed by itself: it may have seen what never happened.
        #expect(try submitTogether(["a", "refuse", "b"], to: writer) == [kind, kind, kind])
        #expect(try submitTogether(["c"], to: writer) == [kind])
        // Reading goes on.
        #expect(try Items.committed(folder / "db") == ["before"])
        disk.mend()
        #expect(try submitTogether(["d", "e"], to: writer) == ["d", "e"])
        #expect(try Items.committed(folder / "db") == ["before", "d", "e"])
        #expect(try writer.perform { _, state in state.rows["rows"] } == 3)
        #expect(
            told.all == ["committed", "rolled back", "undone", "rolled back", "rolled back", "committed", "committed"])
    }

    @Test func `the log is written in large pieces, and is sound`() throws {
        let disk = try FaultyDisk()
        let writer = try writer(disk.options)
        let bodies = (1...200).map { "\($0) \(String(repeating: "x", count: 2_000))" }
        let before = disk.writes
        #expect(try submitTogether(bodies, to: writer) == bodies)
        #expect(disk.writes - before < 20)
        #expect(try Items.committed(folder / "db") == bodies)
        // More than the cache holds comes to lie in the file before the commit, and is read from there; some of it is undone.
        let long = (1...60).map { $0.isMultiple(of: 7) ? "refuse" : "\($0) \(String(repeating: "y", count: 60_000))" }
        let kept = long.filter { $0 != "refuse" }
        #expect(try submitTogether(long, to: writer).filter { $0 != "Refused" } == kept)
        #expect(try Items.committed(folder / "db") == bodies + kept)
        // Others see what was committed also where nothing is synced.
        try writer.performAlone { connection, _ in try connection.execute("PRAGMA synchronous = OFF") }
        #expect(try submitTogether(["z"], to: writer) == ["z"])
        #expect(try Items.committed(folder / "db") == bodies + kept + ["z"])
        writer.stop()
        #expect(try Items.committed(folder / "db") == bodies + kept + ["z"])
        #expect(try Connection(folder / "db", .readOnly).problems(.full) == [])
    }

    @Test func `a sync that fails fails all of its group, and the next commit is sound`() throws {
        let disk = try FaultyDisk()
        let writer = try writer(disk.options)
        try writer.perform { transaction, state in try state.insert("before", transaction) }
        disk.failSyncs()
        #expect(try submitTogether(["a", "b"], to: writer) == ["ioFailure", "ioFailure"])
        disk.mend()
        #expect(try submitTogether(["c"], to: writer) == ["c"])
        writer.stop()
        #expect(try Items.committed(folder / "db") == ["before", "c"])
        #expect(try Connection(folder / "db", .readOnly).problems(.full) == [])
    }

    @Test func `a disk that fills up in the middle of a group fails the whole group`() throws {
        let disk = try FaultyDisk()
        let writer = try writer(disk.options)
        defer { writer.stop() }
        let padding = String(repeating: "x", count: 60_000)
        // The cache can't hold them, so the first ones are on their way to the disk long before the commit.
        disk.failWrites(.full, after: 3)
        let bodies = (1...100).map { "\($0) \(padding)" }
        let answers = try submitTogether(["small"] + bodies, to: writer)
        #expect(Set(answers) == ["diskFull"] && answers.count == 101)
        #expect(try Items.committed(folder / "db") == [])
        disk.mend()
        #expect(try submitTogether(["after"], to: writer) == ["after"])
        #expect(try writer.perform { _, state in state.rows["rows"] } == 1)
    }

    @Test func `a database that has its full size refuses, reads on, and takes up again by itself`() throws {
        let writer = try writer()
        try writer.perform { transaction, state in try state.insert("before", transaction) }
        // SQLite's own idea of a full disk.
        try writer.performAlone { connection, _ in try connection.execute("PRAGMA max_page_count = 10") }
        let big = String(repeating: "y", count: 100_000)
        #expect(try submitTogether(["a", big, "b"], to: writer) == ["diskFull", "diskFull", "diskFull"])
        #expect(try Items.committed(folder / "db") == ["before"])
        try writer.performAlone { connection, _ in try connection.execute("PRAGMA max_page_count = 1000000") }
        #expect(try submitTogether(["a", big], to: writer) == ["a", big])
        writer.stop()
        #expect(try Items.committed(folder / "db") == ["before", "a", big])
    }

    @Test func `beyond its bounds the writer is busy, and says so at once`() throws {
        var limits = WriterLimits()
        limits.waitingCountMax = 2
        let writer = try writer(limits: limits)
        defer { writer.stop() }
        let (begun, hold) = (try Bell(), try Bell())
        try writer.submitAlone(
            { _, _ in
                begun.ring()
                hold.wait()
            }, completion: { _ in })
        begun.wait()
        let answered = Counter.Told()
        for number in 1...2 {
            try writer.submit(bytes: 1) { _, _ in
            } completion: { _ in
                answered.add("\(number)")
            }
        }
        #expect(throws: WriterRefusal.busy) {
            try writer.submit(bytes: 1) { _, _ in
            } completion: { _ in
                answered.add("3")
            }
        }
        try writer.submit(.peers, bytes: 1) { _, _ in
        } completion: { _ in
            answered.add("peer")
        }
        hold.ring()
        // This waits its turn behind them all: refused while they still wait.
        while (try? writer.perform { _, _ in }) == nil { sched_yield() }
        writer.stop()
        #expect(answered.all == ["1", "2", "peer"])
    }

    @Test func `stopping does what waits, refuses what comes, and leaves one file`() throws {
        let writer = try writer()
        let hold = try Bell()
        try writer.submitAlone({ _, _ in hold.wait() }, completion: { _ in })
        let answered = Counter.Told()
        for number in 1...500 {
            try writer.submit(number % 2 == 0 ? .people : .peers, bytes: 1) { transaction, state in
                try state.insert("\(number)", transaction)
            } completion: {
                answered.add("\($0)")
            }
        }
        hold.ring()
        writer.stop()
        writer.stop()
        #expect(answered.all == Array(repeating: "success()", count: 500))
        #expect(throws: WriterRefusal.stopped) { try writer.perform { _, _ in } }
        #expect(folder.names == ["db"])
        #expect(try Items.committed(folder / "db").count == 500)
    }

    @Test func `a database that does not open is told at the start`() {
        let error = #expect(throws: SQLiteError.self) {
            _ = try Writer(folder / "db") { _ in NoWriterState() }
        }
        #expect(error?.kind == .cannotOpen)
        #expect(throws: Refused.self) {
            _ = try Items.schema.prepare(databaseAt: folder / "db")
            _ = try Writer(folder / "db") { _ -> NoWriterState in throw Refused() }
        }
    }

    @Test func `the log is moved when it is long, after the answers, and a reader only delays that`() throws {
        let disk = try FaultyDisk()
        var options = disk.options
        options.checkpointPages = 40
        let writer = try writer(options)
        defer { writer.stop() }
        let before = disk.databaseSyncs
        for number in 1...100 {
            try writer.perform { transaction, state in try state.insert("\(number)", transaction) }
        }
        _ = try writer.performAlone { _, _ in }
        let moved = disk.databaseSyncs - before
        #expect(moved >= 3 && moved < 20)
        let size = try #require(try DatabaseFile.size(folder / "db-wal"))
        #expect(size < 80 * 4_200)
        let reader = try Connection(folder / "db", .readOnly)
        try reader.snapshot {
            #expect(try Items.all(reader).count == 100)
            for number in 101...200 {
                try writer.perform { transaction, state in try state.insert("\(number)", transaction) }
            }
        }
        #expect(try Items.all(reader).count == 200)
    }

    @Test func `many threads at once are all answered once`() throws {
        let writer = try writer()
        defer { writer.stop() }
        let answered = Counter.Told()
        let threads = try (0..<4).map { thread in
            try WriterThread {
                for number in 0..<100 {
                    let result = Result {
                        try writer.perform { transaction, state in try state.insert("\(thread) \(number)", transaction)
                        }
                    }
                    answered.add("\(result)")
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(answered.all == Array(repeating: "success()", count: 400))
        #expect(try Items.committed(folder / "db").count == 400)
    }
}
