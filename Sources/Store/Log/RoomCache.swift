import Bytes
import Keys
import Operations
import Replica
import SQLite

/// The rooms that were asked for last, as they are at this moment of the open transaction.
final class RoomCache {
    private let log: LogAccess
    private let countMax: Int
    private var rooms: [RoomID: StoredRoom] = [:]
    private var used: [RoomID: UInt64] = [:]
    private var clock: UInt64 = 0
    /// Whether a row has changed that they may know of.
    private var touched: Set<RoomID> = []
    /// Of one who only reads: those that are as the file is now. Nil where all are, since nobody else writes.
    private var current: Set<RoomID>?
    /// Mostly the same room is asked for again and again: the last one, and whether it is touched.
    private var last: (room: StoredRoom, isTouched: Bool)?

    init(_ log: LogAccess, countMax: Int = 512) {
        self.log = log
        self.countMax = max(1, countMax)
    }

    var count: Int { rooms.count }

    func isKept(_ id: RoomID) -> Bool { rooms[id] != nil }

    /// What was changed since the last commit is forgotten; the rest is as it was. What is read anew meanwhile may have been
    /// changed by another command of the same transaction, and may have to be forgotten again.
    func forgetChanges() {
        for id in touched { remove(id) }
    }

    /// Nothing of the transaction is left.
    func dropChanges() {
        forgetChanges()
        touched = []
        last = nil
    }

    func keepChanges() {
        touched = []
        last = nil
        while rooms.count > countMax, let oldest = used.min(by: { $0.value < $1.value })?.key { remove(oldest) }
    }

    private func remove(_ id: RoomID) {
        rooms[id] = nil
        used[id] = nil
        last = nil
    }

    func forgetAll() {
        (rooms, used, touched, last) = ([:], [:], [], nil)
    }

    /// Somebody else has written: each room is looked at when it is asked for.
    func othersHaveWritten() {
        (current, last) = ([], nil)
    }

    /// False where it has to be read anew.
    private func isCurrent(_ room: StoredRoom) throws -> Bool {
        guard let current, !current.contains(room.id) else { return true }
        guard try room.follow() else { return false }
        self.current?.insert(room.id)
        return true
    }

    /// Nil where there is no such room. To be changed: it is forgotten if the transaction is undone.
    func room(_ id: RoomID, toChange isChanged: Bool) throws -> StoredRoom? {
        if let last, last.room.id == id, last.isTouched || !isChanged { return last.room }
        if isChanged { touched.insert(id) }
        clock += 1
        if let known = rooms[id], try isCurrent(known) {
            used[id] = clock
            last = (known, touched.contains(id))
            return known
        }
        guard let (number, nature) = try find(id) else { return nil }
        return try keep(StoredRoom(number: number, id: id, nature: nature, of: log))
    }

    /// A new one where there is none.
    func room(_ id: RoomID, nature: RoomNature) throws -> StoredRoom {
        if let known = try room(id, toChange: true) { return known }
        let number = try insert(id, nature)
        return try keep(StoredRoom(number: number, id: id, nature: nature, of: log))
    }

    /// What the file has of a room, without its fold.
    func records(of id: RoomID) throws -> (StoreRecords, RoomNature)? {
        guard let (number, nature) = try find(id) else { return nil }
        return (try StoreRecords(room: number, id: id, of: log), nature)
    }

    private func keep(_ room: StoredRoom) throws -> StoredRoom {
        current?.insert(room.id)
        rooms[room.id] = room
        used[room.id] = clock
        // Those that are changed stay until it is known what becomes of that; a room that is only read makes way.
        if rooms.count > countMax,
            let oldest = used.filter({ !touched.contains($0.key) && $0.key != room.id }).min(by: { $0.value < $1.value }
            )
        {
            remove(oldest.key)
        }
        return room
    }

    // MARK: Rows

    /// Mostly of the one that was asked for last.
    func id(of number: Int64) throws -> RoomID? {
        if let last, last.room.number == number { return last.room.id }
        var row = try log.connection.statement("SELECT id FROM room WHERE number = ?1")
        row.bind(1, number)
        return try row.step() ? RoomID(try row.bytes32(0)) : nil
    }

    private func find(_ id: RoomID) throws -> (number: Int64, nature: RoomNature)? {
        var row = try log.connection.statement("SELECT number, nature, first, second, node FROM room WHERE id = ?1")
        row.bind(1, id.bytes)
        guard try row.step() else { return nil }
        let number = row.int64(0)
        switch row.int(1) {
        case 0: return (number, .group)
        case 1:
            let first = try log.names.user(log.names.person(numbered: row.int64(2)))
            let second = try log.names.user(log.names.person(numbered: row.int64(3)))
            return (number, .direct(DirectPair(first, second)))
        default: return (number, .directory(try log.names.node(Origin(row.uint32(4)))))
        }
    }

    private func insert(_ id: RoomID, _ nature: RoomNature) throws -> Int64 {
        var (code, first, second, node): (Int64, Int64?, Int64?, Int64?) = (0, nil, nil, nil)
        switch nature {
        case .group: break
        case .direct(let pair):
            code = 1
            first = try log.names.person(for: pair.first).row
            second = try log.names.person(for: pair.second).row
        case .directory(let id):
            code = 2
            node = Int64(try log.names.origin(for: id).number)
        }
        var row = try log.connection.statement(
            "INSERT INTO room (id, uuid, nature, first, second, node) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        row.bind(1, id.bytes)
        row.bind(2, id.uuid)
        row.bind(3, code)
        row.bind(4, first)
        row.bind(5, second)
        row.bind(6, node)
        try row.run()
        return log.connection.lastInsertedRowID
    }
}
