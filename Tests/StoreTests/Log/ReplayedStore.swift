import Gossip
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// A room taken in twice: into memory, and into a file that is closed, opened, and made to undo what it was told.
struct ReplayedStore {
    let plan: RoomPlan
    let built: PlannedRoom
    private var room: Room
    private var records = MemoryRecords()
    private let folder: DatabaseFolder
    private var open: OpenLog?
    /// Who only reads, and reads on.
    private var follower: LogReading?
    private var turns = 0
    private var random: Seeded

    init(_ plan: RoomPlan, _ built: PlannedRoom, seed: UInt64) throws {
        self.plan = plan
        self.built = built
        room = Room(built.id, nature: built.nature)
        folder = DatabaseFolder()
        open = try OpenLog(folder)
        random = Seeded(seed ^ 0x57)
        try follow()
    }

    private struct Undone: Error {}

    /// What is wrong, or nil.
    static func complaint(seed: UInt64, operations: ClosedRange<Int>, afterEach: Bool) throws -> String? {
        let plan = RoomGenerator.plan(seed: seed, operations: operations)
        guard let built = PlannedRoom(plan, isSigned: true) else { return nil }
        var replayed = try ReplayedStore(plan, built, seed: seed)
        let arrivals = Arrival.all(of: plan, &replayed.random)
        for (index, arrival) in arrivals.enumerated() {
            if let complaint = try replayed.take(arrival) {
                return "seed \(seed): \(complaint) with \(arrival)\n\(plan)"
            }
            if afterEach || index == arrivals.count / 2, let complaint = try replayed.complaint() {
                return "seed \(seed): \(complaint) after \(arrivals[...index])\n\(plan)"
            }
        }
        if Int(seed % 4) == 0, let complaint = try replayed.eraseIfDeleted() { return "seed \(seed): \(complaint)" }
        try replayed.reopen()
        if let complaint = try replayed.complaintOfVerification() { return "seed \(seed): \(complaint)\n\(plan)" }
        return try replayed.complaint().map { "seed \(seed): \($0) after \(arrivals)\n\(plan)" }
    }

    // MARK: Taking in

    private mutating func take(_ arrival: Arrival) throws -> String? {
        var expected: [StateChange] = []
        let built = built
        let change: (StoredRoom) -> Void
        switch arrival {
        case .operation(let number, let withPayload):
            let whole = built.operations[number]
            let operation = withPayload ? whole : whole.with(checkedPayload: nil)
            let certificate = built.certificates[number]
            room.take(operation, rank: certificate.rank, into: &records, changes: &expected)
            change = { $0.take(operation, under: certificate, from: nil) }
        case .payload(let number):
            guard let payload = built.operations[number].payload else { return nil }
            room.take(payload: payload, of: built.operations[number].id, into: &records, changes: &expected)
            change = { _ = $0.take(payload: payload, of: built.operations[number].id) }
        case .register(let number):
            room.take(built.registers[number], into: &records, changes: &expected)
            change = { _ = $0.take(built.registers[number], from: nil) }
        case .proof(let number):
            let header = built.operations[number].header
            room.take(forkOf: header.feed, at: header.seq, into: &records, changes: &expected)
            change = { _ = $0.take(forkOf: header.feed, at: header.seq) }
        }
        return try store(change, expected)
    }

