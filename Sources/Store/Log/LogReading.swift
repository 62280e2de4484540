package import Gossip
package import Operations
package import SQLite

/// The log over a connection for reading: for the threads that answer peers. Of one thread.
///
/// Rooms stay in memory, and are read on from where they were when something was committed. What is kept apart for peers is known to the writer alone: whoever reads is lent what it told.
package final class LogReading {
    private let log: LogAccess
    private let rooms: RoomCache
    private let node: NodeID
    private var version: Int64?

    package init(_ connection: Connection, node: NodeID, roomsMax: Int = 64) throws {
        log = try LogAccess(connection)
        rooms = RoomCache(log, countMax: roomsMax)
        self.node = node
    }

    /// All that `body` asks is of one state of the log.
    package func read<Result>(
        peers: KnownPeers, staged: StagedClocks = StagedClocks(), _ body: (LogKeeper) throws -> Result
    ) throws -> Result {
        try log.connection.snapshot {
            let now = try dataVersion()
            if version == nil {
                rooms.forgetAll()
                log.forget()
            } else if now != version {
                rooms.othersHaveWritten()
                log.othersHaveWritten()
            }
            version = now
            let result = try body(LogKeeper(log, rooms, node: node, peers: peers, staged: staged))
            do {
                try log.failure.check()
            } catch {
                version = nil
                throw error
            }
            return result
        }
    }

    /// Changes with every commit of another connection.
    private func dataVersion() throws(SQLiteError) -> Int64 {
        // Within a transaction it tells the state at its beginning only once something was read.
        _ = try log.connection.schemaVersion
        var row = try log.connection.statement("PRAGMA data_version")
        return try row.step() ? row.int64(0) : 0
    }
}
