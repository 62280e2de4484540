import Keys
package import Operations
import Replica
package import SQLite

/// Something that is not as it must be.
package enum LogFinding: Equatable, Sendable {
    /// SQLite's own words about the file.
    case file(String)
    case room(RoomID, RoomFinding)
}

package enum RoomFinding: Equatable, Sendable {
    /// Its rows can't be read, or are not what was signed.
    case unreadable(String)
    /// A row's columns don't hash to its id.
    case operation(serial: Int64, String)
    /// It stands at another place than its past says.
    case place(OperationID)
    /// What proves a feed's last operation is missing or wrong.
    case signature(OperationID)
    case certificate(Feed)
    case verdict(OperationID)
    case passedOn(OperationID)
    case message(OperationID)
    case wantedPayloads
    case fields
    case participants
    case state
    /// Members, messages, reactions or profiles, as they are shown.
    case shown
    /// A row that is derived from all this; a rebuild mends it.
    case view(ViewFinding)
}

/// Holds the whole log against itself: every id is hashed anew, every feed's end is verified, and every room is folded anew in memory
/// and compared with what the tables say. Reads, and changes nothing. Time and memory grow with the largest room.
package struct LogVerification {
    private let connection: Connection
    private let log: LogAccess
    package private(set) var findings: [LogFinding] = []
    private let findingsMax: Int

    package init(_ connection: Connection, findingsMax: Int = 100) throws {
        self.connection = connection
        self.findingsMax = findingsMax
        log = try LogAccess(connection)
    }

    /// `progress` hears how many rooms are done, of how many.
    package mutating func run(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws {
        try connection.snapshot {
            for problem in try connection.problems(.full) + connection.brokenReferences() { add(.file(problem)) }
            let rooms = try rooms()
            for (index, room) in rooms.enumerated() where findings.count < findingsMax {
                progress(index, rooms.count)
                check(room)
            }
        }
    }

    private mutating func add(_ finding: LogFinding) {
        if findings.count < findingsMax { findings.append(finding) }
    }

    private func rooms() throws -> [RoomID] {
        var rows = try connection.statement("SELECT id FROM room ORDER BY number")
        var rooms: [RoomID] = []
        while try rows.step() { rooms.append(RoomID(try rows.bytes32(0))) }
        return rooms
    }

    private mutating func check(_ id: RoomID) {
        do {
            // What is damaged in one room says nothing of the next.
            log.forget()
            guard let room = try RoomCache(log, countMax: 1).room(id, toChange: false) else { return }
            var check = RoomCheck(room, log)
            try check.run()
            for finding in check.findings { add(.room(id, finding)) }
            for finding in try ViewVerification(of: room, log).findings { add(.room(id, .view(finding))) }
        } catch {
            add(.room(id, .unreadable("\(error)")))
        }
    }
}

/// One room, held against a fold of its operations in memory.
private struct RoomCheck {
    private let stored: StoredRoom
    private let log: LogAccess
    private var room: Room
    private var records = MemoryRecords()
    private(set) var findings: [RoomFinding] = []

    init(_ stored: StoredRoom, _ log: LogAccess) {
        self.stored = stored
        self.log = log
        room = Room(stored.id, nature: stored.nature)
    }

    mutating func run() throws {
        let positions = try positions()
        guard try replay(positions) else { return }
        try checkFeeds()
        for (_, position) in positions { check(position) }
        if Set(records.wantedPayloads) != Set(stored.records.wantedPayloads) { findings.append(.wantedPayloads) }
        if records.fields != stored.records.fields { findings.append(.fields) }
        if Set(room.participants(in: records)) != Set(try stored.participants.map { try log.names.node($0) }) {
            if case .directory = stored.nature {} else { findings.append(.participants) }
        }
        if room.state(in: records) != stored.state { findings.append(.state) }
        if room.dump(in: records) != stored.dump { findings.append(.shown) }
        try log.failure.check()
    }

    private func positions() throws -> [(serial: Int64, position: Position)] {
        var rows = try log.connection.statement(
            "SELECT serial, line, seq FROM operation WHERE room = ?1 ORDER BY serial")
        rows.bind(1, stored.number)
        var positions: [(Int64, Position)] = []
        while try rows.step() { positions.append((rows.int64(0), Position(Line(rows.int(1)), rows.int(2)))) }
        return positions
    }

    /// In the order in which they came. False where that can't be gone on with.
    private mutating func replay(_ positions: [(serial: Int64, position: Position)]) throws -> Bool {
        var changes: [StateChange] = []
        for (serial, position) in positions {
            guard position.line.index < stored.records.lineCount,
                let operation = stored.records.operation(at: position)
            else {
                findings.append(.operation(serial: serial, "\(log.failure.first as Any? ?? "no line")"))
                return false
            }
            let past =
                operation.header.dependencies
                + (operation.header.seq == 0 ? [] : [OperationID(operation.header.previous)])
            guard past.allSatisfy({ records.position(of: $0) != nil }) else {
                findings.append(.operation(serial: serial, "stands before its past"))
                return false
            }
            room.take(operation, rank: stored.records.facts(of: position.line).rank, into: &records, changes: &changes)
            changes.removeAll(keepingCapacity: true)
            guard records.position(of: operation.id) == position else {
                findings.append(.place(operation.id))
                return false
            }
        }
        for (feed, seq) in stored.records.forks.sorted(by: { $0.key < $1.key }) {
            room.take(forkOf: feed, at: seq, into: &records, changes: &changes)
        }
        for register in stored.records.registers { room.take(register, into: &records, changes: &changes) }
        if stored.records.fields.isErased { room.eraseContents(from: &records, changes: &changes) }
        try log.failure.check()
        return true
    }

    private mutating func checkFeeds() throws {
        for index in stored.records.lines.indices {
            let line = Line(index)
            let feed = stored.records.feed(of: line)
            let certificate = try log.certificate(numbered: stored.records.lines[index].certificate)
            guard certificate.node == feed.origin, certificate.rank == stored.records.facts(of: line).rank else {
                findings.append(.certificate(feed))
                continue
            }
            let last = Position(line, stored.records.tip(of: line))
            guard let operation = stored.records.operation(at: last), operation.isSigned(under: certificate) else {
                findings.append(.signature(stored.records.kept(at: last).id))
                continue
            }
        }
    }

    private mutating func check(_ position: Position) {
        let id = records.kept(at: position).id
        if records.counts(at: position) != stored.records.counts(at: position) { findings.append(.verdict(id)) }
        let isPassedOn = position.seq <= stored.passedEnd(of: position.line)
        if room.isPassedOn(position) != isPassedOn { findings.append(.passedOn(id)) }
        if records.message(at: position) != stored.records.message(at: position) { findings.append(.message(id)) }
    }
}
