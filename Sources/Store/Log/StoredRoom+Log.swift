import Gossip
import Keys
package import Operations
import Replica
import SQLite

// A room's log as peers are told of it.
extension StoredRoom {
    func isParticipant(_ node: NodeID) -> Bool {
        log.failure.attempt(else: false) { try log.names.origin(of: node).map(participants.contains) ?? false }
    }

    /// Of a forked feed there are several, the one that was known first before the others.
    func lines(of feed: Feed) -> [Line] {
        records.lines.indices.map(Line.init).filter { line in
            records.lines[line.index].facts.epoch == feed.epoch && records.feed(of: line) == feed
        }
    }

    /// The operation that the clock counts for a place, or else one that is held for it.
    func position(at place: FeedPosition) -> Position? {
        guard let seq = UInt32(exactly: place.seq).map(Int.init) else { return nil }
        var held: Position?
        for line in records.lines.indices.map(Line.init)
        where records.lines[line.index].facts.epoch == place.feed.epoch && seq <= records.tip(of: line) {
            guard records.lines[line.index].facts.start <= seq, records.feed(of: line) == place.feed else { continue }
            let position = Position(line, seq)
            if room.isPassedOn(position) { return position }
            held = held ?? position
        }
        return held
    }

    func successor(of position: Position) -> Position? {
        if position.seq < records.tip(of: position.line) { return Position(position.line, position.seq + 1) }
        return records.lines.indices.first { records.lines[$0].facts.base == position }
            .map { Position(Line($0), position.seq + 1) }
    }

    func setAsideCount(of node: NodeID) -> Int {
        guard let origin = records.origin(of: node) else { return 0 }
        return records.lines.indices.reduce(0) { count, index in
            guard records.lines[index].facts.origin == origin else { return count }
            return count + records.tip(of: Line(index)) - passedEnd(of: Line(index))
        }
    }

    // MARK: The clock

    func makeClock() -> RoomClock {
        var clock = RoomClock()
        log.failure.attempt {
            var proofs = try log.connection.statement(
                "SELECT node, epoch, proof_seq FROM fork WHERE room = ?1 AND proof_seq IS NOT NULL")
            proofs.bind(1, number)
            while try proofs.step() {
                let feed = Feed(origin: try log.names.node(Origin(proofs.uint32(0))), epoch: proofs.bits(1))
                clock.fork(feed, at: proofs.bits(2))
            }
        }
        for entry in room.clock(in: records).entries { clock.reach(entry.feed, entry.seq) }
        for register in records.registers { clock.take(register.version, of: register.register.origin) }
        return clock
    }

    // MARK: Proofs

    func keep(witnesses: [Operation], of position: Position) throws {
        var packer = RunPacker(withPayloads: false, isContinuation: true)
        for witness in witnesses where !packer.append(witness) { return }
        guard let run = packer.finish() else { return }
        var row = try log.connection.statement("REPLACE INTO witness (room, line, seq, run) VALUES (?1, ?2, ?3, ?4)")
        row.bind(1, number)
        row.bind(2, position.line.index)
        row.bind(3, position.seq)
        row.bind(4, copying: run.span)
        try row.run()
    }

    /// Empty where there is no need of them.
    func witnesses(of position: Position) throws -> [Operation] {
        var row = try log.connection.statement("SELECT run FROM witness WHERE room = ?1 AND line = ?2 AND seq = ?3")
        row.bind(1, number)
        row.bind(2, position.line.index)
        row.bind(3, position.seq)
        guard try row.step() else { return [] }
        let (last, origin) = (records.kept(at: position).id, records.feed(of: position.line).origin)
        let run = try Run(continuing: row.bytes(0), of: origin, in: id) { _ in last }
        return run?.operations ?? []
    }

    func proof(of feed: Feed) throws -> ForkProof? {
        guard let origin = try log.names.origin(of: feed.origin) else { return nil }
        var row = try log.connection.statement(
            "SELECT proof FROM fork WHERE room = ?1 AND node = ?2 AND epoch = ?3 AND proof IS NOT NULL")
        row.bind(1, number)
        row.bind(2, origin.number)
        row.bind(3, bits: feed.epoch)
        return try row.step() ? try ForkProof(decoding: row.bytes(0)) : nil
    }

    package func take(_ proof: ForkProof, from source: NodeID?) -> Bool {
        let isNew = log.failure.attempt(else: false) {
            guard let origin = try log.names.origin(of: proof.feed.origin) else { return true }
            var known = try log.connection.statement(
                "SELECT 1 FROM fork WHERE room = ?1 AND node = ?2 AND epoch = ?3 AND proof_seq <= ?4")
            known.bind(1, number)
            known.bind(2, origin.number)
            known.bind(3, bits: proof.feed.epoch)
            known.bind(4, bits: proof.seq)
            return try !known.step()
        }
        guard isNew else { return false }
        _ = take(forkOf: proof.feed, at: proof.seq)
        log.failure.attempt { try keep(proof, from: source) }
        clockChanged()
        return true
    }

