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
    ) throws(SQLiteError) {
        var delete = try transaction.statement(
            """
            DELETE FROM room_blob WHERE room = ?1 AND blob = ?2
                AND NOT EXISTS (SELECT 1 FROM attachment WHERE blob = ?2 AND room = ?1)
                AND NOT EXISTS (SELECT 1 FROM avatar WHERE blob = ?2 AND (is_person = 1 OR subject = ?1))
            """)
        delete.bind(1, room)
        delete.bind(2, blob.bytes)
        try delete.run()
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

    /// Whether a peer may have it of us. For one that has left, only what was sent within their view.
    package func mayGive(_ blob: Hash, of room: RoomID, to peer: NodeID) -> Bool {
        let standing = standing(of: peer, in: room)
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
    /// It is here for that room: from now on it is shown and given to others there.
    package func keep(_ blob: Hash, for room: RoomID, in transaction: borrowing Transaction) throws {
        guard let room = try self.room(room) else { return }
        var row = try transaction.statement("INSERT OR IGNORE INTO room_blob VALUES (?1, ?2)")
        row.bind(1, room.number)
        row.bind(2, blob.bytes)
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
