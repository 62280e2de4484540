package import Bytes
import Keys
import Operations
import Replica
package import SQLite

/// Folds every room anew and makes all rows again that come of it. What is local stays: numbers of memberships and files, mutes, what
/// was read, what bytes were found to be. For a node that does nothing else.
package enum ViewRebuild {
    package static func run(_ state: LogState, at now: Timestamp, in transaction: borrowing Transaction) throws {
        for id in try rooms(on: transaction.connection) { try refold(id, state, in: transaction) }
        state.rooms.forgetAll()
        state.log.forget()
        // Of these nothing is local, and a row may stand where it is none of its room's.
        for sql: StaticString in [
            "DELETE FROM operation_new", "DELETE FROM operation_id",
            "INSERT INTO operation_id SELECT id_prefix, serial FROM operation ORDER BY 1, 2",
            "DELETE FROM mention", "DELETE FROM answer", "DELETE FROM reading_named", "DELETE FROM reading_exception",
            "DELETE FROM avatar", "DELETE FROM attachment_tally",
            """
            INSERT INTO attachment_tally SELECT room, coalesce(kind, 0), count(*), sum(size) FROM attachment
            WHERE message IS NOT NULL GROUP BY 1, 2
            """,
            "DELETE FROM stored", "INSERT INTO stored SELECT * FROM recounted",
        ] {
            var rows = try transaction.statement(sql)
            try rows.run()
        }
        var search = SearchIndex(texts: StoredTexts())
        for id in try rooms(on: transaction.connection) {
            guard let room = try state.room(id) else { throw StoreFault.damaged("room \(id)") }
            var rebuild = RoomRebuild(of: room, state.log, at: now)
            try rebuild.run(&search, in: transaction)
            room.knownView = nil
        }
        try search.settle(in: transaction)
        try state.log.failure.check()
    }

    /// A room whose operations are damaged stays as it is: nothing can be made of them.
    private static func refold(_ id: RoomID, _ state: LogState, in transaction: borrowing Transaction) throws {
        let log = state.log
        log.forget()
        guard let (records, nature) = try records(of: id, state, in: transaction) else { return }
        do throws(RefoldFault) {
            let fold = try Refold(of: records, nature, log)
            do {
                try FoldedRows(fold, log).mend(in: transaction)
            } catch {
                throw .trouble(error)
            }
        } catch {
            if case .trouble(let trouble) = error { throw trouble }
            log.failure.forget()
        }
    }

    private static func records(
        of id: RoomID, _ state: LogState, in transaction: borrowing Transaction
    ) throws -> (StoreRecords, RoomNature)? {
        do {
            return try state.rooms.records(of: id)
        } catch let error as SQLiteError {
            throw error
        } catch {
            // What the fold made can't even be read. It is made again.
            state.log.forget()
            for sql: StaticString in [
                """
                UPDATE room SET client = NULL, property = NULL, extra = NULL, avatar = NULL, deleted = NULL, writers = NULL
                WHERE id = ?1
                """,
                "DELETE FROM checkpoint WHERE room = (SELECT number FROM room WHERE id = ?1)",
            ] {
                var row = try transaction.statement(sql)
                row.bind(1, id.bytes)
                try row.run()
            }
            return try state.rooms.records(of: id)
        }
    }

    private static func rooms(on connection: Connection) throws -> [RoomID] {
        var rows = try connection.statement("SELECT id FROM room ORDER BY number")
        var rooms: [RoomID] = []
        while try rows.step() { rooms.append(RoomID(try rows.bytes32(0))) }
        return rooms
    }
}

/// The same for one room.
private struct RoomRebuild {
    private let room: StoredRoom
    private let log: LogAccess
    private let now: Timestamp

    init(of room: StoredRoom, _ log: LogAccess, at now: Timestamp) {
        self.room = room
        self.log = log
        self.now = now
    }

    private var number: Int64 { room.number }

    mutating func run(_ search: inout SearchIndex<StoredTexts>, in transaction: borrowing Transaction) throws {
        if case .directory = room.nature {
            for profile in room.records.profiles + room.records.metProfiles {
                try Pictures.set(profile.avatar?.hash, isPerson: true, profile.person.row, in: transaction)
            }
            return
        }
        let recount = try RoomRecount(of: room, log)
        try Pictures.set(room.records.fields.avatar?.hash, isPerson: false, number, in: transaction)
        try keepView(recount, in: transaction)
        try keepMembers(recount, in: transaction)
        try keepFiles(recount, in: transaction)
        try keepPeople(recount, in: transaction)
        try MessageBlocks.rebuild(of: number, in: transaction)
        try keepWords(&search, in: transaction)
    }

    private func keepView(_ recount: RoomRecount, in transaction: borrowing Transaction) throws {
        let former = try RoomView.load(number, on: transaction.connection)
        guard var view = recount.view else {
            return try delete("DELETE FROM room_view WHERE room = ?1", in: transaction)
        }
        view.newest = max(view.newest, former?.newest ?? 0)
        if former == nil {
            try view.insert(number, in: transaction)
        } else {
            try view.update(number, in: transaction)
        }
    }