    private mutating func store(_ change: @escaping (StoredRoom) -> Void, _ expected: [StateChange]) throws -> String? {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: try undo(change)
        case 1: try reopen()
        case 2:
            let (state, built) = (state, built)
            try connection.transaction { _ in
                state.commandBegins()
                let isKept = try state.attempt {
                    change(try state.room(built.id, nature: built.nature))
                    return false
                }
                precondition(!isKept, "what is undone is not kept")
            }
            state.groupCommitted()
        default: break
        }
        var told: [StateChange] = []
        try connection.transaction { transaction in
            state.commandBegins()
            let room = try state.room(built.id, nature: built.nature)
            turns += 1
            if turns % 2 == 0 {
                change(room)
            } else {
                let isKept = try state.attempt {
                    change(room)
                    return true
                }
                precondition(isKept, "what says that it stays, stays")
            }
            told = state.log.pending.parts.flatMap(\.changes)
            try state.finish(in: transaction)
        }
        state.groupCommitted()
        return told.withoutNumbers == expected.withoutNumbers ? nil : "told \(told), not \(expected)"
    }

    private mutating func undo(_ change: (StoredRoom) -> Void) throws {
        let (state, built) = (state, built)
        try connection.transaction { _ in
            state.commandBegins()
            change(try state.room(built.id, nature: built.nature))
            try state.finish()
            throw Undone()
        } onUndone: {
            state.groupRolledBack()
        }
    }

    private mutating func eraseIfDeleted() throws -> String? {
        var expected: [StateChange] = []
        room.eraseContents(from: &records, changes: &expected)
        return try store({ $0.eraseContents() }, expected)
    }

    private var connection: Connection { open!.connection }  // but for a moment in `reopen`
    private var state: LogState { open!.state }

    private mutating func reopen() throws {
        (open, follower) = (nil, nil)
        open = try OpenLog(folder)
        try follow()
    }

    private mutating func follow() throws {
        follower = try LogReading(Connection(folder.database, .readOnly), node: PlannedNode.all[0].id)
    }

    private final class OpenLog {
        let connection: Connection
        let state: LogState

        init(_ folder: DatabaseFolder) throws {
            connection = try folder.open()
            state = try LogState(connection, roomsMax: 1)
        }
    }

    // MARK: Comparing

    private func complaint() throws -> String? {
        guard let stored = try state.room(built.id) else { return "no room" }
        let (one, other) = (stored.room, stored.records)
        for operation in built.operations {
            guard let position = records.position(of: operation.id) else {
                if other.position(of: operation.id) != nil { return "\(operation.id) is kept" }
                continue
            }
            guard other.position(of: operation.id) == position else { return "place of \(operation.id)" }
            guard let kept = other.operation(at: position) else {
                return "\(operation.id) can't be read: \(other.failure.first as Any?)"
            }
            if kept.headerBytes != operation.headerBytes { return "header of \(operation.id)" }
            if kept.signature != operation.signature { return "signature of \(operation.id)" }
            if kept.payload != records.payload(at: position) { return "payload of \(operation.id)" }
            if other.payload(at: position) != kept.payload { return "payload of \(operation.id) by itself" }
            if other.counts(at: position) != records.counts(at: position) { return "verdict on \(operation.id)" }
            if other.message(at: position) != records.message(at: position) {
                return "message \(operation.id): \(other.message(at: position) as Any?)"
            }
            if one.isPassedOn(position) != room.isPassedOn(position) { return "passing on of \(operation.id)" }
            if one.deletion(covering: operation.id, in: other) != room.deletion(covering: operation.id, in: records) {
                return "deletion of \(operation.id)"
            }
            if one.dependencies(behind: operation.id, in: other) != room.dependencies(behind: operation.id, in: records)
            {
                return "what one builds on behind \(operation.id)"
            }
        }
        for index in 0..<other.lineCount {
            let end = records.tip(of: Line(index))
            let passed = (records.facts(of: Line(index)).start...end).last {
                room.isPassedOn(Position(Line(index), $0))
            }
            if stored.passedEnd(of: Line(index)) != passed ?? records.facts(of: Line(index)).start - 1 {
                return "end of line \(index): \(stored.passedEnd(of: Line(index))), not \(passed as Any?)"
            }
        }
        if one.heads(in: other) != room.heads(in: records) { return "heads" }
        if one.wantedPayloads(in: other) != room.wantedPayloads(in: records) { return "wanted payloads" }
        if one.clock(in: other) != room.clock(in: records) { return "clock" }
        if other.forks != records.forks { return "forks" }
        if one.participants(in: other) != room.participants(in: records) { return "participants" }
        for node in PlannedNode.all {
            for teller in PlannedNode.all
            where one.view(of: node.id, toldBy: teller.id, in: other)
                != room.view(of: node.id, toldBy: teller.id, in: records)
            {
                return "view of \(node.name) by \(teller.name)"
            }
        }
        if other.fields != records.fields { return "fields \(other.fields)" }
        if let complaint = try complaintOfReader() { return complaint }
        if let complaint = try complaintOfFollower(stored) { return complaint }
        if one.state(in: other) != room.state(in: records) { return "digest" }
        if one.dump(in: other) != room.dump(in: records) { return "dump" }
        try state.finish()
        return nil
    }
}

extension ReplayedStore {
    private func complaintOfVerification() throws -> String? {
        try Reader(folder.database).read { connection in
            var verification = try LogVerification(connection)
            try verification.run()
            return verification.findings.isEmpty ? nil : "\(verification.findings)"
        }
    }

