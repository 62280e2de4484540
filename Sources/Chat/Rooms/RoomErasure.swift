package import Bytes
package import SQLite
import Store

/// What was said in a deleted room is erased a day later (Spec/rooms.md, section 4).
package enum RoomErasure {
    /// One room; true when none is due.
    package static func step(
        at now: Timestamp, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        guard let room = try state.logState.roomToErase(at: now) else { return true }
        state.logState.clock = now.milliseconds
        room.eraseContents()
        return false
    }
}
