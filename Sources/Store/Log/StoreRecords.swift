import Bytes
import Keys
package import Operations
package import Replica
import SQLite

/// A room's records in the file, over the connection of whoever asks: the writer's, or one for reading.
///
/// In memory are the ends of the lines with their clocks, the fields and the proved forks: what every operation needs, and what does
/// not grow with the history. All else is a look-up. See `StoreFailure` for what happens where the file can't answer.
package final class StoreRecords: RoomRecords {
    /// What an operation brings along that its header doesn't say.
    struct Arrival {
        var source: Origin?
        /// Of our own log, where we write it.
        var incarnation: Int64?
    }

    struct LineRow {
        var facts: LineFacts
        var certificate: Int64
        var incarnation: Int64?
        /// The last seq that is passed on, as the file has it: nil where that is the tip.
        var storedEnd: Int?
    }

    struct PendingPost {
        let position: Position
        let serial: Int64
        let sender: Int64
        /// Or left to `Filing`.
        let isFiled: Bool
    }

    let room: Int64
    let id: RoomID
    let connection: Connection
    let failure: StoreFailure
    let names: NameCache
    let recent: RecentOperations
    let serials: Serials
    let filedMessages: Filing
    let filedIDs: Filing
    let storage: StorageCount
    let steps: StoreSteps
    var clocks = LineClocks()
    var lines: [LineRow] = []
    var arrival = Arrival()
    /// A post, between its operation's row and its message's.
    var pendingPost: PendingPost?
    /// The serial of the operation that came last.
    var appended: Int64 = 0
    var knownFields = RoomFields()
    package private(set) var forks: [Feed: UInt64] = [:]

    init(room: Int64, id: RoomID, of log: LogAccess) throws {
        self.room = room
        self.id = id
        connection = log.connection
        failure = log.failure
        names = log.names
        recent = log.recent
        serials = log.serials
        filedMessages = log.filedMessages
        filedIDs = log.filedIDs
        storage = log.storage
        steps = StoreSteps(room: room, connection: log.connection, failure: log.failure)
        try loadLines()
        try loadForks()
        knownFields = try loadFields()
        try failure.check()
    }

    // MARK: Loading

    private func loadLines() throws {
        var rows = try connection.statement(
            """
            SELECT l.number, l.node, l.epoch, l.start, l.certificate, l.base, l.incarnation, l.passed_end,
                c.recoveries, c.hand_overs, c.hash,
                (SELECT max(seq) FROM operation WHERE room = ?1 AND line = l.number)
            FROM line l JOIN certificate c ON c.number = l.certificate
            WHERE l.room = ?1 ORDER BY l.number
            """)
        rows.bind(1, room)
        while try rows.step() {
            guard rows.int(0) == lines.count, !rows.isNull(11) else { throw StoreFault.damaged("line of room \(room)") }
            let rank = KeyRank(
                recoveries: rows.int(8), handOvers: rows.int(9), hash: Hash(bytes: try rows.bytes32(10)))
            let facts = LineFacts(
                origin: Origin(rows.uint32(1)), epoch: rows.bits(2), rank: rank, start: rows.int(3),
                base: rows.optionalInt64(5).map { Position(Line(Int($0)), rows.int(3) - 1) })
            lines.append(
                LineRow(
                    facts: facts, certificate: rows.int64(4), incarnation: rows.optionalInt64(6),
                    storedEnd: rows.optionalInt64(7).map { Int($0) }))
            clocks.restore(
                start: facts.start, tip: rows.int(11), steps: steps.stepsSinceCheckpoint(of: Line(rows.int(0))))
        }
        for index in lines.indices { clocks.restoreClock(of: Line(index), from: steps) }
    }

    private func loadForks() throws {
        var rows = try connection.statement("SELECT node, epoch, seq FROM fork WHERE room = ?1")
        rows.bind(1, room)
        while try rows.step() {
            let feed = Feed(origin: try names.node(Origin(rows.uint32(0))), epoch: rows.bits(1))
            forks[feed] = rows.bits(2)
        }
    }

    // MARK: Names

    package func origin(for node: NodeID) -> Origin {
        failure.attempt(else: Origin(0)) { try names.origin(for: node) }
    }

    package func person(for user: UserID) -> Person {
        failure.attempt(else: Person(origin: Origin(0), handle: 0)) { try names.person(for: user) }
    }

    package func origin(of node: NodeID) -> Origin? { failure.attempt(else: nil) { try names.origin(of: node) } }
    package func person(of user: UserID) -> Person? { failure.attempt(else: nil) { try names.person(of: user) } }

    package func node(_ origin: Origin) -> NodeID {
        failure.attempt(else: NodeID(Bytes32())) { try names.node(origin) }
    }

    package func user(_ person: Person) -> UserID {
        failure.attempt(else: UserID(node: NodeID(Bytes32()), handle: .node)) { try names.user(person) }
    }

    // MARK: Registers and forks

    package func register(of origin: Origin) -> SignedRegister? {
        failure.attempt(else: nil) {
            var row = try connection.statement("SELECT bytes FROM register WHERE room = ?1 AND node = ?2")
            row.bind(1, room)
            row.bind(2, origin.number)
            return try row.step() ? try SignedRegister(decoding: row.bytes(0)) : nil
        }
    }

    package func keep(_ register: SignedRegister, of origin: Origin) {
        failure.attempt {
            let bytes = register.encoded
            var row = try connection.statement(
                """
                INSERT INTO register (serial, room, node, source, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (room, node) DO UPDATE SET serial = excluded.serial, source = excluded.source, bytes = excluded.bytes
                """)
            row.bind(1, try serials.next())
            row.bind(2, room)
            row.bind(3, origin.number)
            row.bind(4, arrival.source.map { Int64($0.number) })
            row.bind(5, copying: bytes.span)
            try row.run()
        }
    }

    package var registers: [SignedRegister] {
        failure.attempt(else: []) {
            var rows = try connection.statement("SELECT bytes FROM register WHERE room = ?1")
            rows.bind(1, room)
            var registers: [SignedRegister] = []
            while try rows.step() { registers.append(try SignedRegister(decoding: rows.bytes(0))) }
            return registers
        }
    }

    package func keep(forkOf feed: Feed, at seq: UInt64) {
        forks[feed] = seq
        failure.attempt {
            var row = try connection.statement(
                """
                INSERT INTO fork (room, node, epoch, seq) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (room, node, epoch) DO UPDATE SET seq = excluded.seq
                """)
            row.bind(1, room)
            row.bind(2, try names.origin(for: feed.origin).number)
            row.bind(3, bits: feed.epoch)
            row.bind(4, bits: seq)
            try row.run()
        }
    }

    // MARK: Ancestry

    package var lineCount: Int { clocks.count }
    package func facts(of line: Line) -> LineFacts { lines[line.index].facts }
    package func tip(of line: Line) -> Int { clocks.tip(of: line) }
    package func clock(of position: Position) -> LineClock { clocks.clock(of: position, in: steps) }
    package func seen(_ line: Line, by position: Position) -> Int { clocks.seen(line, by: position, in: steps) }
    package func isInPast(_ earlier: Position, of later: Position) -> Bool {
        clocks.isInPast(earlier, of: later, in: steps)
    }
    package func first(on line: Line, seeing position: Position) -> Int? {
        clocks.first(on: line, seeing: position, in: steps)
    }

    package func last(by person: Person, on line: Line, in seqs: ClosedRange<Int>) -> Int? {
        guard facts(of: line).origin == person.origin else { return nil }
        return failure.attempt(else: nil) {
            var row = try connection.statement(
                """
                SELECT seq FROM operation WHERE room = ?1 AND line = ?2 AND seq BETWEEN ?3 AND ?4 AND author = ?5
                ORDER BY seq DESC LIMIT 1
                """)
            row.bind(1, room)
            row.bind(2, line.index)
            row.bind(3, seqs.lowerBound)
            row.bind(4, seqs.upperBound)
            row.bind(5, person.row)
            return try row.step() ? row.int(0) : nil
        }
    }
}
