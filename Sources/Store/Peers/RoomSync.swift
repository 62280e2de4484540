package import Bytes
import Gossip
package import Keys
package import Operations
import Replica
package import SQLite

/// How far a message has come, or its deletion.
package struct MessageDelivery: Equatable, Sendable {
    /// On which a member of the room is, this one included.
    package var nodes: Int
    /// Of these, those that are known to have it.
    package var deliveredTo: Int
    /// Those that are known to have its deletion; nil for a message that isn't deleted.
    package var erasedOn: Int?
    /// Those that have not answered lately, and since when.
    package var offline: [(node: NodeID, name: String, since: Timestamp?)]

    package static func == (left: MessageDelivery, right: MessageDelivery) -> Bool {
        left.nodes == right.nodes && left.deliveredTo == right.deliveredTo && left.erasedOn == right.erasedOn
            && left.offline.elementsEqual(right.offline) { $0 == $1 }
    }
}

/// Whether a room is the same on its other nodes, as far as that is known here.
package struct RoomSync: Sendable {
    /// Of the room's clock here.
    package var digest: Hash
    package var peers: [PeerSync]

    package struct PeerSync: Equatable, Sendable {
        package let node: NodeID
        package let name: String
        /// Nil while nothing is known.
        package let isIdentical: Bool?
        /// How many operations it lacks; nil while nothing is known.
        package let behind: UInt64?
        /// At which it was the same last, and when that was.
        package let digest: Hash?
        package let checked: Timestamp?
    }
}

/// Answers what is known of other nodes, over any connection.
package struct KnownNodes {
    private let log: LogAccess
    private let rooms: RoomCache
    private let node: NodeID

    package init(_ connection: Connection, node: NodeID) throws {
        log = try LogAccess(connection)
        rooms = RoomCache(log, countMax: 1)
        self.node = node
    }

    /// Nil where there is no such message.
    package func delivery(of message: MessageNumber) throws -> MessageDelivery? {
        try answered {
            guard let (room, position) = try place(of: message) else { return nil }
            let id = room.records.kept(at: position).id
            let deletion = room.room.deletion(covering: id, in: room.records).flatMap { room.records.position(of: $0) }
            var delivery = MessageDelivery(nodes: 0, deliveredTo: 0, erasedOn: deletion == nil ? nil : 0, offline: [])
            for origin in room.participants.sorted(by: { $0.number < $1.number }) {
                delivery.nodes += 1
                let peer = try known(of: origin, in: room)
                if peer.node == node || peer.has(position, room) { delivery.deliveredTo += 1 }
                if let deletion, peer.node == node || peer.has(deletion, room) { delivery.erasedOn? += 1 }
                if peer.isOffline { delivery.offline.append((peer.node, peer.name, peer.lastContact)) }
            }
            return delivery
        }
    }

    /// Nil where there is no such room.
    package func sync(of number: RoomNumber) throws -> RoomSync? {
        try answered {
            guard let room = try room(numbered: number.value) else { return nil }
            let clock = room.clock
            var sync = RoomSync(digest: clock.digest, peers: [])
            for origin in room.participants.sorted(by: { $0.number < $1.number }) {
                let peer = try known(of: origin, in: room)
                guard peer.node != node else { continue }
                let behind = peer.clock.map { theirs in
                    clock.beyond(theirs).feeds.reduce(UInt64(0)) { $0 + $1.value + 1 - theirs.next(in: $1.key) }
                }
                sync.peers.append(
                    RoomSync.PeerSync(
                        node: peer.node, name: peer.name, isIdentical: peer.digest.map { $0 == sync.digest },
                        behind: behind, digest: peer.digest, checked: peer.checked))
            }
            return sync
        }
    }

    // MARK: Rows

    private func answered<Result>(_ body: () throws -> Result) throws -> Result {
        try log.connection.snapshot {
            defer {
                rooms.forgetAll()
                log.forget()
            }
            let result = try body()
            try log.failure.check()
            return result
        }
    }

    private func place(of message: MessageNumber) throws -> (StoredRoom, Position)? {
        var row = try log.connection.statement("SELECT room, line, seq FROM operation WHERE serial = ?1")
        row.bind(1, message)
        guard try row.step(), let room = try room(numbered: row.int64(0)) else { return nil }
        return (room, Position(Line(row.int(1)), row.int(2)))
    }

    private func room(numbered number: Int64) throws -> StoredRoom? {
        var row = try log.connection.statement("SELECT id FROM room WHERE number = ?1")
        row.bind(1, number)
        guard try row.step() else { return nil }
        return try rooms.room(RoomID(row.bytes32(0)), toChange: false)
    }

    /// A node of a room, and what is known of it.
    private struct Known {
        let node: NodeID
        let origin: Origin
        var name = ""
        var clock: RoomClock?
        var digest: Hash?
        var checked: Timestamp?
        var isOffline = false
        var lastContact: Timestamp?

        /// It has said so, or has written something that rests on it.
        func has(_ position: Position, _ room: StoredRoom) -> Bool {
            let place = FeedPosition(feed: room.records.feed(of: position.line), seq: UInt64(position.seq))
            if clock?.includes(place) == true { return true }
            return room.records.lines.indices.contains { index in
                guard room.records.facts(of: Line(index)).origin == origin else { return false }
                let tip = Position(Line(index), room.records.tip(of: Line(index)))
                return room.records.seen(position.line, by: tip) >= position.seq
            }
        }
    }

    private func known(of origin: Origin, in room: StoredRoom) throws -> Known {
        var known = Known(node: try log.names.node(origin), origin: origin)
        var row = try log.connection.statement(
            """
            SELECT coalesce(p.name, n.name), p.last_error IS NOT NULL, p.last_contact, r.clock, r.digest, r.checked
            FROM node n LEFT JOIN peer p ON p.number = n.number AND p.is_pinned = 1
            LEFT JOIN peer_room r ON r.peer = p.number AND r.room = ?2
            WHERE n.number = ?1
            """)
        row.bind(1, origin.number)
        row.bind(2, room.number)
        guard try row.step() else { return known }
        known.name = row.string(0)
        known.isOffline = row.bool(1)
        known.lastContact = row.optionalMoment(2)
        if !row.isNull(3) { known.clock = try RoomClock(decoding: row.bytes(3)) }
        known.digest = try row.isNull(4) ? nil : Hash(bytes: row.bytes32(4))
        known.checked = row.optionalMoment(5)
        return known
    }
}