    private func keep(_ proof: ForkProof, from source: NodeID?) throws {
        var row = try log.connection.statement(
            """
            INSERT INTO fork (room, node, epoch, seq, proof_seq, serial, source, proof)
            VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)
            ON CONFLICT (room, node, epoch) DO UPDATE
                SET seq = min(seq, excluded.seq), proof_seq = excluded.proof_seq, serial = excluded.serial, source = excluded.source, proof = excluded.proof
            """)
        row.bind(1, number)
        row.bind(2, try log.names.origin(for: proof.feed.origin).number)
        row.bind(3, bits: proof.feed.epoch)
        row.bind(4, bits: proof.seq)
        row.bind(5, try log.serials.next())
        row.bind(6, try source.map { Int64(try log.names.origin(for: $0).number) })
        row.bind(7, copying: proof.encoded.span)
        try row.run()
    }

    // MARK: Entries

    func entry(at position: Position) -> LogEntry? {
        log.failure.attempt(else: nil) {
            var row = try log.connection.statement(
                """
                SELECT coalesce(a.serial, o.serial), o.payload_size, o.source
                FROM operation o LEFT JOIN announced a ON a.operation = o.serial
                WHERE o.room = ?1 AND o.line = ?2 AND o.seq = ?3
                """)
            row.bind(1, number)
            row.bind(2, position.line.index)
            row.bind(3, position.seq)
            guard try row.step() else { return nil }
            let place = FeedPosition(feed: records.feed(of: position.line), seq: UInt64(position.seq))
            return LogEntry(
                position: UInt64(clamping: row.int64(0)), item: .operation(place), bytes: row.int(1) + Self.headerBytes,
                source: try source(row.optionalInt64(2)))
        }
    }

    /// About what a header with its signature weighs.
    private static let headerBytes = 260

    private func source(_ number: Int64?) throws -> NodeID? {
        try number.map { try log.names.node(Origin(UInt32(clamping: $0))) }
    }

    func entries(after position: UInt64, limit: Int) throws -> [LogEntry] {
        // Each part by itself is in order and ends at the limit, so that a page costs what it holds.
        var rows = try log.connection.statement(
            """
            SELECT * FROM (
                SELECT o.serial AS place, 0, o.line, o.seq, o.payload_size, o.source FROM operation o
                JOIN line l ON l.room = o.room AND l.number = o.line
                WHERE o.room = ?1 AND o.serial > ?2 AND (l.passed_end IS NULL OR o.seq <= l.passed_end)
                    AND NOT EXISTS (SELECT 1 FROM announced WHERE operation = o.serial)
                ORDER BY o.serial LIMIT ?3)
            UNION ALL SELECT * FROM (
                SELECT a.serial, 0, o.line, o.seq, o.payload_size, o.source FROM announced a
                JOIN operation o ON o.serial = a.operation JOIN line l ON l.room = o.room AND l.number = o.line
                WHERE a.room = ?1 AND a.serial > ?2 AND (l.passed_end IS NULL OR o.seq <= l.passed_end)
                ORDER BY a.serial LIMIT ?3)
            UNION ALL SELECT serial, 1, node, 0, length(bytes), source FROM register WHERE room = ?1 AND serial > ?2
            UNION ALL SELECT serial, 2, node, rowid, length(proof), source FROM fork WHERE room = ?1 AND serial > ?2
            ORDER BY 1 LIMIT ?3
            """)
        rows.bind(1, number)
        rows.bind(2, Int64(clamping: position))
        rows.bind(3, Int64(clamping: limit))
        var entries: [LogEntry] = []
        while try rows.step() {
            let item: LogEntry.Item
            switch rows.int(1) {
            case 0:
                item = .operation(
                    FeedPosition(feed: records.feed(of: Line(rows.int(2))), seq: UInt64(clamping: rows.int64(3))))
            case 1:
                let origin = Origin(rows.uint32(2))
                guard let register = records.register(of: origin) else { throw StoreFault.damaged("register") }
                item = .register(register.register.origin, register.version)
            default: item = .fork(try fork(rows.int64(3)))
            }
            entries.append(
                LogEntry(
                    position: UInt64(clamping: rows.int64(0)), item: item,
                    bytes: rows.int(4) + (rows.int(1) == 0 ? Self.headerBytes : 0),
                    source: try source(rows.optionalInt64(5))))
        }
        return entries
    }

    private func fork(_ row: Int64) throws -> FeedPosition {
        var fork = try log.connection.statement("SELECT node, epoch, proof_seq FROM fork WHERE rowid = ?1")
        fork.bind(1, row)
        guard try fork.step() else { throw StoreFault.damaged("fork") }
        return FeedPosition(
            feed: Feed(origin: try log.names.node(Origin(fork.uint32(0))), epoch: fork.bits(1)), seq: fork.bits(2))
    }
}
