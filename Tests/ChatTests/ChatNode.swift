import Bytes
import Chat
import Glibc
import Keys
import LocalDatabase
import Operations
import RoomModel
import SQLite
import Store
import Synchronization
import Testing

/// A node with its log and its people, whose commands a test gives one by one.
final class ChatNode {
    let planned: PlannedNode
    let state: ChatState
    private let folder: String
    private let heard = Heard()
    var now: Timestamp = .second(0)

    private var connection: Connection { state.connection }

    /// What was told after commits.
    final class Heard: Sendable {
        private let all = Mutex<[ChatNews]>([])
        func append(_ news: ChatNews) { all.withLock { $0.append(news) } }
        func take() -> [ChatNews] {
            all.withLock { all in
                defer { all = [] }
                return all
            }
        }
    }

    init(_ planned: PlannedNode = PlannedNode.all[0]) throws {
        self.planned = planned
        var template = Array("/tmp/parley-chat-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = folder + "/db"
        _ = try StoreSchema.current.prepare(databaseAt: path)
        let connection = try Connection(path, .readWrite)
        // No test here pulls the plug.
        try connection.execute("PRAGMA synchronous = OFF")
        let heard = heard
        state = try ChatState(
            connection, databaseAt: path,
            as: NodeIdentity(certificate: planned.certificates[0], key: planned.keys[0]),
            ChatSettings(name: planned.name, sending: Sending(hasMail: true)), random: SeededNumbers(7)
        ) { heard.append($0) }
    }

    deinit {
        for name in ["db", "db-wal", "db-shm", "db.mark"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// One command, committed by itself. A second passes before it.
    @discardableResult
    func command<Result>(_ body: (borrowing Transaction, ChatState) throws -> Result) throws -> Result {
        now = now.later(byMilliseconds: 1_000)
        do {
            let result = try connection.transaction { transaction in
                state.commandBegins()
                let result = try body(transaction, state)
                try state.finish(in: transaction)
                try state.groupEnds()
                return result
            }
            state.groupCommitted()
            return result
        } catch {
            state.commandRolledBack()
            state.groupRolledBack()
            throw error
        }
    }

    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result { try body(connection) }
    func takeNews() -> [ChatNews] { heard.take() }
    func by(_ person: PersonNumber) -> Occasion { Occasion(now: now, by: person) }

    // MARK: What people do

    func add(_ handle: String, isAdmin: Bool = false) throws -> PersonNumber {
        try command { transaction, state in
            let person = try state.accounts(at: self.now).open(handle, displayName: handle, in: transaction)
            try AccountTable.insert(
                Account(person: person, handle: handle, password: "", isAdmin: isAdmin, created: self.now),
                in: transaction)
            return person
        }
    }

    func found(_ name: String, by founder: PersonNumber, with others: [PersonNumber] = []) throws -> RoomNumber {
        try command { transaction, state in
            try Rooms.found(
                GroupDraft(name: name, participants: others), on: self.by(founder), in: transaction, state)
        }
    }

    func openDirect(_ one: PersonNumber, _ other: PersonNumber) throws -> Rooms.Opened {
        try command { transaction, state in
            try Rooms.openDirect(with: other, on: self.by(one), in: transaction, state)
        }
    }

    @discardableResult
    func post(
        _ text: String, in room: RoomNumber, by author: PersonNumber, replyingTo answered: MessageNumber? = nil
    ) throws -> MessageNumber {
        try command { transaction, state in
            try Messages.post(
                MessageDraft(text, replyTo: answered), in: room, on: self.by(author), in: transaction, state
            ).number
        }
    }

    // MARK: What came of it

    func room(_ number: RoomNumber) throws -> StoredRoom { try #require(try state.logState.look(at: number)) }
    func message(_ number: MessageNumber) throws -> LoggedMessage { try #require(try state.logState.message(number)) }
    func user(_ person: PersonNumber) throws -> UserID { try #require(try state.logState.user(person)) }

    func place(of person: PersonNumber, in number: RoomNumber) throws -> RoomPlace {
        try room(number).place(of: user(person))
    }
}
