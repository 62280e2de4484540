import Bytes
import Keys
import Operations
import Replica
import SQLite

/// What is wrong with a row that is derived; a rebuild mends it.
package enum ViewFinding: Equatable, Sendable {
    case room
    case member(PersonNumber)
    case attachments(MessageNumber)
    /// How many there are.
    case files
    case mentions(MessageNumber)
    case answers
    case registers
    case blocks
    case avatar
    /// The search index finds what isn't there, or doesn't find what is.
    case search
}

/// Holds the rows about a room against what they should be.
struct ViewVerification {
    private let room: StoredRoom
    private let log: LogAccess
    private(set) var findings: [ViewFinding] = []

    init(of room: StoredRoom, _ log: LogAccess) throws {
        self.room = room
        self.log = log
        if case .directory = room.nature {
            let profiles = records.profiles + records.metProfiles
            try checkPictures(of: profiles.map { (isPerson: true, $0.person.row, $0.avatar) })
        } else {
            let recount = try RoomRecount(of: room, log)
            try check(recount)
            try checkPictures(of: [(isPerson: false, room.number, records.fields.avatar)])
            let words = WordCount(of: room.number)
            if try !words.isSound(on: log.connection) { findings.append(.search) }
        }
        try log.failure.check()
    }

    private var connection: Connection { log.connection }
    private var records: StoreRecords { room.records }

    private mutating func check(_ recount: RoomRecount) throws {
        var stored = try RoomView.load(room.number, on: connection)
        let open = stored?.open
        stored?.open = MessageBlocks.Open(border: nil, count: 0)
        if let newest = stored?.newest, let expected = recount.view, newest >= expected.newest {
            // It may have been a message that is void since.
            stored?.newest = expected.newest
        }
        let isActive = try recount.view.map { view in
            try connection.count(
                "SELECT count(*) FROM room_view WHERE room = ?1 AND activity = ?2 AND last_message IS ?3"
            ) { row in
                row.bind(1, room.number)
                row.bind(2, view.activity)
                row.bind(3, view.last?.serial)
            } == 1
        }
        if stored != recount.view || isActive == false { findings.append(.room) }
        if stored != nil, try !MessageBlocks.areSound(of: room.number, open, on: connection) {
            findings.append(.blocks)
        }
        try checkMembers(recount)
        try checkFiles(recount)
        try checkMentions(recount)
        try checkAnswers(recount)
        try checkNames(recount)
    }

    private mutating func checkMembers(_ recount: RoomRecount) throws {
        var rows = try connection.statement(
            """
            SELECT person, is_local, role, joined, read, place_message, place_time, place_tie, position, seen
            FROM membership
            WHERE room = ?1 ORDER BY person
            """)
        rows.bind(1, room.number)
        var expected = recount.members
        while try rows.step() {
            let person = rows.int64(0)
            var member = RoomRecount.Member(isLocal: rows.bool(1), role: rows.int64(2), joined: rows.int64(3))
            member.read = rows.int(4)
            member.place = rows.optionalInt64(5)
            member.exceptions = try exceptions(of: person)
            let place = try member.place.flatMap { try MessageSpot.of(MessageNumber($0), on: connection) }
            let hasPlace =
                rows.optionalInt64(6) == place?.time && rows.optionalInt64(7) == place?.tie
                && rows.bool(1) != rows.isNull(8)
            let hasSeen = rows.optionalInt64(9).map { $0 == rows.int64(8) } ?? true
            if expected.removeValue(forKey: person) != member || !hasPlace || !hasSeen {
                findings.append(.member(PersonNumber(person)))
            }
        }
        findings += expected.keys.sorted().map { .member(PersonNumber($0)) }
    }

    private func exceptions(of person: Int64) throws -> [RoomRecount.Exception] {
        var rows = try connection.statement(
            "SELECT message, is_read FROM reading_exception WHERE person = ?1 AND room = ?2 ORDER BY message")
        rows.bind(1, person)
        rows.bind(2, room.number)
        var found: [RoomRecount.Exception] = []
        while try rows.step() { found.append(RoomRecount.Exception(message: rows.int64(0), isRead: rows.bool(1))) }
        return found
    }

