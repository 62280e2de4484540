package import Bytes
import Keys
package import Operations
package import SQLite

/// Of a node, as in `node`.
package struct NodeNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// A node that is a peer, is to be one, or asks to be.
package struct PeerRow: Equatable, Sendable {
    package let number: NodeNumber
    package let node: NodeID
    package var state: State
    /// What an administrator calls it, and where they say that it is.
    package var name: String?
    package var url: String?
    /// That of its card when an administrator added or accepted it.
    package var seenURL: String?
    /// From where it knocked.
    package var address: String?
    package let created: Timestamp
    package var lastContact: Timestamp?
    package var lastError: String?
    package var cursor: [UInt8]?

    /// What both sides have said, as bytes and switches: what these mean is replication's to know.
    package struct State: Equatable, Sendable {
        package var card: [UInt8]?
        package var isPinned: Bool
        package var agrees: Bool
        package var isPaused: Bool
        package var hasEnded: Bool
        package var otherNode: NodeID?

        package init(
            card: [UInt8]?, isPinned: Bool, agrees: Bool = false, isPaused: Bool = false, hasEnded: Bool = false,
            otherNode: NodeID? = nil
        ) {
            self.card = card
            self.isPinned = isPinned
            self.agrees = agrees
            self.isPaused = isPaused
            self.hasEnded = hasEnded
            self.otherNode = otherNode
        }
    }
}

package enum PeerTable {
    package static func all(on connection: Connection) throws -> [PeerRow] {
        var rows = try connection.statement(
            """
            SELECT number, node, card, is_pinned, agrees, is_paused, has_ended, other_node, name, url, address, created,
                last_contact, last_error, cursor, seen_url
            FROM peer ORDER BY number
            """)
        var peers: [PeerRow] = []
        while try rows.step() {
            let state = PeerRow.State(
                card: rows.array(2), isPinned: rows.bool(3), agrees: rows.bool(4), isPaused: rows.bool(5),
                hasEnded: rows.bool(6), otherNode: try rows.isNull(7) ? nil : NodeID(rows.bytes32(7)))
            peers.append(
                PeerRow(
                    number: NodeNumber(rows.int64(0)), node: NodeID(try rows.bytes32(1)), state: state,
                    name: rows.optionalString(8), url: rows.optionalString(9), seenURL: rows.optionalString(15),
                    address: rows.optionalString(10),
                    created: rows.moment(11), lastContact: rows.optionalMoment(12),
                    lastError: rows.optionalString(13), cursor: rows.array(14)))
        }
        return peers
    }

    /// How many rooms are shared with it, and in how many of them it lacks something, as far as is known here.
    package static func sharedRooms(
        with peer: NodeNumber, as node: NodeID, on connection: Connection
    ) throws -> (count: Int, behind: Int) {
        var row = try connection.statement(
            """
            SELECT count(*),
                sum((SELECT max(serial) FROM operation WHERE room = own.room) > coalesce(known.serial, 0))
            FROM participant own JOIN participant other ON other.room = own.room AND other.node = ?1
            LEFT JOIN peer_room known ON known.peer = ?1 AND known.room = own.room
            WHERE own.node = (SELECT number FROM node WHERE id = ?2)
            """)
        row.bind(1, peer)
        row.bind(2, node.bytes)
        guard try row.step() else { return (0, 0) }
        return (row.int(0), row.int(1))
    }

    /// A node that was not there, or what is known of it now.
    package static func put(
        _ state: PeerRow.State, of node: NodeID, numbered number: NodeNumber, name: String?, url: String?,
        seenURL: String?, address: String?, at now: Timestamp, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            """
            INSERT INTO peer (node, card, is_pinned, agrees, is_paused, has_ended, other_node, name, url, address, created,
                number, seen_url)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT (node) DO UPDATE SET card = excluded.card, is_pinned = excluded.is_pinned,
                agrees = excluded.agrees, is_paused = excluded.is_paused, has_ended = excluded.has_ended,
                other_node = excluded.other_node, name = excluded.name, url = excluded.url, address = excluded.address,
                seen_url = excluded.seen_url
            """)
        row.bind(1, node.bytes)
        if let card = state.card { row.bind(2, copying: card.span) }
        row.bind(3, state.isPinned)
        row.bind(4, state.agrees)
        row.bind(5, state.isPaused)
        row.bind(6, state.hasEnded)
        if let other = state.otherNode { row.bind(7, other.bytes) }
        row.bind(8, name)
        row.bind(9, url)
        row.bind(10, address)
        row.bind(11, now)
        row.bind(12, number)
        row.bind(13, seenURL)
        try row.run()
    }

    package static func remove(_ node: NodeID, in transaction: borrowing Transaction) throws(SQLiteError) {
        var row = try transaction.statement("DELETE FROM peer WHERE node = ?1")
        row.bind(1, node.bytes)
        try row.run()
    }

    /// How the last exchange with it ended.
    package static func note(
        contact: Timestamp?, error: String?, of node: NodeID, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement(
            "UPDATE peer SET last_contact = coalesce(?2, last_contact), last_error = ?3 WHERE node = ?1")
        row.bind(1, node.bytes)
        row.bind(2, contact)
        row.bind(3, error)
        try row.run()
    }

    package static func keep(
        cursor: [UInt8]?, of node: NodeID, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement("UPDATE peer SET cursor = ?2 WHERE node = ?1")
        row.bind(1, node.bytes)
        if let cursor { row.bind(2, copying: cursor.span) }
        try row.run()
    }
}
