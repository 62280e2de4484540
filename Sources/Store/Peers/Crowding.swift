package import Operations
import Replica
import SQLite

// What nodes have had refused, and when it is asked for after all.

/// A node of which so much is kept that something of it is refused, or was.
package struct CrowdingNode: Equatable, Sendable {
    package let node: NodeID
    package let stored: StoredBytes
    /// Whether payloads of it are still not asked for.
    package let isLacking: Bool
}

extension LogKeeper {
    /// Those of which at least so much is kept, or something was refused, in the order of their numbers.
    package func crowding(from bytes: Int64) -> [CrowdingNode] {
        log.failure.attempt(else: []) {
            var rows = try log.connection.statement(
                """
                SELECT n.id, s.operations, s.blobs, EXISTS (SELECT 1 FROM wanted WHERE refused = s.node) AS is_lacking
                FROM stored s JOIN node n ON n.number = s.node
                WHERE s.operations + s.blobs >= ?1 OR is_lacking ORDER BY s.node
                """)
            rows.bind(1, bytes)
            var nodes: [CrowdingNode] = []
            while try rows.step() {
                nodes.append(
                    CrowdingNode(
                        node: NodeID(try rows.bytes32(0)),
                        stored: StoredBytes(operations: rows.int64(1), blobs: rows.int64(2)), isLacking: rows.bool(3)))
            }
            return nodes
        }
    }
}

extension LogState {
    /// How much is kept of one other node at most; nil where that is not bounded.
    package var storageBytesMax: Int64? {
        get { log.storage.bytesMax }
        set { log.storage.bytesMax = newValue }
    }

    /// Of what was refused of these nodes some is to be asked for from now on: in which rooms. Nothing as long as much is being
    /// asked for, since it may not find room.
    package func askForRefused(of nodes: [NodeID], limit: Int = 1_024) throws -> [RoomID] {
        var asked = try log.connection.statement(
            "SELECT count(*) FROM (SELECT 1 FROM wanted WHERE refused IS NULL LIMIT ?1)")
        asked.bind(1, limit)
        guard try asked.step(), asked.int(0) < limit else { return [] }
        var rooms: Set<RoomID> = []
        for node in nodes {
            guard let origin = try log.names.origin(of: node) else { continue }
            var rows = try log.connection.statement(
                """
                SELECT r.id, w.room, w.serial FROM wanted w JOIN room r ON r.number = w.room WHERE w.refused = ?1 LIMIT ?2
                """)
            rows.bind(1, origin.number)
            rows.bind(2, limit)
            var found: [(room: Int64, serial: Int64)] = []
            while try rows.step() {
                rooms.insert(RoomID(try rows.bytes32(0)))
                found.append((rows.int64(1), rows.int64(2)))
            }
            for (room, serial) in found {
                var row = try log.connection.statement(
                    "UPDATE wanted SET refused = NULL WHERE room = ?1 AND serial = ?2")
                row.bind(1, room)
                row.bind(2, serial)
                try row.run()
            }
        }
        return rooms.sorted()
    }
}
