package import Bytes
import Operations
package import SQLite

/// What somebody thinks of a message.
package struct ReactionRow: Hashable, Sendable {
    package let message: MessageNumber
    package let person: PersonNumber
    package let value: String
    /// Since when they have had any reaction to it.
    package let created: Timestamp
    package let updated: Timestamp

    package var number: Int64 { MessageReader.number(message, person) }
}

/// What somebody has to do with a message has a number that follows from both: there can be only one of a kind.
///
/// Of the person's number it has the last bits, so that it never names another message, whatever numbers people have. Where a peer
/// makes up people by the million, two of them may share one.
package enum MessageReader {
    private static let personBits: Int64 = 21

    package static func number(_ message: MessageNumber, _ person: PersonNumber) -> Int64 {
        message.value << personBits | ending(of: person)
    }

    /// Nil for what can be no such number.
    package static func message(of number: Int64) -> MessageNumber? {
        guard number > 0, number < 1 << 53 else { return nil }
        return MessageNumber(number >> personBits)
    }

    /// The members of a room whom it may mean.
    static func people(of number: Int64, in room: RoomNumber, on connection: Connection) throws(SQLiteError)
        -> [PersonNumber]
    {
        var rows = try connection.statement(
            "SELECT person FROM membership WHERE room = ?1 AND person & ?2 = ?3 ORDER BY person")
        rows.bind(1, room)
        rows.bind(2, mask)
        rows.bind(3, number & mask)
        var people: [PersonNumber] = []
        while try rows.step() { people.append(PersonNumber(rows.int64(0))) }
        return people
    }

    private static let mask: Int64 = 1 << personBits - 1
    private static func ending(of person: PersonNumber) -> Int64 { person.value & mask }
}

/// Somebody to whom reactions are shown, each after whom it names.
package protocol ReactionVisitor: PeopleVisitor, ~Copyable {
    mutating func reaction(_ row: ReactionRow)
}

package enum MessageReactions {
    /// The oldest first. Costs as much as all that the message has: they are sorted here.
    package static func page(
        of message: MessageNumber, _ window: ListWindow, on connection: Connection,
        _ visitor: inout (some ReactionVisitor & ~Copyable)
    ) throws {
        var reactions = try all(of: message, on: connection)
        reactions.sort { ($0.created, $0.person) < ($1.created, $1.person) }
        for reaction in reactions.dropFirst(window.offset).prefix(window.limit) {
            _ = try People.introduce(reaction.person, on: connection, to: &visitor)
            visitor.reaction(reaction)
        }
    }

    package static func count(of message: MessageNumber, on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count("SELECT count(*) FROM reaction WHERE message = ?1 AND value IS NOT NULL") {
            $0.bind(1, message)
        }
    }

    /// False where they have none.
    package static func show(
        by person: PersonNumber, to message: MessageNumber, on connection: Connection,
        _ visitor: inout (some ReactionVisitor & ~Copyable)
    ) throws -> Bool {
        guard let reaction = try all(of: message, by: person, on: connection).first else { return false }
        _ = try People.introduce(person, on: connection, to: &visitor)
        visitor.reaction(reaction)
        return true
    }

    /// As large as the payload that takes a reaction back; any other is larger.
    private static let nothingBytes = ReactionChange(nil).encoded.count

    private static func all(
        of message: MessageNumber, by person: PersonNumber? = nil, on connection: Connection
    ) throws(SQLiteError) -> [ReactionRow] {
        // What they have said of it before tells since when they have had one without a break.
        var rows = try connection.statement(
            """
            SELECT r.person, r.value, w.time,
                (SELECT min(o.time) FROM operation o
                    WHERE o.room = p.room AND o.target_key = p.id_prefix AND o.target = p.id AND o.author = r.person
                        AND o.kind = 4 AND o.counts AND o.time > coalesce((SELECT max(n.time) FROM operation n
                            WHERE n.room = p.room AND n.target_key = p.id_prefix AND n.target = p.id
                                AND n.author = r.person AND n.kind = 4 AND n.counts AND n.payload_size <= ?3
                                AND n.time < w.time), -1))
            FROM operation p JOIN reaction r ON r.message = p.serial
                JOIN operation w ON w.room = p.room AND w.line = r.line AND w.seq = r.seq
            WHERE p.serial = ?1 AND r.value IS NOT NULL AND (?2 IS NULL OR r.person = ?2)
            """)
        rows.bind(1, message)
        rows.bind(2, person)
        rows.bind(3, nothingBytes)
        var reactions: [ReactionRow] = []
        while try rows.step() {
            let updated = Timestamp(milliseconds: rows.int64(2) >> 16)
            reactions.append(
                ReactionRow(
                    message: message, person: PersonNumber(rows.int64(0)), value: rows.string(1),
                    created: rows.optionalInt64(3).map { Timestamp(milliseconds: $0 >> 16) } ?? updated,
                    updated: updated))
        }
        return reactions
    }
}
