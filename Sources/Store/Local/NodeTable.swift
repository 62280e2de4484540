package import Operations
import Replica
package import SQLite

/// What nodes call themselves: a label for people, never a proof.
package enum NodeTable {
    /// Of this node, and in whatever file: its row is made before any other.
    package static let ownNumber: Int64 = 1

    /// From the newest card of a node. One that was never heard of here is given its number.
    package static func setName(
        _ name: String, of node: NodeID, in transaction: borrowing Transaction
    ) throws {
        let origin = try NameCache(transaction.connection).origin(for: node)
        var update = try transaction.statement("UPDATE node SET name = ?2 WHERE number = ?1 AND name <> ?2")
        update.bind(1, origin.number)
        update.bind(2, name)
        try update.run()
    }

    /// The beginning of its id where no card of it was seen; empty for one that was never heard of.
    package static func name(of node: NodeID, on connection: Connection) throws(SQLiteError) -> String {
        var row = try connection.statement("SELECT name FROM node WHERE id = ?1")
        row.bind(1, node.bytes)
        return try row.step() ? row.string(0) : ""
    }
}
