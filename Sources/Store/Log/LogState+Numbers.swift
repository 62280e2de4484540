package import Bytes
import Keys
package import Operations
package import Replica
import SQLite

// From the numbers that things have on this node to what the log calls them, and back.
extension LogState {
    package var node: NodeID { get throws { try writing().identity.node } }

    /// To look at, not to be written in: what is written meanwhile it may not know.
    package func look(at room: RoomNumber) throws -> StoredRoom? {
        try rooms.id(of: room.value).flatMap { try rooms.room($0, toChange: false) }
    }

    /// Whether it need not be read to be looked at.
    package func isAtHand(_ room: RoomNumber) throws -> Bool {
        try rooms.id(of: room.value).map(rooms.isKept) ?? false
    }

    package func look(at room: RoomID) throws -> StoredRoom? {
        try rooms.room(room, toChange: false)
    }

    /// Nil for a number that is nobody's; the node itself is nobody.
    package func user(_ person: PersonNumber) throws -> UserID? {
        guard person.value > 0, let known = try log.names.find(personNumbered: person.value) else { return nil }
        return try log.names.user(known)
    }

    /// A new one where they were never heard of.
    package func number(for user: UserID) throws -> PersonNumber {
        PersonNumber(try log.names.person(for: user).row)
    }

    package func number(of user: UserID) throws -> PersonNumber? {
        try log.names.person(of: user).map { PersonNumber($0.row) }
    }

    package func message(_ number: MessageNumber) throws -> LoggedMessage? {
        var row = try log.connection.statement(
            """
            SELECT o.room, o.line, o.seq FROM message m JOIN operation o ON o.serial = m.serial WHERE m.serial = ?1
            """)
        row.bind(1, number)
        guard try row.step() else { return nil }
        let position = Position(Line(row.int(1)), row.int(2))
        guard let room = try look(at: RoomNumber(row.int64(0))), let message = room.records.message(at: position) else {
            return nil
        }
        return LoggedMessage(number: number, room: room, message: message)
    }
}

/// A message in its room. Of one thread.
package struct LoggedMessage {
    package let number: MessageNumber
    package let room: StoredRoom
    package let message: Message
}

extension StoredRoom {
    package var roomNumber: RoomNumber { RoomNumber(number) }
    package var fields: RoomFields { records.fields }

    package func standing(of user: UserID) -> Standing {
        room.standing(of: user, in: records)
    }

    /// Everybody who is in, ascending.
    package var members: [(user: UserID, standing: Standing)] { room.members(in: records) }

    /// The nodes with a member, ascending.
    package var nodes: [NodeID] { participants.map { records.node($0) }.sorted() }

    /// Who founded a group.
    package var founder: UserID? {
        records.operations(.roomCreate).first.map { records.user(records.kept(at: $0).author) }
    }

    /// What somebody's reaction to a message is; nil for none.
    package func reaction(of user: UserID, to message: Message) -> String? {
        records.person(of: user).flatMap { records.reaction(of: $0, to: message.position)?.value }
    }

    /// A message that was posted here, whether it is shown or not.
    package func number(ofMessage id: OperationID) -> MessageNumber? {
        records.position(of: id).map { MessageNumber(records.serial(at: $0)) }
    }
}

extension StoredRoom {
    /// In a directory.
    package func profile(of user: UserID) -> Profile? {
        records.person(of: user).flatMap { records.profile(of: $0) }
    }
}

extension LogState {
    /// A deleted room whose contents are to be erased by now.
    package func roomToErase(at now: Timestamp) throws -> StoredRoom? {
        clock = now.milliseconds
        var rows = try log.connection.statement(
            "SELECT id FROM room WHERE is_deleted = 1 AND is_erased = 0 AND deleted <= ?1 ORDER BY deleted LIMIT 1")
        rows.bind(1, HybridTime(milliseconds: now.milliseconds - 24 * 3_600_000))
        guard try rows.step() else { return nil }
        return try room(RoomID(try rows.bytes32(0)))
    }
}
