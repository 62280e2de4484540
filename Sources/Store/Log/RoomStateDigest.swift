package import Keys
import Operations
import Replica
package import SQLite

/// A room's digest (Spec/rooms.md, section 7), for those who compare nodes.
package enum RoomStateDigest {
    /// Nil where there is no such room. It goes through the whole history, so it is for a thread that has the time.
    package static func digest(of room: RoomNumber, on connection: Connection) throws -> Hash? {
        let log = try LogAccess(connection)
        var row = try connection.statement("SELECT id FROM room WHERE number = ?1")
        row.bind(1, room)
        guard try row.step() else { return nil }
        let id = RoomID(try row.bytes32(0))
        guard let stored = try RoomCache(log, countMax: 1).room(id, toChange: false) else { return nil }
        let digest = stored.room.state(in: stored.records)
        try log.failure.check()
        return digest
    }
}
