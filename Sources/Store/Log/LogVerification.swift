import Keys
package import Operations
import Replica
package import SQLite

/// Something that is not as it must be.
package enum LogFinding: Equatable, Sendable {
    /// SQLite's own words about the file.
    case file(String)
    /// By what operations are looked up doesn't lead to them; a rebuild mends it.
    case lookup(String)
    case room(RoomID, RoomFinding)
    /// Something else is counted for a node than is kept of it; a rebuild mends it.
    case stored(NodeID)
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
    /// The digest is another one than its operations make.
    case state
    /// Members, messages, reactions or profiles, as they are shown.
    case shown
    /// A row that its fold makes; a rebuild mends it.
    case folded(FoldedFinding)
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
            try checkLookup()
            let rooms = try rooms()
            for (index, room) in rooms.enumerated() where findings.count < findingsMax {
                progress(index, rooms.count)
                check(room)
            }
            for node in try StoredBytes.miscounted(on: connection) { add(.stored(node)) }
        }
    }

    private mutating func checkLookup() throws {
        let lost = try connection.count(
            """
            SELECT count(*) FROM operation o
            WHERE (SELECT count(*) FROM operation_id WHERE prefix = o.id_prefix AND serial = o.serial)
                + (SELECT count(*) FROM operation_new WHERE prefix = o.id_prefix AND serial = o.serial) <> 1
            """
        ) { _ in }
        if lost > 0 { add(.lookup("\(lost) operations are not found by their ids")) }
        let entries = try connection.count(
            "SELECT (SELECT count(*) FROM operation_id) + (SELECT count(*) FROM operation_new)"
        ) { _ in }
        let count = try connection.count("SELECT count(*) FROM operation") { _ in }
        if entries > count { add(.lookup("there are \(entries) ids and only \(count) operations")) }
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
            defer { for finding in check.findings { add(.room(id, finding)) } }
            try check.run()
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
    private(set) var findings: [RoomFinding] = []

    init(_ stored: StoredRoom, _ log: LogAccess) {
        self.stored = stored
        self.log = log
    }

    mutating func run() throws {
        let fold: Refold
        do throws(RefoldFault) {
            fold = try Refold(of: stored.records, stored.nature, log)
        } catch {
            switch error {
            case .operation(let serial, let why): findings.append(.operation(serial: serial, why))
            case .place(let id): findings.append(.place(id))
            case .trouble(let trouble): throw trouble
            }
            return
        }
        try checkFeeds()
        findings += try FoldedRows(fold, log).findings.map { .folded($0) }
        if fold.room.state(in: fold.records) != stored.state { findings.append(.state) }
        if fold.room.dump(in: fold.records) != stored.dump { findings.append(.shown) }
        try log.failure.check()
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
            let operation = try stored.witnesses(of: last).last ?? stored.records.operation(at: last)
            guard let operation, operation.isSigned(under: certificate) else {
                findings.append(.signature(stored.records.kept(at: last).id))
                continue
            }
        }
    }
}