    private func delete(_ sql: StaticString, in transaction: borrowing Transaction) throws(SQLiteError) {
        var rows = try transaction.statement(sql)
        rows.bind(1, number)
        try rows.run()
    }

    // MARK: Members

    private func keepMembers(_ recount: RoomRecount, in transaction: borrowing Transaction) throws {
        var known: Set<Int64> = []
        do {
            var rows = try transaction.statement("SELECT person FROM membership WHERE room = ?1")
            rows.bind(1, number)
            while try rows.step() { known.insert(rows.int64(0)) }
        }
        for person in known.subtracting(recount.members.keys).sorted() {
            try MembershipTable.remove(PersonNumber(person), from: RoomNumber(number), in: transaction)
        }
        guard let view = recount.view else { return }
        let members = recount.members.sorted { ($0.value.joined, $0.key) < ($1.value.joined, $1.key) }
        for (person, member) in members {
            if !known.contains(person) {
                try MembershipTable.insert(
                    PersonNumber(person), in: RoomNumber(number), isLocal: member.isLocal,
                    role: Role(code: member.role),
                    joined: member.joined, view, in: transaction)
            }
            try keep(member, of: person, in: transaction)
        }
    }

    private func keep(
        _ member: RoomRecount.Member, of person: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        let spot = try member.place.flatMap { place throws(SQLiteError) in
            try MessageSpot.of(MessageNumber(place), on: transaction.connection)
        }
        var row = try transaction.statement(
            """
            UPDATE membership SET node = (SELECT node FROM person WHERE number = ?2), role = ?4, joined = ?5, read = ?6, place_message = ?7, place_time = ?8,
                place_tie = ?9, heard = CASE WHEN place_message IS ?7 OR ?7 IS NULL THEN heard ELSE coalesce(heard, ?10) END,
                position = CASE WHEN ?3 THEN coalesce(position, 0) END, seen = CASE WHEN ?3 AND seen IS NOT NULL THEN position END
            WHERE room = ?1 AND person = ?2
            """)
        row.bind(1, number)
        row.bind(2, person)
        row.bind(3, member.isLocal)
        row.bind(4, member.role)
        row.bind(5, member.joined)
        row.bind(6, member.read)
        row.bind(7, member.place)
        row.bind(8, spot?.time)
        row.bind(9, spot?.tie)
        row.bind(10, now)
        try row.run()
        for exception in member.exceptions {
            var row = try transaction.statement(
                "INSERT INTO reading_exception (room, message, person, is_read) VALUES (?1, ?2, ?3, ?4)")
            row.bind(1, number)
            row.bind(2, exception.message)
            row.bind(3, person)
            row.bind(4, exception.isRead)
            try row.run()
        }
    }

    // MARK: What messages name

    private func keepFiles(_ recount: RoomRecount, in transaction: borrowing Transaction) throws {
        // A row may name another message than its own.
        for (message, files) in recount.files {
            for file in files {
                var row = try transaction.statement(
                    "UPDATE attachment SET message = ?2, room = ?3 WHERE uuid = ?1 AND (message IS NOT ?2 OR room <> ?3)"
                )
                row.bind(1, file.uuid)
                row.bind(2, message)
                row.bind(3, number)
                try row.run()
            }
        }
        var carrying = Set(recount.files.keys)
        do {
            var rows = try transaction.statement(
                "SELECT message FROM attachment WHERE room = ?1 AND message IS NOT NULL")
            rows.bind(1, number)
            while try rows.step() { carrying.insert(rows.int64(0)) }
        }
        for message in carrying.sorted() {
            guard let spot = try MessageSpot.of(MessageNumber(message), on: transaction.connection) else { continue }
            _ = try AttachmentRows.set(recount.files[message] ?? [], of: spot, in: number, in: transaction)
        }
    }

    private func keepPeople(_ recount: RoomRecount, in transaction: borrowing Transaction) throws {
        for (message, people) in recount.mentions.sorted(by: { $0.key < $1.key }) {
            try Mentions.add(people.map { PersonNumber($0) }, to: message, in: number, in: transaction)
        }
        for answer in recount.answers {
            try Answers.add(answer.message, to: answer.target, in: number, in: transaction)
        }
        for (node, prefixes) in recount.named {
            for prefix in prefixes { try NamedMessages.add(prefix, by: node, in: number, in: transaction) }
        }
    }

    private func keepWords(
        _ search: inout SearchIndex<StoredTexts>, in transaction: borrowing Transaction
    ) throws {
        try search.remove(room: number, in: transaction)
        var documents: [SearchDocument] = []
        do {
            var rows = try transaction.statement(
                """
                SELECT serial, time >> 16, sender FROM message
                WHERE room = ?1 AND flags & 11 = 3 AND flags & 1 AND flags & 10 ORDER BY serial
                """)
            rows.bind(1, number)
            while try rows.step() {
                documents.append(
                    SearchDocument(room: number, message: rows.int64(0), time: rows.int64(1), sender: rows.int64(2)))
            }
        }
        for document in documents { try search.add(document, in: transaction) }
    }
}
