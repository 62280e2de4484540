import Bytes
import Keys
import Operations
import Replica
import SQLite

/// What the rows about a room should say, from its fold and what is local alone: slowly, by the plain rules, and without regard
/// to what the rows say. Time and memory grow with the room.
struct RoomRecount {
    struct Member: Equatable {
        var isLocal: Bool
        var role: Int64
        var joined: Int64
        /// Of people of this node.
        var read = 0
        /// Of people elsewhere.
        var place: Int64?
        var exceptions: [Exception] = []
    }

    struct Exception: Equatable {
        var message: Int64
        var isRead: Bool
    }

    struct File: Equatable {
        var blob: Hash
        var size: Int64
        var uuid: UUID
        var person: Int64
        /// Milliseconds.
        var created: Int64
    }

    struct Answer: Hashable {
        var target: Int64
        var message: Int64
    }

    /// Nil where not even the room's beginning is here.
    private(set) var view: RoomView?
    private(set) var members: [Int64: Member] = [:]
    private(set) var files: [Int64: [File]] = [:]
    private(set) var mentions: [Int64: [Int64]] = [:]
    private(set) var answers: Set<Answer> = []
    /// The first eight bytes of ids that registers of nodes name.
    private(set) var named: [Int64: Set<Int64>] = [:]

    private let room: StoredRoom
    private let log: LogAccess
    private var spots: [MessageSpot] = []
    private var countable: [Int64] = []
    private var countableBySender: [Int64: [Int64]] = [:]

    init(of room: StoredRoom, _ log: LogAccess) throws {
        self.room = room
        self.log = log
        guard let beginning = RoomBeginning(of: room) else { return }
        var view = RoomView(beginning)
        view.updated = RoomBeginning.lastUpdate(of: room, since: view.created)
        try readMessages()
        view.messages = spots.count
        view.last = spots.max()
        view.newest = spots.map(\.serial).max() ?? 0
        view.countable = countable.count
        try readMembers(view)
        view.members = members.count
        view.localMembers = members.values.count { $0.isLocal }
        self.view = view
        try log.failure.check()
    }

    private var records: StoreRecords { room.records }

    // MARK: Messages

    private mutating func readMessages() throws {
        var rows = try log.connection.statement(
            """
            SELECT o.serial, o.line, o.seq, o.author FROM operation o WHERE o.room = ?1 AND o.kind = 1 ORDER BY o.serial
            """)
        rows.bind(1, room.number)
        while try rows.step() {
            let serial = rows.int64(0)
            guard let message = records.message(at: Position(Line(rows.int(1)), rows.int(2))) else {
                throw StoreFault.damaged("message \(serial)")
            }
            try add(message, serial, sender: rows.int64(3))
        }
    }

    private mutating func add(_ message: Message, _ serial: Int64, sender: Int64) throws {
        guard message.visibility != .hidden else { return }
        spots.append(
            MessageSpot(time: Int64(message.time.value), tie: message.author.node.tie, serial: serial))
        guard let content = message.content else { return }
        if content.isCountable {
            countable.append(serial)
            countableBySender[sender, default: []].append(serial)
        }
        var people: [Int64] = []
        for user in content.mentions where !user.handle.isNode {
            let person = try log.names.person(for: user).row
            if !people.contains(person) { people.append(person) }
        }
        if !people.isEmpty { mentions[serial] = people }
        if let target = content.replyTo { answers.insert(Answer(target: target.bytes.prefix, message: serial)) }
        if !content.attachments.isEmpty {
            files[serial] = Self.files(content.attachments, of: message, by: sender)
        }
    }

    static func files(_ files: [Attachment], of message: Message, by sender: Int64) -> [File] {
        files.enumerated().map { ordinal, file in
            let repetition = files[..<ordinal].count { $0.hash == file.hash }
            return File(
                blob: file.hash, size: Int64(clamping: file.size),
                uuid: message.id.uuid(ofFile: file.hash, repetition: repetition), person: sender,
                created: message.time.milliseconds)
        }
    }

    // MARK: Members

    private mutating func readMembers(_ view: RoomView) throws {
        for (user, standing) in room.room.members(in: records) {
            let person = try log.names.person(for: user)
            let isLocal = person.origin.number == NodeTable.ownNumber
            let joined = room.room.entry(of: person).map { Int64(records.kept(at: $0).time.value) } ?? view.created
            var member = Member(isLocal: isLocal, role: Role(standing).code, joined: joined)
            if isLocal { member.read = try read(by: person.row) }
            members[person.row] = member
        }
        for register in records.registers { try read(register.register) }
    }

    /// What came up to their position, what they read apart, and what they wrote themselves: each once.
    private func read(by person: Int64) throws -> Int {
        var row = try log.connection.statement("SELECT position FROM membership WHERE room = ?1 AND person = ?2")
        row.bind(1, room.number)
        row.bind(2, person)
        let position = try row.step() ? row.int64(0) : .max
        var read = Set(countable.prefix { $0 <= position })
        read.formUnion(countableBySender[person] ?? [])
        var apart = try log.connection.statement("SELECT message FROM reading_apart WHERE room = ?1 AND person = ?2")
        apart.bind(1, room.number)
        apart.bind(2, person)
        let all = Set(countable)
        while try apart.step() { if all.contains(apart.int64(0)) { read.insert(apart.int64(0)) } }
        return read.count
    }

    private mutating func read(_ register: ReceiptRegister) throws {
        guard let origin = try log.names.origin(of: register.origin), origin.number != NodeTable.ownNumber else {
            return
        }
        for reader in register.readers {
            for id in [reader.upTo].compactMap({ $0 }) + reader.exceptions {
                named[Int64(origin.number), default: []].insert(id.bytes.prefix)
            }
            let user = UserID(node: register.origin, handle: reader.handle)
            guard let person = try log.names.person(of: user), members[person.row] != nil else { continue }
            let place = reader.upTo.flatMap { spot($0) }
            members[person.row]?.place = place?.serial
            let exceptions = reader.exceptions.compactMap { spot($0) }.map { spot in
                Exception(message: spot.serial, isRead: place.map { ($0.time, $0.tie) < (spot.time, spot.tie) } ?? true)
            }
            members[person.row]?.exceptions = exceptions.sorted { $0.message < $1.message }
        }
    }

    private func spot(_ id: OperationID) -> MessageSpot? {
        guard let position = records.position(of: id), let message = records.message(at: position),
            message.visibility != .hidden
        else { return nil }
        return MessageSpot(
            time: Int64(message.time.value), tie: message.author.node.tie, serial: records.serial(at: position))
    }
}
