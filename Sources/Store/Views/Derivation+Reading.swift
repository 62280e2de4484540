import Bytes
import Operations
import Replica
import SQLite

/// Who has read what elsewhere: from registers, in canonical order. Of people of this node no register says it.
extension Derivation {
    /// A node has told anew what its people have read.
    mutating func read(_ register: SignedRegister, in transaction: borrowing Transaction) throws {
        let origin = try log.names.origin(for: register.register.origin)
        guard origin.number != NodeTable.ownNumber else { return }
        try name(register.register, of: Int64(origin.number), in: transaction)
        try read(register.register, of: Int64(origin.number), in: transaction)
    }

    /// The same register says something else: somebody is in, or a message is there, or not any more.
    mutating func read(of node: NodeID, in transaction: borrowing Transaction) throws {
        guard let origin = records.origin(of: node), origin.number != NodeTable.ownNumber,
            let register = records.register(of: origin)
        else {
            return
        }
        try read(register.register, of: Int64(origin.number), in: transaction)
    }

    /// A message is there now, or not any more, that registers may name.
    mutating func readNaming(_ message: Message, in transaction: borrowing Transaction) throws {
        for node in try nodesNaming(message.id, in: transaction) { try read(of: node, in: transaction) }
    }

    private func nodesNaming(_ id: OperationID, in transaction: borrowing Transaction) throws -> [NodeID] {
        guard try mayBeNamed(id, in: transaction) else { return [] }
        var rows = try transaction.statement("SELECT node FROM reading_named WHERE room = ?1 AND prefix = ?2")
        rows.bind(1, number)
        rows.bind(2, id.bytes.prefix)
        var nodes: [NodeID] = []
        while try rows.step() { nodes.append(try log.names.node(Origin(rows.uint32(0)))) }
        return nodes
    }

    private static let namesMax = 8_192

    /// Mostly nobody names a message before it is here.
    private func mayBeNamed(_ id: OperationID, in transaction: borrowing Transaction) throws(SQLiteError) -> Bool {
        if let known = room.knownNames { return known.contains(id.bytes.prefix) }
        guard !room.hasManyNames else { return true }
        var rows = try transaction.statement("SELECT DISTINCT prefix FROM reading_named WHERE room = ?1 LIMIT ?2")
        rows.bind(1, number)
        rows.bind(2, Self.namesMax)
        var names: Set<Int64> = []
        while try rows.step() { names.insert(rows.int64(0)) }
        keep(names)
        return room.hasManyNames || names.contains(id.bytes.prefix)
    }

    private func keep(_ names: Set<Int64>) {
        room.hasManyNames = names.count >= Self.namesMax
        room.knownNames = room.hasManyNames ? nil : names
    }

    private func name(
        _ register: ReceiptRegister, of node: Int64, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var clear = try transaction.statement("DELETE FROM reading_named WHERE room = ?1 AND node = ?2")
        clear.bind(1, number)
        clear.bind(2, node)
        try clear.run()
        for id in register.readers.flatMap({ [$0.upTo].compactMap { $0 } + $0.exceptions }) {
            try NamedMessages.add(id.bytes.prefix, by: node, in: number, in: transaction)
            room.knownNames?.insert(id.bytes.prefix)
        }
        if room.knownNames?.count ?? 0 >= Self.namesMax {
            room.knownNames = nil
            room.hasManyNames = true
        }
    }

    // MARK: Readers

    private struct Exception: Hashable {
        let message: Int64
        let isRead: Bool
    }

    private struct Reader {
        let person: PersonNumber
        let handle: String
        let place: Int64?
    }

