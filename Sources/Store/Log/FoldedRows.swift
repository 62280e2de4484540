import Keys
package import Operations
import Replica
import SQLite

/// What is wrong with a row that the fold of a room makes.
package enum FoldedFinding: Equatable, Sendable {
    case verdict(OperationID)
    /// What an operation is looked up by, or which message it is about.
    case index(OperationID)
    case message(OperationID)
    case reactions(OperationID)
    /// A message that no post made.
    case stray(MessageNumber)
    case passedOn(Feed)
    /// Who had seen what.
    case past(Feed)
    case wantedPayloads
    case fields
    case participants
    case profiles
}

/// The rows that the fold of a room makes, held against those in the file.
///
/// Columns are compared as they lie there: what can't even be read is as wrong as what says something else.
struct FoldedRows {
    let fold: Refold
    let log: LogAccess
    private(set) var findings: [FoldedFinding] = []

    init(_ fold: Refold, _ log: LogAccess) throws {
        self.fold = fold
        self.log = log
        try checkOperations()
        try checkMessages()
        try checkReactions()
        try checkLines()
        try checkRest()
    }

    var stored: StoreRecords { fold.stored }
    var records: MemoryRecords { fold.records }
    var connection: Connection { log.connection }

    func id(_ position: Position) -> OperationID { records.kept(at: position).id }

    /// Its number here; the fold in memory has others.
    func row(of person: Person) throws -> Int64 {
        guard let known = try log.names.person(of: records.user(person)) else {
            throw StoreFault.damaged("person \(records.user(person))")
        }
        return known.row
    }

    // MARK: Operations

    private mutating func checkOperations() throws {
        var rows = try connection.statement(
            """
            SELECT line, seq, counts, id, id_prefix, target, target_key, target_line, target_seq FROM operation
            WHERE room = ?1
            """)
        rows.bind(1, stored.room)
        while try rows.step() {
            let position = Position(Line(rows.int(0)), rows.int(1))
            let kept = records.kept(at: position)
            if rows.int64(2) != (records.counts(at: position) ? 1 : 0) { findings.append(.verdict(kept.id)) }
            let isFound =
                rows.int64(4) == kept.id.bytes.prefix
                && rows.optionalInt64(7) == (kept.target?.line.index).map(Int64.init)
                && rows.optionalInt64(8) == (kept.target?.seq).map(Int64.init)
                && (rows.isNull(5) || rows.int64(6) == Bytes32(rows.bytes(5))?.prefix)
            if !isFound { findings.append(.index(kept.id)) }
        }
    }

    // MARK: Messages

    /// A row of `message`, with what stands in the text that it names instead of that text's number.
    struct MessageColumns: Equatable {
        var room: Int64
        var time: Int64
        var tie: Int64
        var sender: Int64
        var flags: Int64
        var edited: Int64?
        var detail: [UInt8]?
        /// The number of the payload, where that came later.
        var text: Int64?
        var shown: [UInt8]?
    }

    /// `text` is the operation's own.
    func columns(of message: Message, text: Int64?) throws -> MessageColumns {
        let hasReactions = records.reactions(to: message.position).contains { $0.value != nil }
        return MessageColumns(
            room: stored.room, time: Int64(message.time.value), tie: message.author.node.tie,
            sender: try row(of: records.kept(at: message.position).author),
            flags: Int64(StoreRecords.flags(of: message) | (hasReactions ? StoreRecords.Flags.hasReactions : 0)),
            edited: (message.deletions.first.map { records.kept(at: $0).time } ?? message.edited).map {
                Int64($0.value)
            }, detail: StoreRecords.detail(of: message), text: text, shown: StoreRecords.shown(of: message))
    }

    /// A post, as it should be and as it is.
    struct Post {
        let serial: Int64
        let id: OperationID
        let expected: MessageColumns
        let found: MessageColumns?
        /// The number of the text that is named as `shown`.
        let shown: Int64?

        var isSound: Bool { found == expected && (shown == nil) == (expected.shown == nil) }
    }

    func forEachPost(_ body: (Post) throws -> Void) throws {
        var rows = try connection.statement(
            """
            SELECT o.serial, o.line, o.seq, o.text, m.serial, m.room, m.time, m.tie, m.sender, m.flags, m.edited, m.detail,
                m.text, m.shown, t.bytes
            FROM operation o LEFT JOIN message m ON m.serial = o.serial LEFT JOIN text t ON t.number = m.shown
            WHERE o.room = ?1 AND o.kind = 1 ORDER BY o.serial
            """)
        rows.bind(1, stored.room)
        while try rows.step() {
            let position = Position(Line(rows.int(1)), rows.int(2))
            guard let message = records.message(at: position) else { continue }
            let found = MessageColumns(
                room: rows.int64(5), time: rows.int64(6), tie: rows.int64(7), sender: rows.int64(8),
                flags: rows.int64(9), edited: rows.optionalInt64(10), detail: rows.array(11),
                text: rows.optionalInt64(12), shown: rows.array(14))
            try body(
                Post(
                    serial: rows.int64(0), id: message.id,
                    expected: try columns(of: message, text: rows.optionalInt64(3)),
                    found: rows.isNull(4) ? nil : found, shown: rows.optionalInt64(13)))
        }
    }

    private mutating func checkMessages() throws {
        var wrong: [OperationID] = []
        try forEachPost { if !$0.isSound { wrong.append($0.id) } }
        findings += wrong.map { .message($0) }
        findings += try strayMessages().map { .stray(MessageNumber($0)) }
    }

