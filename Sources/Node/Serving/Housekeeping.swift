import Bytes
import Chat
import EventLoop
import Glibc
import Log
import SQLite
import Store
import Synchronization

/// What a node does by itself, now and then: it forgets what is over, and moves the log into the database, so that
/// what was erased is in neither.
final class Housekeeping: Sendable {
    private static let intervalMilliseconds: Int32 = 5_000
    private static let checkpointMilliseconds: UInt64 = 60_000
    private static let retentionMilliseconds: UInt64 = 3_600_000
    /// While there is more to forget than one command may.
    private static let hurriedMilliseconds: UInt64 = 5_000

    private struct Plan {
        var checkpoint: MonotonicTime
        var retention: MonotonicTime
    }

    private let writer: Writer<ChatState>
    private let log: Log
    private let plan: Mutex<Plan>

    private init(_ writer: Writer<ChatState>, _ log: Log) {
        self.writer = writer
        self.log = log
        let now = MonotonicTime.now()
        plan = Mutex(Plan(checkpoint: now + Self.checkpointMilliseconds, retention: now + Self.hurriedMilliseconds))
    }

    static func begin(_ writer: Writer<ChatState>, _ log: Log) throws -> Pulse {
        let housekeeping = Housekeeping(writer, log)
        return try Pulse(name: "housekeeping", everyMilliseconds: intervalMilliseconds) { housekeeping.round() }
    }

    /// What can't be done now is done the next time; it says so, and nobody waits for it.
    private func round() {
        log.tellSuppressed()
        let now = MonotonicTime.now()
        let due = plan.withLock { ($0.checkpoint <= now, $0.retention <= now) }
        if due.0 {
            attempt("checkpoint-failed", checkpoint)
            plan.withLock { $0.checkpoint = now + Self.checkpointMilliseconds }
        }
        if due.1 {
            let isDone = attempt("retention-failed", clear) ?? true
            let wait = isDone ? Self.retentionMilliseconds : Self.hurriedMilliseconds
            plan.withLock { $0.retention = now + wait }
        }
    }

    @discardableResult
    private func attempt<Result>(_ event: StaticString, _ body: () throws -> Result) -> Result? {
        do {
            return try body()
        } catch {
            log.warning(event, [.text("error", ShortText("\(error)"))])
            return nil
        }
    }

    /// A reader in the way is no trouble: another minute comes.
    private func checkpoint() throws {
        try writer.performAlone { connection, _ in
            _ = try connection.checkpoint(.truncateAtOnce)
            connection.releaseMemory()
        }
    }

    private func clear() throws -> Bool {
        try writer.perform { transaction, _ in try Retention.clear(at: .now(), in: transaction).isDone }
    }
}
