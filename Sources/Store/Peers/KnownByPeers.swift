package import Bytes
package import Gossip
package import Keys
package import Operations
import Replica
package import SQLite

/// What a peer was heard to have of a room since that was last written down.
package struct HeardOfPeer: Sendable {
    /// No further than what is here as well.
    package var clock: RoomClock
    /// Where both were the same.
    package var agreement: Agreement?

    package struct Agreement: Sendable {
        let digest: Hash
        let time: Timestamp
        /// The newest entry of our log by then.
        let position: UInt64

        package init(on digest: Hash, at time: Timestamp, position: UInt64) {
            (self.digest, self.time, self.position) = (digest, time, position)
        }
    }

    package init(clock: RoomClock = RoomClock(), agreement: Agreement? = nil) {
        self.clock = clock
        self.agreement = agreement
    }

    package mutating func merge(_ other: HeardOfPeer) {
        clock.join(other.clock)
        agreement = other.agreement ?? agreement
    }
}

extension LogState {
    /// Writes down what a peer was heard to have. Of a node that is no peer any more, and a room that is not here, nothing.
    package func note(
        _ heard: HeardOfPeer, of peer: NodeID, in room: RoomID, in transaction: borrowing Transaction
    ) throws {
        guard let number = try log.names.origin(of: peer)?.number, let room = try self.room(room)?.number else {
            return
        }
        var clock = heard.clock
        if let known = try Self.clock(of: Int64(number), in: room, on: transaction.connection) { clock.join(known) }
        var row = try transaction.statement(
            """
            INSERT INTO peer_room (peer, room, clock, digest, checked, serial)
            SELECT number, ?2, ?3, ?4, ?5, ?6 FROM peer WHERE number = ?1
            ON CONFLICT DO UPDATE SET clock = excluded.clock, digest = coalesce(excluded.digest, digest),
                checked = coalesce(excluded.checked, checked), serial = coalesce(excluded.serial, serial)
            """)
        row.bind(1, number)
        row.bind(2, room)
        row.bind(3, copying: clock.encoded.span)
        if let agreement = heard.agreement {
            row.bind(4, agreement.digest.bytes)
            row.bind(5, agreement.time)
            row.bind(6, Int64(clamping: agreement.position))
        }
        try row.run()
    }

    private static func clock(of peer: Int64, in room: Int64, on connection: Connection) throws -> RoomClock? {
        var row = try connection.statement("SELECT clock FROM peer_room WHERE peer = ?1 AND room = ?2")
        row.bind(1, peer)
        row.bind(2, room)
        guard try row.step() else { return nil }
        return try RoomClock(decoding: row.bytes(0))
    }
}
