import Bytes
import Keys
import Operations
import Replica
import SQLite

/// Derives what is shown of rooms from what their folds tell, in the transaction that changes them. On the writer's thread.
///
/// Each change is taken by itself and in its order, and moves counts by one; so a message costs the same in a room of ten and
/// of ten thousand. What a count should be can be told from the rows (`ViewVerification`), and is what a rebuild would make it.
final class RoomViews {
    private let log: LogAccess
    private let rooms: RoomCache
    private var search = SearchIndex(texts: StoredTexts())

    init(_ log: LogAccess, _ rooms: RoomCache) {
        self.log = log
        self.rooms = rooms
    }

    /// What happened, in order.
    func derive(
        _ parts: [RoomChanges], at now: Timestamp, in transaction: borrowing Transaction
    ) throws -> [RoomEvent] {
        guard !parts.isEmpty else { return [] }
        var events: [RoomEvent] = []
        for part in parts {
            guard let room = try rooms.room(part.room, toChange: true) else {
                throw StoreFault.damaged("room \(part.room)")
            }
            var derivation = Derivation(of: room, log, isLocal: part.isLocal, at: now)
            try derivation.run(part.changes, &search, in: transaction)
            events += derivation.events
        }
        try search.settle(in: transaction)
        return events
    }
}

/// What the changes of one room come to.
struct Derivation {
    let room: StoredRoom
    let log: LogAccess
    let isLocal: Bool
    let now: Timestamp
    /// Of a group or direct room.
    var view: RoomView
    var events: [RoomEvent] = []
    /// Messages whose words have changed: what they said before the first change, nil where that was nothing to be found.
    var words = ChangedWords()
    /// Blobs that something referred to.
    var unreferred: [Hash] = []
    var isNewRoom = false
    /// The message that stood last is gone.
    var hasLostLast = false
    /// The room's contents are erased.
    var hasLostAll = false

    init(of room: StoredRoom, _ log: LogAccess, isLocal: Bool, at now: Timestamp) {
        self.room = room
        self.log = log
        self.isLocal = isLocal
        self.now = now
        view = RoomView(created: 0, creator: 0, updated: 0)
    }

    var number: Int64 { room.number }
    var records: StoreRecords { room.records }

    mutating func tell(_ kind: RoomEvent.Kind) {
        let isHistory = view.localMembers == 0 && !isLocal
        events.append(RoomEvent(room: RoomNumber(number), kind: kind, isLocal: isLocal, isHistory: isHistory))
    }

    mutating func run(
        _ changes: [StateChange], _ search: inout SearchIndex<StoredTexts>, in transaction: borrowing Transaction
    ) throws {
        if case .directory = room.nature {
            for case .profile(let profile, let before) in changes { try show(profile, before, in: transaction) }
            return try releaseBlobs(in: transaction)
        }
        let former = try loadView(in: transaction)
        guard let view = try former ?? makeView(in: transaction) else { return }
        self.view = view
        if isNewRoom {
            tell(.room(.created))
            for register in records.registers { try read(register, in: transaction) }
        } else if case .direct = room.nature {
            try openEarlier(changes, in: transaction)
        }
        for change in changes { try derive(change, in: transaction) }
        if hasLostAll { try readNothing(in: transaction) }
        if hasLostLast { self.view.last = try RoomView.lastMessage(of: number, on: transaction.connection) }
        if changes.contains(where: \.concernsFields) {
            self.view.updated = RoomBeginning.lastUpdate(of: room, since: self.view.created)
        }
        try MessageBlocks.close(&self.view.open, of: number, in: transaction)
        if self.view != former { try self.view.update(number, in: transaction) }
        room.knownView = self.view
        try changeWords(&search, in: transaction)
        try releaseBlobs(in: transaction)
    }

    private func loadView(in transaction: borrowing Transaction) throws -> RoomView? {
        if let known = room.knownView { return known }
        return try RoomView.load(number, on: transaction.connection)
    }

    private mutating func derive(_ change: StateChange, in transaction: borrowing Transaction) throws {
        switch change {
        case .appeared(let message, let from): try appear(message, from: from, in: transaction)
        case .vanished(let before): try vanish(before, in: transaction)
        case .edited(let message, let before): try edit(message, before: before, in: transaction)
        case .deleted(let message, let before): try delete(message, before: before, in: transaction)
        case .pinned(let message):
            tell(.pinned(spot(message).number, by: try person(message.author), isPinned: message.isPinned))
        case .reacted(let message, let user, let value, _):
            tell(
                .reacted(spot(message).number, of: try person(message.author), by: try person(user), value: value))
        case .fields(let fields, let before, let changed):
            try set(fields, before: before, changed, in: transaction)
        case .standing(let user, let before, let standing):
            try stand(user, before, standing, in: transaction)
        case .receipts(let register): try read(register, in: transaction)
        case .roomDeleted, .roomRestored, .profile, .forked, .passedOn, .setAside, .erased, .payloadArrived: break
        }
    }

    private func readNothing(in transaction: borrowing Transaction) throws(SQLiteError) {
        var rows = try transaction.statement("UPDATE membership SET read = 0 WHERE room = ?1 AND is_local")
        rows.bind(1, number)
        try rows.run()
    }

    // MARK: Names and places

    func person(_ user: UserID) throws -> PersonNumber {
        PersonNumber(try log.names.person(for: user).row)
    }

    func isLocal(_ user: UserID) throws -> Bool {
        try log.names.origin(of: user.node)?.number == 1
    }

    func spot(_ message: Message) -> MessageSpot {
        MessageSpot(
            time: Int64(message.time.value), tie: message.author.node.tie, serial: records.serial(at: message.position))
    }
}

extension MessageSpot {
    var number: MessageNumber { MessageNumber(serial) }
}

extension NodeID {
    /// Its first four bytes: what decides between messages of one time.
    var tie: Int64 { bytes.prefix >> 32 & 0xFFFF_FFFF }
}

extension StateChange {
    fileprivate var concernsFields: Bool {
        if case .fields = self { true } else { false }
    }
}
