package import Keys
package import Operations
import Replica
package import SQLite

/// The rooms of a log, whole, as tools write them out. Over a connection of one's own, of which all that is read in
/// one call is of one state.
package struct LoggedRooms {
    private let log: LogAccess

    package init(_ connection: Connection) throws {
        log = try LogAccess(connection)
    }

    package struct Name: Hashable, Sendable {
        package let number: RoomNumber
        package let id: RoomID
    }

    /// Groups and direct rooms, in the order in which they came.
    package func names() throws -> [Name] {
        var rows = try log.connection.statement("SELECT number, id FROM room WHERE nature <> 2 ORDER BY number")
        var names: [Name] = []
        while try rows.step() { names.append(Name(number: RoomNumber(rows.int64(0)), id: RoomID(try rows.bytes32(1)))) }
        return names
    }

    /// What nodes that have the same of a room agree on (Spec/rooms.md, section 8).
    package func digest(of id: RoomID) throws -> Hash {
        try withRoom(id) { $0.state }
    }

    /// Every operation, in the canonical order, whatever came of it. Costs what the room holds, and no memory for it.
    package func forEachOperation(of id: RoomID, _ body: (Envelope) throws -> Void) throws {
        try forEachOperation(of: id) { _, _, envelope in try body(envelope) }
    }

    /// The same with the line of each, and what that grows from.
    func forEachOperation(
        of id: RoomID, _ body: (_ line: Line, _ base: Position?, Envelope) throws -> Void
    ) throws {
        try withRoom(id) { room in
            var feeds = try room.records.lines.indices.map { try Unread(Line($0), of: room) }
            while let next = feeds.indices.filter({ feeds[$0].next != nil }).min(by: { feeds[$0] < feeds[$1] }) {
                guard let operation = feeds[next].next else { return }
                let certificate = room.records.lines[feeds[next].line.index].certificate
                try body(
                    feeds[next].line, feeds[next].base,
                    try Envelope(
                        operation: operation,
                        certificate: operation.header.seq == 0
                            ? log.certificate(numbered: certificate).encoded : nil))
                try feeds[next].advance(in: room)
            }
        }
    }

    func withRoom<Result>(_ id: RoomID, _ body: (StoredRoom) throws -> Result) throws -> Result {
        try log.connection.snapshot {
            log.forget()
            guard let room = try RoomCache(log, countMax: 1).room(id, toChange: false) else {
                throw StoreFault.damaged("room \(id)")
            }
            let result = try body(room)
            try log.failure.check()
            return result
        }
    }
}

/// What is still to come of a line.
private struct Unread {
    let line: Line
    let base: Position?
    private var seq: Int
    private(set) var next: Operation?

    init(_ line: Line, of room: StoredRoom) throws {
        self.line = line
        let facts = room.records.facts(of: line)
        base = facts.base
        seq = facts.start
        next = try Self.operation(at: Position(line, seq), of: room)
    }

    mutating func advance(in room: StoredRoom) throws {
        seq += 1
        next = seq <= room.records.tip(of: line) ? try Self.operation(at: Position(line, seq), of: room) : nil
    }

    private static func operation(at position: Position, of room: StoredRoom) throws -> Operation {
        guard let operation = room.records.operation(at: position) else {
            try room.log.failure.check()
            throw StoreFault.damaged("operation of room \(room.id)")
        }
        return operation
    }

    /// The canonical order of what comes next. One that is over comes last.
    static func < (left: Unread, right: Unread) -> Bool {
        guard let one = left.next, let other = right.next else { return left.next != nil }
        let (mine, theirs) = (one.header, other.header)
        if mine.time != theirs.time { return mine.time < theirs.time }
        if mine.origin != theirs.origin { return mine.origin < theirs.origin }
        if mine.epoch != theirs.epoch { return mine.epoch < theirs.epoch }
        if mine.seq != theirs.seq { return mine.seq < theirs.seq }
        return one.id < other.id
    }
}
