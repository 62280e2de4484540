package import Bytes
package import SQLite
import Store

/// What this node's people have read, as other nodes are told it: a register for each room, of which the newest replaces the one
/// before (Spec/operations.md, section 12).
package enum Receipts {
    /// Whoever keeps the clock calls `step` as often: so a room costs one register in that time, however many read in it.
    package static let intervalMilliseconds: Int64 = 3_000

    /// Tells of some of the rooms in which something was read since; true when none is left.
    package static func step(
        atMost limit: Int = 64, at now: Timestamp, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let rooms = try LocalReaders.rooms(limit: limit, on: transaction.connection)
        for room in rooms {
            let readers = try LocalReaders.readers(of: room, on: transaction.connection)
            try state.logState.tell(readers, of: room, at: now)
            try LocalReaders.told(room, in: transaction)
        }
        return rooms.count < limit
    }
}
