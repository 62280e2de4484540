package import Bytes
import Keys
import Operations
import Replica
package import SQLite

/// Makes all rows that are derived anew from the log and its fold. What is local stays: numbers of memberships and files, mutes, what
/// was read, what bytes were found to be. For a node that does nothing else.
package enum ViewRebuild {
    package static func run(_ state: LogState, at now: Timestamp, in transaction: borrowing Transaction) throws {
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
            for profile in room.records.profiles {
                try Pictures.set(profile.avatar?.hash, isPerson: true, profile.person.row, in: transaction)
            }
            return
        }
        let recount = try RoomRecount(of: room, log)
        try Pictures.set(room.records.fields.avatar?.hash, isPerson: false, number, in: transaction)
        try mend(recount.wrongMessages, in: transaction)
        try keepView(recount, in: transaction)
        try keepMembers(recount, in: transaction)
        try keepFiles(recount, in: transaction)
        try keepPeople(recount, in: transaction)
        try MessageBlocks.rebuild(of: number, in: transaction)
        try keepWords(&search, in: transaction)
    }

    private func mend(
        _ messages: [Int64: (flags: Int64, edited: Int64?)], in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        for (serial, right) in messages {
            var row = try transaction.statement("UPDATE message SET flags = ?2, edited = ?3 WHERE serial = ?1")
            row.bind(1, serial)
            row.bind(2, right.flags)
            row.bind(3, right.edited)
            try row.run()
        }
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
        try delete("DELETE FROM reading_exception WHERE room = ?1", in: transaction)
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
            UPDATE membership SET is_local = ?3, role = ?4, joined = ?5, read = ?6, place_message = ?7, place_time = ?8,
                place_tie = ?9, heard = CASE WHEN place_message IS ?7 THEN heard ELSE ?10 END,
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
        try delete("DELETE FROM mention WHERE room = ?1", in: transaction)
        for (message, people) in recount.mentions.sorted(by: { $0.key < $1.key }) {
            try Mentions.add(people.map { PersonNumber($0) }, to: message, in: number, in: transaction)
        }
        try delete("DELETE FROM answer WHERE room = ?1", in: transaction)
        for answer in recount.answers {
            try Answers.add(answer.message, to: answer.target, in: number, in: transaction)
        }
        try delete("DELETE FROM reading_named WHERE room = ?1", in: transaction)
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
                "SELECT serial, time >> 16, sender FROM message WHERE room = ?1 AND flags & 11 = 3 ORDER BY serial")
            rows.bind(1, number)
            while try rows.step() {
                documents.append(
                    SearchDocument(room: number, message: rows.int64(0), time: rows.int64(1), sender: rows.int64(2)))
            }
        }
        for document in documents { try search.add(document, in: transaction) }
    }
}
