import Gossip
import Operations
import Replica
import SQLite

// Questions about all rooms, answered by indexes.
extension LogAccess {
    func certificate(numbered number: Int64) throws -> Certificate {
        if let known = certificates[number] { return known }
        var row = try connection.statement("SELECT bytes FROM certificate WHERE number = ?1")
        row.bind(1, number)
        guard try row.step() else { throw StoreFault.damaged("certificate \(number)") }
        let certificate = try Certificate(decoding: row.bytes(0))
        if certificates.count >= 4_096 { certificates = [:] }
        certificates[number] = certificate
        return certificate
    }

    /// Whether both have a member in some room.
    func haveRoomInCommon(_ one: NodeID, _ other: NodeID) throws -> Bool {
        guard let one = try names.origin(of: one), let other = try names.origin(of: other) else { return false }
        var row = try connection.statement(
            """
            SELECT 1 FROM participant a JOIN participant b ON b.node = ?2 AND b.room = a.room WHERE a.node = ?1 LIMIT 1
            """)
        row.bind(1, one.number)
        row.bind(2, other.number)
        return try row.step()
    }

    /// The rooms in which both have a member, and all directories.
    func roomsInCommon(_ one: NodeID, _ other: NodeID) throws -> [RoomID] {
        var rooms: [RoomID] = []
        var directories = try connection.statement("SELECT id FROM room WHERE nature = 2")
        while try directories.step() { rooms.append(RoomID(try directories.bytes32(0))) }
        guard let one = try names.origin(of: one), let other = try names.origin(of: other) else { return rooms }
        var row = try connection.statement(
            """
            SELECT r.id FROM participant a JOIN participant b ON b.node = ?2 AND b.room = a.room
            JOIN room r ON r.number = a.room WHERE a.node = ?1 AND r.nature <> 2
            """)
        row.bind(1, one.number)
        row.bind(2, other.number)
        while try row.step() { rooms.append(RoomID(try row.bytes32(0))) }
        return rooms
    }

    /// What came after `position`, by the position of its newest entry. Costs what came.
    func roomsChanged(after position: UInt64) throws -> [ChangedRoom] {
        var rows = try connection.statement(
            """
            SELECT r.id, max(n.serial) AS newest,
                (SELECT time FROM operation WHERE room = n.room ORDER BY serial DESC LIMIT 1)
            FROM (
                SELECT room, serial FROM operation WHERE serial > ?1
                UNION ALL SELECT room, serial FROM announced WHERE serial > ?1
                UNION ALL SELECT room, serial FROM register WHERE serial > ?1
                UNION ALL SELECT room, serial FROM fork WHERE serial > ?1
            ) n JOIN room r ON r.number = n.room GROUP BY n.room ORDER BY newest
            """)
        rows.bind(1, Int64(clamping: position))
        var rooms: [ChangedRoom] = []
        while try rows.step() {
            rooms.append(
                ChangedRoom(
                    room: RoomID(try rows.bytes32(0)), position: UInt64(clamping: rows.int64(1)), activity: rows.bits(2)
                ))
        }
        return rooms
    }

    /// Does something that stays if it says so; else it is undone, in the file and in memory.
    func attempt(undoing rooms: RoomCache, _ body: () throws -> Bool) throws -> Bool {
        try connection.execute("SAVEPOINT attempt")
        let (before, stored) = (pending.parts, storage.changes)
        let result = Result { () throws -> Bool in
            let isKept = try body()
            try failure.check()
            return isKept
        }
        if case .success(true) = result {
            try connection.execute("RELEASE attempt")
            return true
        }
        pending.goBack(to: before)
        try connection.execute("ROLLBACK TO attempt")
        try connection.execute("RELEASE attempt")
        rooms.forgetChanges()
        forget()
        storage.goBack(to: stored)
        return try result.get()
    }
}
