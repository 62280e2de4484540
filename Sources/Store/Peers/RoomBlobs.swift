import Gossip
package import Keys
package import Operations
import Replica
package import SQLite

/// Which blobs are a room's. To name a blob in a message gives nobody a right to it, and makes nothing of what lies here for
/// another room: whoever has it must have stored it for that room, because one of their people sent it there, or because it was
/// fetched from somebody of the room.
package enum RoomBlobs {
    /// Whether it was stored for that room, or directory. The bytes may be lost all the same.
    package static func isHere(
        _ blob: Hash, for room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT EXISTS (SELECT 1 FROM room_blob WHERE room = ?1 AND blob = ?2)
                OR EXISTS (SELECT 1 FROM attachment a JOIN person p ON p.number = a.person
                    WHERE a.blob = ?2 AND a.room = ?1 AND p.node = 1)
                OR EXISTS (SELECT 1 FROM avatar a JOIN person p ON p.number = a.subject JOIN room r ON r.number = ?1
                    WHERE a.blob = ?2 AND a.is_person = 1 AND p.node = 1 AND r.nature = 2 AND r.node = 1)
            """)
        row.bind(1, room)
        row.bind(2, blob.bytes)
        return try row.step() && row.bool(0)
    }

    /// Where nothing of the room names it any more, it is the room's no longer: whoever names it again has to send it again.
    static func forget(
        _ blob: Hash, of room: RoomNumber, in transaction: borrowing Transaction
    ) throws {
        var delete = try transaction.statement(
            """
            DELETE FROM room_blob WHERE room = ?1 AND blob = ?2
                AND NOT EXISTS (SELECT 1 FROM attachment WHERE blob = ?2 AND room = ?1)
                AND NOT EXISTS (SELECT 1 FROM avatar WHERE blob = ?2 AND (is_person = 1 OR subject = ?1))
            """)
        delete.bind(1, room)
        delete.bind(2, blob.bytes)
        try delete.run()
        try count(blob, for: room, in: transaction)
    }

    /// Counts it for whoever names it now.
    private static func count(
        _ blob: Hash, for room: RoomNumber, in transaction: borrowing Transaction
    ) throws {
        var known = try transaction.statement("SELECT 1 FROM room_blob WHERE room = ?1 AND blob = ?2")
        known.bind(1, room)
        known.bind(2, blob.bytes)
        guard try known.step() else { return }
        let owner = try owner(of: blob, in: room, on: transaction.connection)
        var row = try transaction.statement(
            "UPDATE room_blob SET node = ?3 WHERE room = ?1 AND blob = ?2 AND node <> ?3")
        row.bind(1, room)
        row.bind(2, blob.bytes)
        row.bind(3, owner?.value ?? NodeTable.ownNumber)
        try row.run()
    }

    /// For which other node it counts: for the one whose message named it first in the room, or whose picture it is. Nil for what
    /// only this node's people have sent there.
    static func owner(of blob: Hash, in room: RoomNumber, on connection: Connection) throws -> NodeNumber? {
        var file = try connection.statement(
            """
            SELECT p.node FROM attachment a JOIN person p ON p.number = a.person
            WHERE a.blob = ?2 AND a.room = ?1 AND a.message IS NOT NULL AND p.node <> 1 ORDER BY a.id LIMIT 1
            """)
        file.bind(1, room)
        file.bind(2, blob.bytes)
        if try file.step() { return NodeNumber(file.int64(0)) }
        var face = try connection.statement(
            """
            SELECT r.node FROM room r WHERE r.number = ?1 AND r.node <> 1 AND EXISTS (
                SELECT 1 FROM avatar a JOIN person p ON p.number = a.subject
                WHERE a.blob = ?2 AND a.is_person = 1 AND p.node = r.node)
            """)
        face.bind(1, room)
        face.bind(2, blob.bytes)
        if try face.step() { return NodeNumber(face.int64(0)) }
        // A room's picture is of whoever has set it.
        var sign = try connection.statement(
            """
            SELECT r.writers FROM room r JOIN avatar a ON a.is_person = 0 AND a.subject = r.number
            WHERE r.number = ?1 AND a.blob = ?2
            """)
        sign.bind(1, room)
        sign.bind(2, blob.bytes)
        guard try sign.step(),
            let writer = try PositionList(sign.bytes(0)).entries.first(where: { $0.tag == RoomFields.Field.avatar.tag })
        else { return nil }
        var line = try connection.statement("SELECT node FROM line WHERE room = ?1 AND number = ?2 AND node <> 1")
        line.bind(1, room)
        line.bind(2, writer.position.line.index)
        return try line.step() ? NodeNumber(line.int64(0)) : nil
    }

    /// Whether other rooms name it too, so that what is here of it may be theirs.
    static func isElsewhere(
        _ blob: Hash, than room: RoomNumber, on connection: Connection
    ) throws(SQLiteError) -> Bool {
        var row = try connection.statement(
            """
            SELECT EXISTS (SELECT 1 FROM attachment WHERE blob = ?2 AND room <> ?1)
                OR EXISTS (SELECT 1 FROM avatar WHERE blob = ?2 AND is_person = 0 AND subject <> ?1)
                OR EXISTS (SELECT 1 FROM avatar a JOIN person p ON p.number = a.subject
                    LEFT JOIN room r ON r.number = ?1 AND r.nature = 2
                    WHERE a.blob = ?2 AND a.is_person = 1 AND r.node IS NOT p.node)
            """)
        row.bind(1, room)
        row.bind(2, blob.bytes)
        return try row.step() && row.bool(0)
    }
}

extension LogKeeper {
    /// Whether a blob is here for a room, and whether other rooms name it as well.
    package func place(of blob: Hash, in room: RoomID) -> (isHere: Bool, isElsewhere: Bool) {
        guard let room = stored(room)?.roomNumber else { return (false, true) }
        return log.failure.attempt(else: (false, true)) {
            (
                try RoomBlobs.isHere(blob, for: room, on: log.connection),
                try RoomBlobs.isElsewhere(blob, than: room, on: log.connection)
            )
        }
    }

    /// For which other node it would count if it were fetched for that room, and what is kept of that one. Nil where it would for none.
    package func owner(of blob: Hash, in room: RoomID) -> (node: NodeID, stored: StoredBytes)? {
        guard let room = stored(room)?.roomNumber else { return nil }
        return log.failure.attempt(else: nil) {
            guard let owner = try RoomBlobs.owner(of: blob, in: room, on: log.connection) else { return nil }
            return (
                try log.names.node(Origin(UInt32(clamping: owner.value))),
                try StoredBytes.of(owner, on: log.connection)
            )
        }
    }

    /// Whether a peer may have it of us. For one that has left, only what was sent within their view.
    package func mayGive(_ blob: Hash, of room: RoomID, to peer: NodeID) -> Bool {
        let standing = standing(of: peer, in: room)
        if standing == .none, room == RoomID(directoryOf: node) { return isPictureOfMet(blob, by: peer) }
        guard standing != .none, let room = stored(room) else { return false }
        return log.failure.attempt(else: false) {
            guard try RoomBlobs.isHere(blob, for: room.roomNumber, on: log.connection) else { return false }
            let isKept = try log.isKept(blob, for: room.number)
            for (message, isOurs) in try log.messages(naming: blob, in: room.number) where isOurs || isKept {
                guard case .left(let view) = standing else { return true }
                if view.contains(FeedPosition(feed: room.records.feed(of: message.line), seq: UInt64(message.seq))) {
                    return true
                }
            }
            // Pictures: of a person in the directory of their node, of a room in the room.
            guard standing == .participant else { return false }
            return try log.isPicture(blob, of: room.number, isKept: isKept)
        }
    }

    /// Blobs of the newest messages of a room that are not known to be here, each with its size and whose node sent it.
    package func blobsLacking(in room: RoomID, sizeMax: Int64, limit: Int) -> [(blob: Hash, size: UInt64, node: NodeID)]
    {
        guard let room = stored(room) else { return [] }
        return log.failure.attempt(else: []) {
            var rows = try log.connection.statement(
                """
                SELECT a.blob, a.size, n.id FROM attachment a JOIN person p ON p.number = a.person
                JOIN node n ON n.number = p.node
                WHERE a.room = ?1 AND a.message IS NOT NULL AND a.kind IS NULL AND a.size <= ?2 AND n.id <> ?4
                ORDER BY a.id DESC LIMIT ?3
                """)
            rows.bind(1, room.number)
            rows.bind(2, sizeMax)
            rows.bind(3, limit)
            rows.bind(4, node.bytes)
            var blobs: [(blob: Hash, size: UInt64, node: NodeID)] = []
            while try rows.step() {
                let blob = Hash(bytes: try rows.bytes32(0))
                blobs.append((blob, UInt64(clamping: rows.int64(1)), NodeID(try rows.bytes32(2))))
            }
            return blobs
        }
    }
}

extension LogState {
    /// It is here for that room: from now on it is shown and given to others there. `size`: that of its bytes, whatever messages say.
    package func keep(
        _ blob: Hash, size: UInt64, for room: RoomID, in transaction: borrowing Transaction
    ) throws {
        guard let room = try self.room(room) else { return }
        let owner = try RoomBlobs.owner(of: blob, in: room.roomNumber, on: transaction.connection)
        var row = try transaction.statement("INSERT OR IGNORE INTO room_blob VALUES (?1, ?2, ?3, ?4)")
        row.bind(1, room.number)
        row.bind(2, blob.bytes)
        row.bind(3, owner?.value ?? NodeTable.ownNumber)
        row.bind(4, Int64(clamping: size))
        try row.run()
    }
}

extension LogAccess {
    fileprivate func isKept(_ blob: Hash, for room: Int64) throws -> Bool {
        var row = try connection.statement("SELECT 1 FROM room_blob WHERE room = ?1 AND blob = ?2")
        row.bind(1, room)
        row.bind(2, blob.bytes)
        return try row.step()
    }

    /// Where they stand, and whether somebody of this node sent them.
    fileprivate func messages(naming blob: Hash, in room: Int64) throws -> [(Position, Bool)] {
        var rows = try connection.statement(
            """
            SELECT o.line, o.seq, p.node = 1 FROM attachment a JOIN operation o ON o.serial = a.message
            JOIN person p ON p.number = a.person WHERE a.blob = ?2 AND a.room = ?1
            """)
        rows.bind(1, room)
        rows.bind(2, blob.bytes)
        var messages: [(Position, Bool)] = []
        while try rows.step() { messages.append((Position(Line(rows.int(0)), rows.int(1)), rows.bool(2))) }
        return messages
    }

    /// Of our own people always.
    fileprivate func isPicture(_ blob: Hash, of room: Int64, isKept: Bool) throws -> Bool {
        var row = try connection.statement(
            """
            SELECT 1 FROM avatar a JOIN room r ON r.number = ?1
            WHERE a.blob = ?2 AND (
                a.is_person = 0 AND a.subject = ?1 AND ?3
                OR a.is_person = 1 AND r.nature = 2 AND EXISTS (
                    SELECT 1 FROM person p WHERE p.number = a.subject AND p.node = r.node AND (?3 OR p.node = 1)))
            """)
        row.bind(1, room)
        row.bind(2, blob.bytes)
        row.bind(3, isKept)
        return try row.step()
    }
}