    /// Rows that stand at operations of this room which are no posts.
    func strayMessages() throws -> [Int64] {
        var rows = try connection.statement(
            """
            SELECT m.serial FROM operation o JOIN message m ON m.serial = o.serial
            WHERE o.room = ?1 AND o.kind <> 1 ORDER BY 1
            """)
        rows.bind(1, stored.room)
        var found: [Int64] = []
        while try rows.step() { found.append(rows.int64(0)) }
        return found
    }

    // MARK: Reactions

    struct ReactionColumns: Hashable {
        var person: Int64
        var value: String?
        var line: Int
        var seq: Int
    }

    func expectedReactions() throws -> [Int64: Set<ReactionColumns>] {
        var expected: [Int64: Set<ReactionColumns>] = [:]
        for (serial, position) in fold.positions where records.kept(at: position).kind == .messagePost {
            for reaction in records.reactions(to: position) {
                expected[serial, default: []].insert(
                    ReactionColumns(
                        person: try row(of: reaction.person), value: reaction.value, line: reaction.writer.line.index,
                        seq: reaction.writer.seq))
            }
        }
        return expected
    }

    func foundReactions() throws -> [Int64: Set<ReactionColumns>] {
        var rows = try connection.statement(
            """
            SELECT r.message, r.person, r.value, r.line, r.seq FROM operation o JOIN reaction r ON r.message = o.serial
            WHERE o.room = ?1 AND o.kind = 1
            """)
        rows.bind(1, stored.room)
        var found: [Int64: Set<ReactionColumns>] = [:]
        while try rows.step() {
            found[rows.int64(0), default: []].insert(
                ReactionColumns(
                    person: rows.int64(1), value: rows.isNull(2) ? nil : rows.string(2), line: rows.int(3),
                    seq: rows.int(4)))
        }
        return found
    }

    private mutating func checkReactions() throws {
        let (expected, found) = (try expectedReactions(), try foundReactions())
        for (serial, position) in fold.positions where expected[serial] != found[serial] {
            findings.append(.reactions(id(position)))
        }
    }

    // MARK: Lines

    struct StepColumns: Hashable {
        var mine: Int
        var other: Int
        var theirs: Int
    }

    struct LineColumns: Equatable {
        var steps: Set<StepColumns> = []
        /// By their seq.
        var checkpoints: [Int: [UInt8]] = [:]
    }

    func expectedPast(of line: Line) -> LineColumns {
        var columns = LineColumns()
        for step in records.ancestry.steps(of: line) {
            columns.steps.insert(
                StepColumns(mine: Int(step.seq), other: step.line.index, theirs: step.position.seq))
        }
        for (seq, clock) in records.ancestry.checkpoints(of: line) { columns.checkpoints[seq] = clock.stored }
        return columns
    }

    private func foundPast(of line: Line) throws -> LineColumns {
        var columns = LineColumns()
        var steps = try connection.statement("SELECT mine, other, theirs FROM step WHERE room = ?1 AND line = ?2")
        steps.bind(1, stored.room)
        steps.bind(2, line.index)
        while try steps.step() {
            columns.steps.insert(StepColumns(mine: steps.int(0), other: steps.int(1), theirs: steps.int(2)))
        }
        var checkpoints = try connection.statement("SELECT seq, clock FROM checkpoint WHERE room = ?1 AND line = ?2")
        checkpoints.bind(1, stored.room)
        checkpoints.bind(2, line.index)
        while try checkpoints.step() { columns.checkpoints[checkpoints.int(0)] = checkpoints.array(1) }
        return columns
    }

    /// As it should be; nil for the tip.
    func passedEnd(of line: Line) -> Int? {
        let end = fold.passedEnd(of: line)
        return end == records.tip(of: line) ? nil : end
    }

    private mutating func checkLines() throws {
        for line in (0..<records.lineCount).map(Line.init) {
            let feed = stored.feed(of: line)
            if stored.lines[line.index].storedEnd != passedEnd(of: line) { findings.append(.passedOn(feed)) }
            if try foundPast(of: line) != expectedPast(of: line) { findings.append(.past(feed)) }
        }
    }

    // MARK: The room as a whole

    private mutating func checkRest() throws {
        if Set(records.wantedPayloads) != Set(stored.wantedPayloads) { findings.append(.wantedPayloads) }
        if records.fields != stored.fields { findings.append(.fields) }
        if try foundParticipants() != expectedParticipants() { findings.append(.participants) }
        let profiles = stored.profiles
        if let first = log.failure.first, !(first is SQLiteError) {
            log.failure.forget()
            findings.append(.profiles)
        } else if try Set(profiles) != Set(expectedProfiles()) {
            findings.append(.profiles)
        }
        try log.failure.check()
    }

    func expectedParticipants() throws -> Set<Int64> {
        Set(try fold.room.participants(in: records).map { Int64(try log.names.origin(for: $0).number) })
    }

    private func foundParticipants() throws -> Set<Int64> {
        var rows = try connection.statement("SELECT node FROM participant WHERE room = ?1")
        rows.bind(1, stored.room)
        var found: Set<Int64> = []
        while try rows.step() { found.insert(rows.int64(0)) }
        return found
    }

    func expectedProfiles() throws -> [Profile] {
        try records.profiles.map { profile in
            guard let person = try log.names.person(of: profile.user) else {
                throw StoreFault.damaged("person \(profile.user)")
            }
            var stored = Profile(person: person, user: profile.user)
            (stored.name, stored.avatar, stored.extra) = (profile.name, profile.avatar, profile.extra)
            (stored.isClosed, stored.isKnown, stored.writers) = (profile.isClosed, profile.isKnown, profile.writers)
            return stored
        }
    }
}
