package import Operations
package import SQLite

/// A feed that its node has written in two ways, which is proved, as an operator is shown it. The proof goes out with
/// `parley operations` and `parley export`.
package struct ProvenFork: Equatable, Sendable {
    /// Of the log: the later it came, the greater.
    package let serial: Int64
    package let node: NodeID
    /// Of that node.
    package let name: String
    package let room: RoomNumber
    package let epoch: UInt64
    /// The lowest with two operations.
    package let seq: UInt64
}

package enum ForkTable {
    package static func count(on connection: Connection) throws(SQLiteError) -> Int {
        try connection.count("SELECT count(*) FROM fork WHERE serial IS NOT NULL")
    }

    /// The one that was proved last comes first.
    package static func forks(_ window: ListWindow, on connection: Connection) throws -> [ProvenFork] {
        var rows = try connection.statement(
            """
            SELECT f.serial, n.id, n.name, f.room, f.epoch, f.seq FROM fork f JOIN node n ON n.number = f.node
            WHERE f.serial IS NOT NULL ORDER BY f.serial DESC LIMIT ?1 OFFSET ?2
            """)
        rows.bind(1, window.limit)
        rows.bind(2, window.offset)
        var forks: [ProvenFork] = []
        while try rows.step() {
            forks.append(
                ProvenFork(
                    serial: rows.int64(0), node: NodeID(try rows.bytes32(1)), name: rows.string(2),
                    room: RoomNumber(rows.int64(3)), epoch: UInt64(bitPattern: rows.int64(4)),
                    seq: UInt64(bitPattern: rows.int64(5))))
        }
        return forks
    }
}