    private mutating func read(
        _ register: ReceiptRegister, of node: Int64, in transaction: borrowing Transaction
    ) throws {
        let told = Dictionary(uniqueKeysWithValues: register.readers.map { ($0.handle.text, $0) })
        for reader in try readers(of: node, in: transaction) {
            let up = told[reader.handle]?.upTo.flatMap { visible($0) }
            let exceptions = exceptions(told[reader.handle], up)
            let known = try knownExceptions(of: reader.person, in: transaction)
            guard up?.serial != reader.place || exceptions != known else { continue }
            let before = reader.place.flatMap { try? Self.spot($0, on: transaction.connection) }
            try keep(up, of: reader.person, in: transaction)
            if exceptions != known { try keep(exceptions: exceptions, of: reader.person, in: transaction) }
            if let up, before.map({ $0 < up }) ?? true {
                try remember(up, of: reader.person, in: transaction)
                tell(.read(up.number, by: reader.person))
            } else if let new = Set(exceptions).subtracting(known).filter(\.isRead).map(\.message).max() {
                tell(.read(MessageNumber(new), by: reader.person))
            }
        }
    }

    private func remember(
        _ up: MessageSpot, of person: PersonNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            "INSERT OR IGNORE INTO reading (person, room, up_to, time) VALUES (?1, ?2, ?3, ?4)")
        row.bind(1, person)
        row.bind(2, number)
        row.bind(3, up.serial)
        row.bind(4, now)
        try row.run()
    }

    private func readers(of node: Int64, in transaction: borrowing Transaction) throws(SQLiteError) -> [Reader] {
        var rows = try transaction.statement(
            """
            SELECT m.person, p.handle, m.place_message FROM membership m JOIN person p ON p.number = m.person
            WHERE m.room = ?1 AND m.node = ?2 AND NOT m.is_local ORDER BY m.id
            """)
        rows.bind(1, number)
        rows.bind(2, node)
        var readers: [Reader] = []
        while try rows.step() {
            readers.append(
                Reader(person: PersonNumber(rows.int64(0)), handle: rows.string(1), place: rows.optionalInt64(2)))
        }
        return readers
    }

    /// What is shown, or a grave.
    private func visible(_ id: OperationID) -> MessageSpot? {
        guard let position = records.position(of: id), let message = records.message(at: position),
            message.visibility != .hidden
        else { return nil }
        return spot(message)
    }

    static func spot(_ serial: Int64, on connection: Connection) throws(SQLiteError) -> MessageSpot? {
        var row = try connection.statement("SELECT time, tie FROM message WHERE serial = ?1")
        row.bind(1, serial)
        return try row.step() ? MessageSpot(time: row.int64(0), tie: row.int64(1), serial: serial) : nil
    }

    private func keep(
        _ place: MessageSpot?, of person: PersonNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            """
            UPDATE membership SET place_time = ?3, place_tie = ?4, place_message = ?5, heard = ?6
            WHERE room = ?1 AND person = ?2
            """)
        row.bind(1, number)
        row.bind(2, person)
        row.bind(3, place?.time)
        row.bind(4, place?.tie)
        row.bind(5, place?.serial)
        row.bind(6, now)
        try row.run()
    }

    private func exceptions(_ reader: ReceiptRegister.Reader?, _ up: MessageSpot?) -> [Exception] {
        let spots = (reader?.exceptions ?? []).compactMap { visible($0) }
        let exceptions = spots.map { spot in
            Exception(message: spot.serial, isRead: up.map { ($0.time, $0.tie) < (spot.time, spot.tie) } ?? true)
        }
        return exceptions.sorted { $0.message < $1.message }
    }

    private func knownExceptions(
        of person: PersonNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> [Exception] {
        var rows = try transaction.statement(
            "SELECT message, is_read FROM reading_exception WHERE person = ?1 AND room = ?2 ORDER BY message")
        rows.bind(1, person)
        rows.bind(2, number)
        var exceptions: [Exception] = []
        while try rows.step() { exceptions.append(Exception(message: rows.int64(0), isRead: rows.bool(1))) }
        return exceptions
    }

    private func keep(
        exceptions: [Exception], of person: PersonNumber, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var clear = try transaction.statement("DELETE FROM reading_exception WHERE person = ?1 AND room = ?2")
        clear.bind(1, person)
        clear.bind(2, number)
        try clear.run()
        for exception in exceptions {
            var row = try transaction.statement(
                "INSERT INTO reading_exception (message, person, room, is_read) VALUES (?1, ?2, ?3, ?4)")
            row.bind(1, exception.message)
            row.bind(4, exception.isRead)
            row.bind(2, person)
            row.bind(3, number)
            try row.run()
        }
    }
}