    private mutating func checkFiles(_ recount: RoomRecount) throws {
        var rows = try connection.statement(
            """
            SELECT message, blob, size, uuid, ordinal, person, created FROM attachment WHERE room = ?1 AND message IS NOT NULL
            ORDER BY message, ordinal
            """)
        rows.bind(1, room.number)
        var stored: [Int64: [RoomRecount.File]] = [:]
        while try rows.step() {
            let file = RoomRecount.File(
                blob: Hash(bytes: Bytes32(rows.bytes(1)) ?? Bytes32()), size: rows.int64(2),
                uuid: rows.uuid(3) ?? UUID(high: 0, low: 0), person: rows.int64(5),
                created: rows.int64(6))
            if rows.int(4) != stored[rows.int64(0), default: []].count {
                findings.append(.attachments(MessageNumber(rows.int64(0))))
            }
            stored[rows.int64(0), default: []].append(file)
        }
        for message in Set(stored.keys).union(recount.files.keys).sorted()
        where stored[message] != recount.files[message] { findings.append(.attachments(MessageNumber(message))) }
        if try !areTallied() { findings.append(.files) }
    }

    private func areTallied() throws(SQLiteError) -> Bool {
        var rows = try connection.statement(
            """
            WITH told AS (SELECT kind, count, bytes FROM attachment_tally WHERE room = ?1 AND count > 0),
                counted AS (SELECT coalesce(kind, 0), count(*), sum(size) FROM attachment
                    WHERE room = ?1 AND message IS NOT NULL GROUP BY 1)
            SELECT 1 WHERE EXISTS (SELECT * FROM told EXCEPT SELECT * FROM counted)
                OR EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM told)
            """)
        rows.bind(1, room.number)
        return try !rows.step()
    }

    private mutating func checkMentions(_ recount: RoomRecount) throws {
        var rows = try connection.statement(
            "SELECT message, person, ordinal FROM mention WHERE room = ?1 ORDER BY message, ordinal")
        rows.bind(1, room.number)
        var stored: [Int64: [Int64]] = [:]
        while try rows.step() {
            if rows.int(2) != stored[rows.int64(0)]?.count ?? 0 {
                findings.append(.mentions(MessageNumber(rows.int64(0))))
            }
            stored[rows.int64(0), default: []].append(rows.int64(1))
        }
        for message in Set(stored.keys).union(recount.mentions.keys).sorted()
        where stored[message] != recount.mentions[message] { findings.append(.mentions(MessageNumber(message))) }
    }

    private mutating func checkAnswers(_ recount: RoomRecount) throws {
        var rows = try connection.statement("SELECT target, message FROM answer WHERE room = ?1")
        rows.bind(1, room.number)
        var stored: Set<RoomRecount.Answer> = []
        while try rows.step() { stored.insert(RoomRecount.Answer(target: rows.int64(0), message: rows.int64(1))) }
        if stored != recount.answers { findings.append(.answers) }
    }

    private mutating func checkNames(_ recount: RoomRecount) throws {
        var rows = try connection.statement("SELECT node, prefix FROM reading_named WHERE room = ?1")
        rows.bind(1, room.number)
        var stored: [Int64: Set<Int64>] = [:]
        while try rows.step() { stored[rows.int64(0), default: []].insert(rows.int64(1)) }
        if stored != recount.named { findings.append(.registers) }
    }

    private mutating func checkPictures(of subjects: [(isPerson: Bool, subject: Int64, picture: Attachment?)]) throws {
        for (isPerson, subject, picture) in subjects {
            var row = try connection.statement("SELECT blob FROM avatar WHERE is_person = ?1 AND subject = ?2")
            row.bind(1, isPerson)
            row.bind(2, subject)
            let stored = try row.step() ? Hash(bytes: try row.bytes32(0)) : nil
            if stored != picture?.hash { findings.append(.avatar) }
        }
    }
}