    /// What somebody has who has read all the time, and not the whole room each time.
    private func complaintOfFollower(_ stored: StoredRoom) throws -> String? {
        try follower?.read(peers: []) { log in
            guard let read = log.stored(built.id) else { return "the follower has no room" }
            let (one, other) = (read.room, read.records)
            if read.clock != stored.clock { return "the follower's clock" }
            if other.lineCount != records.lineCount { return "the follower's lines" }
            for line in (0..<other.lineCount).map(Line.init) {
                if other.tip(of: line) != records.tip(of: line) { return "the follower's tip of \(line)" }
                if read.passedEnd(of: line) != stored.passedEnd(of: line) { return "the follower's end of \(line)" }
                let tip = Position(line, other.tip(of: line))
                let (seen, expected) = (other.clock(of: tip), records.clock(of: tip))
                for index in 0..<other.lineCount where index != line.index && seen[Line(index)] != expected[Line(index)]
                {
                    return "the follower's clock of \(line)"
                }
            }
            if one.heads(in: other) != room.heads(in: records) { return "the follower's heads" }
            if one.clock(in: other) != room.clock(in: records) { return "the follower's clock of the fold" }
            if one.participants(in: other) != room.participants(in: records) { return "the follower's participants" }
            if other.fields != records.fields { return "the follower's fields" }
            for node in PlannedNode.all
            where one.view(of: node.id, toldBy: PlannedNode.all[0].id, in: other)
                != room.view(of: node.id, toldBy: PlannedNode.all[0].id, in: records)
            {
                return "the follower's view of \(node.name)"
            }
            for operation in built.operations {
                guard let position = records.position(of: operation.id) else { continue }
                if one.isPassedOn(position) != room.isPassedOn(position) { return "the follower's \(operation.id)" }
            }
            return nil
        }
    }

    /// What peers are told of the log.
    private func complaintOfReader() throws -> String? {
        let keeper = LogKeeper(state.log, state.rooms, node: PlannedNode.all[0].id, peers: [])
        let clock = room.clock(in: records)
        guard let told = keeper.clock(of: built.id) else { return "no clock" }
        // Only a proof in bytes is told, and here there is none: a forked feed is counted up to where its lines part.
        if told.feeds != Dictionary(uniqueKeysWithValues: clock.entries.map { ($0.feed, $0.seq) }) {
            return "the clock that is told: \(told.feeds)"
        }
        var entries: [LogEntry] = []
        while case let more = keeper.entries(of: built.id, after: entries.last?.position ?? 0, limit: 3), !more.isEmpty
        {
            entries += more
        }
        var places: [FeedPosition] = []
        var registers: Set<NodeID> = []
        for entry in entries {
            switch entry.item {
            case .operation(let place): places.append(place)
            case .register(let origin, _): registers.insert(origin)
            case .fork: return "a fork without a proof"
            }
        }
        let passedOn = built.operations.filter { operation in
            records.position(of: operation.id).map { room.isPassedOn($0) } ?? false
        }
        if Dictionary(places.map { ($0, 1) }, uniquingKeysWith: +)
            != Dictionary(passedOn.map { ($0.header.position, 1) }, uniquingKeysWith: +)
        {
            return "entries \(places.count), of \(passedOn.count)"
        }
        if registers != Set(records.registers.map(\.register.origin)) { return "registers" }
        var done: Set<FeedPosition> = []
        for place in places {
            if place.seq > 0, !done.contains(FeedPosition(feed: place.feed, seq: place.seq - 1)) {
                return "the order of entries"
            }
            done.insert(place)
        }
        for operation in passedOn {
            guard let entry = keeper.entry(of: operation.id, in: built.id), entries.contains(entry) else {
                return "an entry by id"
            }
        }
        for (feed, seq) in told.feeds {
            let all = keeper.entries(of: built.id, in: feed, from: 0, limit: .max)
            if all.count != Int(seq) + 1 { return "entries of a feed" }
        }
        return nil
    }
}

extension Connection {
    /// A transaction whose body may throw on purpose.
    fileprivate func transaction(_ body: (borrowing Transaction) throws -> Void, onUndone: () -> Void) throws {
        do {
            try transaction(body)
        } catch {
            onUndone()
        }
    }
}

extension [StateChange] {
    /// The numbers of people are each file's own.
    fileprivate var withoutNumbers: [StateChange] {
        map { change in
            switch change {
            case .profile(let profile, let before):
                return .profile(profile.withoutNumber, before: before?.withoutNumber)
            case .vanished(var message):
                // It may have been erased before.
                if message.content != nil { message.content = MessageContent(content: "") }
                return .vanished(message)
            default: return change
            }
        }
    }
}

extension Profile {
    fileprivate var withoutNumber: Profile {
        var other = Profile(person: Person(origin: Origin(0), handle: 0), user: user)
        (other.name, other.avatar, other.extra) = (name, avatar, extra)
        (other.isClosed, other.isKnown, other.writers) = (isClosed, isKnown, writers)
        return other
    }
}
