import Bytes
import Keys
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// A room that comes to a store piece by piece, while people of one of its nodes read in it, and commands are undone now and then.
struct ViewWorld {
    let plan: RoomPlan
    let built: PlannedRoom
    let folder = DatabaseFolder()
    let connection: Connection
    let state: LogState
    var random: Seeded
    private(set) var now: Int64 = 1_800_000_000_000

    init?(seed: UInt64, operations: ClosedRange<Int>) throws {
        plan = RoomGenerator.plan(seed: seed, operations: operations)
        guard let built = PlannedRoom(plan, isSigned: true) else { return nil }
        self.built = built
        random = Seeded(seed ^ 0x51E5)
        connection = try folder.open()
        state = try LogState(connection)
        // Which of the nodes is this one is another for each seed.
        let own = PlannedNode.all[Int(seed % UInt64(PlannedNode.all.count))].id
        let log = state.log
        _ = try connection.transaction { _ in try log.names.origin(for: own) }
    }

    var number: Int64? { get throws { try state.room(built.id)?.number } }

    private struct Undone: Error {}

    /// One command, derived as each is.
    @discardableResult
    mutating func command(
        undoing isUndone: Bool = false, _ body: (LogState, borrowing Transaction) throws -> Void
    ) throws -> [RoomEvent] {
        now += 1_000
        var events: [RoomEvent] = []
        let (state, now) = (state, now)
        do {
            try connection.transaction { transaction in
                state.commandBegins()
                try body(state, transaction)
                events = try state.derive(at: Timestamp(milliseconds: now), in: transaction)
                if isUndone { throw Undone() }
            }
            state.groupCommitted()
        } catch is Undone {
            state.groupRolledBack()
        }
        return events
    }

    mutating func take(
        _ arrivals: ArraySlice<Arrival>, undoing isUndone: Bool = false, from source: NodeID? = nil
    ) throws {
        let built = built
        try command(undoing: isUndone) { state, _ in
            let room = try state.room(built.id, nature: built.nature)
            for arrival in arrivals { Self.take(arrival, of: built, into: room, from: source) }
        }
    }

    private static func take(
        _ arrival: Arrival, of built: PlannedRoom, into room: StoredRoom, from source: NodeID?
    ) {
        switch arrival {
        case .operation(let number, let withPayload):
            let whole = built.operations[number]
            let operation = withPayload ? whole : whole.with(checkedPayload: nil)
            room.take(operation, under: built.certificates[number], from: source)
        case .payload(let number):
            guard let payload = built.operations[number].payload else { return }
            _ = room.take(payload: payload, of: built.operations[number].id)
        case .register(let number): _ = room.take(built.registers[number], from: nil)
        case .proof(let number):
            let header = built.operations[number].header
            _ = room.take(forkOf: header.feed, at: header.seq)
        }
    }

    /// Somebody of this node reads something.
    mutating func read() throws {
        guard let number = try number else { return }
        let room = RoomNumber(number)
        let people = try MembershipTable.localMembers(of: room, on: connection)
        guard let person = people.randomElement(using: &random) else { return }
        let messages = try visible()
        let isAll = Bool.random(using: &random)
        let message = messages.randomElement(using: &random)
        let moment = Timestamp(milliseconds: now)
        try command { _, transaction in
            if isAll {
                _ = try Readings.markAll(in: room, by: person, at: moment, in: transaction)
            } else if let message {
                _ = try Readings.mark(message, in: room, by: person, at: moment, in: transaction)
            }
        }
    }

    /// In canonical order, as the fold has it.
    func visible() throws -> [MessageNumber] {
        guard let room = try state.room(built.id) else { return [] }
        let positions = built.operations.compactMap { room.records.position(of: $0.id) }
            .filter { room.records.message(at: $0).map { $0.visibility != .hidden } ?? false }
            .sorted { room.records.isBefore($0, $1) }
        return positions.map { MessageNumber(room.records.serial(at: $0)) }
    }

    /// Whether a node has written two messages with one time: only one that forks its feeds can, and which of them comes first in
    /// a list is then another on each node.
    func hasTies() throws -> Bool {
        let spots = try visible().compactMap { try MessageSpot.of($0, on: connection) }
        return Set(spots.map { [$0.time, $0.tie] }).count < spots.count
    }

    func complaint() throws -> String? {
        guard let room = try state.room(built.id) else { return nil }
        let verification = try ViewVerification(of: room, state.log)
        return verification.findings.isEmpty ? nil : "\(verification.findings)"
    }

    mutating func rebuild() throws {
        let moment = Timestamp(milliseconds: now)
        try command { state, transaction in try ViewRebuild.run(state, at: moment, in: transaction) }
    }

    /// Everything that a rebuild gives the same bytes. Where blocks and segments end hangs on the order of arrival.
    func rows() throws -> [String] {
        let tables: [StaticString] = [
            "SELECT * FROM room_view ORDER BY 1", "SELECT * FROM membership ORDER BY 1",
            "SELECT * FROM reading ORDER BY 1, 2, 3", "SELECT * FROM reading_apart ORDER BY 1, 2, 3",
            "SELECT * FROM reading_exception ORDER BY 1, 2, 3", "SELECT * FROM reading_named ORDER BY 1, 2, 3",
            "SELECT * FROM attachment ORDER BY 1", "SELECT * FROM avatar ORDER BY 1, 2",
            "SELECT * FROM mention ORDER BY 1, 2", "SELECT * FROM answer ORDER BY 1, 2, 3",
            "SELECT * FROM message ORDER BY 1",
        ]
        return try tables.flatMap { sql in try rows(sql).map { "\(sql): \($0)" } }
    }

    /// The same, and what the fold makes.
    func derivedRows() throws -> [String] {
        let tables: [StaticString] = [
            "SELECT * FROM room ORDER BY 1", "SELECT * FROM reaction ORDER BY 1, 2", "SELECT * FROM profile ORDER BY 1",
            "SELECT * FROM participant ORDER BY 1, 2", "SELECT * FROM operation ORDER BY 1",
            "SELECT * FROM operation_new UNION ALL SELECT * FROM operation_id ORDER BY 1, 2",
            "SELECT * FROM line ORDER BY 1, 2", "SELECT * FROM step ORDER BY 1, 2, 3, 4, 5",
            "SELECT * FROM stored ORDER BY 1", "SELECT * FROM checkpoint ORDER BY 1, 2, 3",
            "SELECT * FROM wanted ORDER BY 1, 2",
            "SELECT * FROM text ORDER BY 1", "SELECT room, message, time, sender FROM search_tail ORDER BY 1, 2",
        ]
        return try rows() + tables.flatMap { sql in try rows(sql).map { "\(sql): \($0)" } }
    }

    /// Somebody else has changed the file.
    func forget() {
        state.groupRolledBack()
        state.rooms.forgetAll()
    }

    func rows(_ sql: StaticString) throws -> [String] {
        var rows = try connection.statement(sql)
        var found: [String] = []
        while try rows.step() {
            var columns: [String] = []
            for column in 0..<rows.columnCount {
                columns.append(rows.isNull(column) ? "-" : "\([UInt8](copying: rows.bytes(column)))")
            }
            found.append(columns.joined(separator: "|"))
        }
        return found
    }
}
