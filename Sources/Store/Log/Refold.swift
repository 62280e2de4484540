import Operations
import Replica
import SQLite

/// Why a room can't be folded anew: its log is damaged.
enum RefoldFault: Error {
    case operation(serial: Int64, String)
    /// It stands at another place than its past says.
    case place(OperationID)
    case trouble(any Error)
}

/// A room folded anew in memory, from nothing but its operations in the order in which they came, its registers and its forks.
struct Refold {
    let stored: StoreRecords
    private(set) var room: Room
    private(set) var records = MemoryRecords()
    private(set) var positions: [(serial: Int64, position: Position)] = []

    init(of stored: StoreRecords, _ nature: RoomNature, _ log: LogAccess) throws(RefoldFault) {
        self.stored = stored
        room = Room(stored.id, nature: nature)
        do {
            positions = try Self.positions(of: stored.room, on: log.connection)
        } catch {
            throw .trouble(error)
        }
        var changes: [StateChange] = []
        for (serial, position) in positions {
            guard position.line.index < stored.lineCount, let operation = stored.operation(at: position) else {
                throw .operation(serial: serial, "\(log.failure.first as Any? ?? "no line")")
            }
            let past =
                operation.header.dependencies
                + (operation.header.seq == 0 ? [] : [OperationID(operation.header.previous)])
            guard past.allSatisfy({ records.position(of: $0) != nil }) else {
                throw .operation(serial: serial, "stands before its past")
            }
            room.take(operation, rank: stored.facts(of: position.line).rank, into: &records, changes: &changes)
            changes.removeAll(keepingCapacity: true)
            guard records.position(of: operation.id) == position else { throw .place(operation.id) }
        }
        for (feed, seq) in stored.forks.sorted(by: { $0.key < $1.key }) {
            room.take(forkOf: feed, at: seq, into: &records, changes: &changes)
        }
        // A deletion that was void after all had covered these, and they came again.
        for position in records.wantedPayloads.sorted(by: { ($0.line.index, $0.seq) < ($1.line.index, $1.seq) }) {
            guard let payload = stored.operation(at: position)?.payload else { continue }
            let id = records.kept(at: position).id
            room.take(payload: payload, of: id, into: &records, changes: &changes)
        }
        for register in stored.registers { room.take(register, into: &records, changes: &changes) }
        // Nobody's operation says so: a day after its deletion the node has done it.
        if stored.fields.isErased { room.eraseContents(from: &records, changes: &changes) }
        if let first = log.failure.first { throw .trouble(first) }
    }

    private static func positions(
        of room: Int64, on connection: Connection
    ) throws(SQLiteError) -> [(serial: Int64, position: Position)] {
        var rows = try connection.statement(
            "SELECT serial, line, seq FROM operation WHERE room = ?1 ORDER BY serial")
        rows.bind(1, room)
        var positions: [(Int64, Position)] = []
        while try rows.step() { positions.append((rows.int64(0), Position(Line(rows.int(1)), rows.int(2)))) }
        return positions
    }

    /// The last of a line that is passed on; before its start where nothing is.
    func passedEnd(of line: Line) -> Int {
        let start = records.facts(of: line).start
        var end = records.tip(of: line)
        while end >= start, !room.isPassedOn(Position(line, end)) { end -= 1 }
        return end
    }
}
