import Chat
import Glibc
import LocalDatabase
import Operations
import RoomModel
import SQLite
import Store
import Synchronization
import Testing

/// The state on a writer's thread: what is told, and when.
struct ChatStateTests {
    private struct Refused: Error {}

    private final class Told: Sendable {
        let news = Mutex<[ChatNews]>([])
        var kinds: [JournalEntry.Kind] { news.withLock { $0.flatMap(\.events).map(\.entry.kind) } }
    }

    @Test func `only what was committed is told, in the order of the journal`() throws {
        var template = Array("/tmp/parley-chat-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            for name in ["db", "db-wal", "db-shm", "db.mark"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        let (path, told, planned) = (folder + "/db", Told(), PlannedNode.all[0])
        _ = try StoreSchema.current.prepare(databaseAt: path)
        let writer = try Writer(path) { connection in
            try ChatState(
                connection, databaseAt: path,
                as: NodeIdentity(certificate: planned.certificates[0], key: planned.keys[0]),
                ChatSettings(name: "north")
            ) { news in told.news.withLock { $0.append(news) } }
        }
        defer { writer.stop() }
        let person = try writer.performLogged { transaction, state in
            let person = try state.accounts(at: .second(0)).open("ada", displayName: "Ada", in: transaction)
            try AccountTable.insert(
                Account(person: person, handle: "ada", password: nil, created: .second(0)), in: transaction)
            return person
        }
        let room = try writer.performLogged { transaction, state in
            try Rooms.found(
                GroupDraft(name: "Harbour"), on: Occasion(now: .second(1), by: person), in: transaction, state)
        }
        #expect(throws: Refused.self) {
            try writer.performLogged { transaction, state in
                _ = try Messages.post(
                    MessageDraft("lost"), in: room, on: Occasion(now: .second(2), by: person), in: transaction, state)
                throw Refused()
            }
        }
        let number = try writer.performLogged { transaction, state in
            try Messages.post(
                MessageDraft("kept"), in: room, on: Occasion(now: .second(3), by: person), in: transaction, state
            ).number
        }
        #expect(told.kinds == [.roomCreated, .joined, .message])
        let events = told.news.withLock { $0.flatMap(\.events) }
        #expect(events.last?.entry.message == number)
        let kept = try Reader(path).read { try EventJournal.entries(after: EventNumber(0), limit: 9, on: $0) }
        #expect(kept.map(\.seq) == events.map(\.seq))
        #expect(kept.map(\.entry) == events.map(\.entry))
    }
}
