import Bytes
import Gossip
package import Keys
package import Operations
package import Replica
import SQLite

/// A room as it is cached: its fold, and the records that this goes over. Of one thread.
package final class StoredRoom {
    package let number: Int64
    package let records: StoreRecords
    package private(set) var room: Room
    /// What one step changes, before it is settled.
    private var changes: [StateChange] = []
    /// What the room comes to, once that was asked for.
    var knownView: RoomView?
    /// What registers name, by the first eight bytes of the ids, once that was asked for; perhaps also what they named before.
    var knownNames: Set<Int64>?
    /// Too many to be kept in memory.
    var hasManyNames = false
    /// Per line the last seq that is passed on.
    private var ends: [Int] = []
    private(set) var participants: Set<Origin>
    private var knownClock: RoomClock?
    /// Of the log, as it was when this was read.
    private var readAt: Int64
    /// Where we write on, once that was asked for.
    var knownFeed: OwnFeed?
    let log: LogAccess

    package var id: RoomID { room.id }
    package var nature: RoomNature { room.nature }

    init(number: Int64, id: RoomID, nature: RoomNature, of log: LogAccess) throws {
        self.number = number
        self.log = log
        var records = try StoreRecords(room: number, id: id, of: log)
        self.records = records
        room = Room(id, nature: nature, restoredFrom: &records)
        try log.failure.check()
        participants = try Self.participants(of: number, log.connection)
        ends = records.lines.indices.map { records.lines[$0].storedEnd ?? records.tip(of: Line($0)) }
        readAt = try log.serials.last()
    }

    // MARK: Reading on

    private static let followedMax = 256

    /// Takes notice of what others have written since this was read. False where it has to be read anew: who only reads goes on
    /// with what mostly comes, which is messages.
    func follow() throws -> Bool {
        let now = try log.serials.last()
        records.knownFields = try records.loadFields()
        (knownView, knownNames, knownFeed, hasManyNames) = (nil, nil, nil, false)
        clockChanged()
        guard now != readAt else { return true }
        guard try !hasTurned() else { return false }
        var count = 0
        for (position, counts) in try operationsSince() {
            count += 1
            guard counts, count <= Self.followedMax, records.lines.indices.contains(position.line.index),
                records.tip(of: position.line) == position.seq - 1,
                records.clocks.follow(position.line, in: records.steps) == position,
                room.follow(position, in: records)
            else { return false }
            ends[position.line.index] = position.seq
        }
        readAt = now
        return true
    }

    /// Whether something was passed on later than it came, or a fork was proved.
    private func hasTurned() throws -> Bool {
        var row = try log.connection.statement(
            """
            SELECT EXISTS (SELECT 1 FROM announced WHERE room = ?1 AND serial > ?2)
                OR EXISTS (SELECT 1 FROM fork WHERE room = ?1 AND serial > ?2)
            """)
        row.bind(1, number)
        row.bind(2, readAt)
        return try row.step() && row.bool(0)
    }

    private func operationsSince() throws -> [(position: Position, counts: Bool)] {
        var rows = try log.connection.statement(
            """
            SELECT line, seq, counts FROM operation WHERE room = ?1 AND serial > ?2 ORDER BY serial LIMIT ?3
            """)
        rows.bind(1, number)
        rows.bind(2, readAt)
        rows.bind(3, Self.followedMax + 1)
        var operations: [(position: Position, counts: Bool)] = []
        while try rows.step() { operations.append((Position(Line(rows.int(0)), rows.int(1)), rows.bool(2))) }
        return operations
    }

    // MARK: Taking in

    /// An operation whose past is here and that is not.
    package func take(
        _ operation: Operation, under certificate: Certificate, from source: NodeID?,
        writtenIn incarnation: Int64? = nil
    ) {
        log.failure.attempt {
            try log.keep(certificate)
            self.records.arrival = StoreRecords.Arrival(
                source: try source.map { try log.names.origin(for: $0) }, incarnation: incarnation)
        }
        var records = records
        let operation = takes(operation, from: source) ? operation : operation.with(checkedPayload: nil)
        room.take(operation, rank: certificate.rank, into: &records, changes: &changes)
        records.arrival = StoreRecords.Arrival()
        if incarnation == nil { leave(operation) }
        settle(isLocal: incarnation != nil)
    }

    /// Whether there is room for its payload too. What the operator imports has it.
    private func takes(_ operation: Operation, from source: NodeID?) -> Bool {
        guard source != nil, operation.payload != nil else { return true }
        return log.failure.attempt(else: true) {
            let origin = try log.names.origin(for: operation.header.origin)
            return try log.storage.takesPayload(of: operation.header, by: origin)
        }
    }

    /// Somebody, or a file, brought what continues a feed of ours: there is another node that takes itself for us, or was until lately. We write
    /// no further there.
    private func leave(_ operation: Operation) {
        guard let line = records.position(of: operation.id)?.line, records.lines[line.index].incarnation != nil else {
            return
        }
        knownFeed = nil
        records.lines[line.index].incarnation = nil
        log.failure.attempt {
            var row = try log.connection.statement(
                "UPDATE line SET incarnation = NULL WHERE room = ?1 AND number = ?2")
            row.bind(1, number)
            row.bind(2, line.index)
            try row.run()
        }
    }

    package func take(payload: [UInt8], of id: OperationID) -> Bool {
        var records = records
        guard let position = records.position(of: id), records.takesPayload(at: position) else { return false }
        let isTaken = room.take(payload: payload, of: id, into: &records, changes: &changes)
        settle()
        return isTaken
    }

    package func take(_ register: SignedRegister, from source: NodeID?) -> Bool {
        log.failure.attempt {
            self.records.arrival.source = try source.map { try log.names.origin(for: $0) }
        }
        var records = records
        let isTaken = room.take(register, into: &records, changes: &changes)
        records.arrival = StoreRecords.Arrival()
        settle()
        return isTaken
    }

    /// That a feed is forked; the proof itself is kept with `keep(_:from:)`.
    package func take(forkOf feed: Feed, at seq: UInt64) -> Bool {
        var records = records
        let isTaken = room.take(forkOf: feed, at: seq, into: &records, changes: &changes)
        settle()
        return isTaken
    }

    /// What was told of somebody whom no operation here speaks of.
    func keep(met profile: Profile) {
        let before = records.metProfile(of: profile.person)
        guard profile != before else { return }
        records.keep(profile)
        changes.append(.profile(profile, before: before))
        settle()
    }

    package func eraseContents() {
        var records = records
        room.eraseContents(from: &records, changes: &changes)
        settle()
    }

    // MARK: What is passed on

    /// As peers are told it.
    var clock: RoomClock {
        if let knownClock { return knownClock }
        let clock = makeClock()
        knownClock = clock
        return clock
    }

    func clockChanged() {
        knownClock = nil
    }

    private func settle(isLocal: Bool = false) {
        defer { changes.removeAll(keepingCapacity: true) }
        log.pending.append(changes, of: id, isLocal: isLocal)
        clockChanged()
        let isStanding = changes.contains { if case .standing = $0 { true } else { false } }
        if isStanding || ends.isEmpty { log.failure.attempt { try keepParticipants() } }
        for line in ends.count..<max(ends.count, records.lineCount) {
            ends.append(records.facts(of: Line(line)).start - 1)
        }
        var passedOn: [Position] = []
        for change in changes {
            switch change {
            case .passedOn(let line, let seqs):
                passedOn += seqs.map { Position(line, $0) }
                ends[line.index] = seqs.upperBound
            case .setAside(let line, let seqs): ends[line.index] = seqs.lowerBound - 1
            default: continue
            }
        }
        announce(passedOn)
        for index in ends.indices {
            let end = ends[index] == records.tip(of: Line(index)) ? nil : ends[index]
            if records.lines[index].storedEnd != end { records.keep(passedEnd: end, of: Line(index)) }
        }
    }

    /// What was set aside for a while comes to peers anew, in the order in which it came here, and what builds on it
    /// comes behind it once more.
    private func announce(_ positions: [Position]) {
        guard !positions.isEmpty else { return }
        let again = positions.map { records.serial(at: $0) }.sorted()
        if again == [records.appended] { return }
        log.failure.attempt {
            for serial in again {
                var row = try log.connection.statement(
                    """
                    INSERT INTO announced (serial, room, operation) VALUES (?1, ?2, ?3)
                    ON CONFLICT (operation) DO UPDATE SET serial = excluded.serial
                    """)
                row.bind(1, try log.serials.next())
                row.bind(2, number)
                row.bind(3, serial)
                try row.run()
            }
        }
    }

    func passedEnd(of line: Line) -> Int { ends[line.index] }

    // MARK: Participants

    private static func participants(of room: Int64, _ connection: Connection) throws -> Set<Origin> {
        var rows = try connection.statement("SELECT node FROM participant WHERE room = ?1")
        rows.bind(1, room)
        var participants: Set<Origin> = []
        while try rows.step() { participants.insert(Origin(rows.uint32(0))) }
        return participants
    }

    private func keepParticipants() throws {
        let now = Set(try room.participants(in: records).map { try log.names.origin(for: $0) })
        for origin in now.subtracting(participants) {
            var row = try log.connection.statement("INSERT INTO participant VALUES (?1, ?2)")
            row.bind(1, number)
            row.bind(2, origin.number)
            try row.run()
        }
        for origin in participants.subtracting(now) {
            var row = try log.connection.statement("DELETE FROM participant WHERE room = ?1 AND node = ?2")
            row.bind(1, number)
            row.bind(2, origin.number)
            try row.run()
        }
        participants = now
    }

    // MARK: Questions

    package var state: Hash { room.state(in: records) }
    package var dump: [UInt8] { room.dump(in: records) }
}

