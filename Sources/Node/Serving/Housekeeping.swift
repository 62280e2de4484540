import Bytes
import CLinux
import Chat
import EventLoop
import Glibc
import Log
import SQLite
import Store
import Synchronization

/// What a node does by itself, now and then: it forgets what is over, moves the log into the database, so that what
/// was erased is in neither, and looks how it is.
final class Housekeeping: Sendable {
    private static let roundMilliseconds: Int32 = 1_000

    /// A thing to be done, and when next.
    private enum Duty: Int, CaseIterable {
        case receipts, released, look, write, uploads, erasure, rooms, journal, forget, checkpoint, blobs, partials
        case copies

        var milliseconds: UInt64 {
            switch self {
            case .receipts: UInt64(Receipts.intervalMilliseconds)
            case .released: 5_000
            case .look: 15_000
            case .write, .uploads, .erasure, .rooms, .checkpoint: 60_000
            case .journal, .forget, .partials, .copies: 3_600_000
            // All 256 parts of what lies there take a day.
            case .blobs: 337_500
            }
        }
    }

    private static let journalDays: Int64 = 7
    /// The verdict on a migration: after a day of serving nobody wants the old database back.
    private static let copySeconds = 86_400

    private let node: OpenNode
    private let writer: Writer<ChatState>
    private let health: HealthWatch
    private let collector: BlobCollector
    private let log: Log
    private let due: Mutex<[MonotonicTime]>
    private let nextPart = Mutex<UInt8>(0)

    init(
        _ node: OpenNode, _ writer: Writer<ChatState>, _ health: HealthWatch, _ collector: BlobCollector, _ log: Log
    ) {
        (self.node, self.writer, self.health, self.collector, self.log) = (node, writer, health, collector, log)
        let now = MonotonicTime.now()
        due = Mutex(Duty.allCases.map { now + min($0.milliseconds, 60_000) })
    }

    func begin() throws -> Pulse {
        try Pulse(name: "housekeeping", everyMilliseconds: Self.roundMilliseconds) { self.round() }
    }

    /// What can't be done now is done the next time; it says so, and nobody waits for it.
    private func round() {
        let now = MonotonicTime.now()
        for duty in Duty.allCases where isDue(duty, at: now) {
            var isDone = true
            do {
                isDone = try perform(duty)
            } catch {
                if duty == .write { isDone = false }
                log.warning("housekeeping failed", [.text("error", ShortText("\(duty): \(error)"))])
            }
            // What isn't done goes on in the next round.
            due.withLock { $0[duty.rawValue] = isDone ? now + duty.milliseconds : now }
        }
    }

    /// While nothing can be written, it is tried in each round.
    private func isDue(_ duty: Duty, at now: MonotonicTime) -> Bool {
        (duty == .write && !health.canWrite) || due.withLock { $0[duty.rawValue] <= now }
    }

    /// Whether that was all of it.
    private func perform(_ duty: Duty) throws -> Bool {
        switch duty {
        case .look:
            log.tellSuppressed()
            // What was run since the last look may not be run again for long.
            linux_unmap_used_code()
            try health.look(with: node.reader())
        case .write: try write()
        case .checkpoint: try checkpoint()
        case .forget:
            return try writer.perform { transaction, _ in
                try Retention.clear(at: .now(), in: transaction)
            }
        case .receipts: return try step { try Receipts.step(at: $0, in: $1, $2) }
        case .uploads: return try step { try Attachments.expire(at: $0, in: $1, $2) }
        case .erasure: return try erase()
        case .rooms: return try step { try RoomErasure.step(at: $0, in: $1, $2) }
        case .journal:
            let now = Timestamp.now()
            let before = now.later(byMilliseconds: -Self.journalDays * 86_400_000)
            return try writer.perform { transaction, _ in
                try EventJournal.prune(before: before, at: now, in: transaction)
            } == 0
        case .copies:
            try Schema.removeCopies(besideDatabaseAt: node.folder.database, olderThanSeconds: Self.copySeconds)
        case .released: try node.collectingUnlessCopied { try collector.collectReleased() }
        case .blobs:
            let part = nextPart.withLock { part in
                defer { part &+= 1 }
                return part
            }
            try node.collectingUnlessCopied { try collector.collect(startingWith: part) }
        case .partials: try collector.removePartials(at: .now())
        }
        return true
    }

    /// Somebody whose room is damaged doesn't hold up the others.
    private func erase() throws -> Bool {
        do {
            return try step { try Erasure.step(at: $0, in: $1, $2) }
        } catch {
            try writer.perform { transaction, _ in try Erasure.putOff(at: .now(), in: transaction) }
            throw error
        }
    }

    /// A disk that takes nothing is noticed also when nobody writes.
    private func write() throws {
        do {
            // What little room is left may do for this, and for nothing else.
            try DatabaseCheck.requireRoom(in: node.folder)
            let now = Timestamp.now()
            try writer.perform { transaction, _ in
                let bytes = withUnsafeBytes(of: now.milliseconds.bigEndian) { Array($0) }
                try SettingTable.set("alive", to: bytes, in: transaction)
            }
            health.canWrite = true
        } catch {
            health.canWrite = false
            throw error
        }
    }

    /// A reader in the way is no trouble: another minute comes.
    private func checkpoint() throws {
        try writer.performAlone { connection, _ in
            _ = try connection.checkpoint(.truncateAtOnce)
            connection.releaseMemory()
        }
    }

    /// Some of a longer work, as a command among others; whether that was all.
    private func step(
        _ body: @escaping @Sendable (Timestamp, borrowing Transaction, ChatState) throws -> Bool
    ) throws -> Bool {
        try writer.performLogged { transaction, state in try body(.now(), transaction, state) }
    }
}
