package import Operations
import SQLite

/// What rooms and people are called in signals, which have numbers here and names elsewhere.
extension LogKeeper {
    package func id(of room: RoomNumber) -> RoomID? {
        log.failure.attempt(else: nil) {
            var row = try log.connection.statement("SELECT id FROM room WHERE number = ?1")
            row.bind(1, room)
            return try row.step() ? RoomID(row.bytes32(0)) : nil
        }
    }

    package func number(of room: RoomID) -> RoomNumber? { stored(room).map { RoomNumber($0.number) } }

    package func number(of user: UserID) -> PersonNumber? {
        log.failure.attempt(else: nil) {
            guard let person = try log.names.person(of: user) else { return nil }
            return PersonNumber(person.row)
        }
    }

    package func user(of person: PersonNumber) -> UserID? {
        log.failure.attempt(else: nil) { try log.names.user(log.names.person(numbered: person.value)) }
    }

    /// The other nodes of rooms that somebody is in.
    package func nodesSharing(_ person: PersonNumber) -> [NodeID] {
        log.failure.attempt(else: []) {
            var rows = try log.connection.statement(
                """
                SELECT DISTINCT n.id FROM membership m JOIN participant p ON p.room = m.room
                JOIN node n ON n.number = p.node WHERE m.person = ?1 AND n.id <> ?2
                """)
            rows.bind(1, person)
            rows.bind(2, node.bytes)
            var nodes: [NodeID] = []
            while try rows.step() { nodes.append(NodeID(try rows.bytes32(0))) }
            return nodes
        }
    }

    /// Whether they are in a room with somebody of this node.
    package func isShared(_ person: PersonNumber) -> Bool {
        log.failure.attempt(else: false) {
            var row = try log.connection.statement(
                """
                SELECT 1 FROM membership m JOIN participant p ON p.room = m.room
                JOIN node n ON n.number = p.node WHERE m.person = ?1 AND n.id = ?2 LIMIT 1
                """)
            row.bind(1, person)
            row.bind(2, node.bytes)
            return try row.step()
        }
    }

    /// The nodes that a room is on.
    package func participants(of room: RoomID) -> [NodeID] {
        guard let room = stored(room) else { return [] }
        return log.failure.attempt(else: []) { try room.participants.map { try log.names.node($0) }.sorted() }
    }
}