extension StoreRecords {
    func keep(passedEnd: Int?, of line: Line) {
        lines[line.index].storedEnd = passedEnd
        failure.attempt {
            var row = try connection.statement("UPDATE line SET passed_end = ?3 WHERE room = ?1 AND number = ?2")
            row.bind(1, room)
            row.bind(2, line.index)
            row.bind(3, passedEnd.map { Int64($0) })
            try row.run()
        }
    }
}

extension LogAccess {
    /// Keeps a certificate that was verified.
    func keep(_ certificate: Certificate) throws {
        guard !knownCertificates.contains(certificate.hash) else { return }
        var known = try connection.statement("SELECT 1 FROM certificate WHERE hash = ?1")
        known.bind(1, certificate.hash.bytes)
        if try !known.step() {
            let rank = certificate.rank
            var row = try connection.statement(
                """
                INSERT INTO certificate (hash, node, recoveries, hand_overs, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
                """)
            row.bind(1, certificate.hash.bytes)
            row.bind(2, try names.origin(for: certificate.node).number)
            row.bind(3, rank.recoveries)
            row.bind(4, rank.handOvers)
            row.bind(5, copying: certificate.encoded.span)
            try row.run()
        }
        if knownCertificates.count >= 4_096 { knownCertificates = [] }
        knownCertificates.insert(certificate.hash)
    }
}
