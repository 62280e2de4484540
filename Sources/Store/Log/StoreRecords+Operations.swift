import Bytes
import Gossip
import Keys
package import Operations
package import Replica
import SQLite

extension StoreRecords {
    // MARK: Appending

    package func append(
        _ operation: Operation, by author: Person, rank: KeyRank, prev: Position?, deps: [Position],
        about message: Position?, isWanted: Bool
    ) -> Position {
        let header = operation.header
        let line = line(behind: prev, of: author.origin, header.epoch, rank)
        let position = clocks.extend(line)
        if let prev { see(prev, from: position) }
        for dep in deps { see(dep, from: position) }
        if let clock = clocks.checkpoint(of: line) { steps.keep(clock, at: position) }
        let kept = KeptOperation(
            id: operation.id, author: author, kind: header.knownKind, time: header.time,
            target: message.flatMap { isInPast($0, of: position) ? $0 : nil }, hasPayload: header.payload != nil)
        let serial: Int64 = failure.attempt(else: 0) {
            let serial = try serials.next()
            try insert(operation, kept, serial, at: position)
            storage.add(header, withPayload: operation.payload != nil, by: author.origin)
            return serial
        }
        if isWanted { want(serial, header, by: author.origin) }
        recent.keep(kept, serial: serial, header, at: position, in: room)
        if kept.kind == .messagePost {
            pendingPost = PendingPost(
                position: position, serial: serial, sender: author.row, isFiled: arrival.incarnation == nil)
        }
        appended = serial
        return position
    }

    private func line(behind prev: Position?, of origin: Origin, _ epoch: UInt64, _ rank: KeyRank) -> Line {
        if let prev, prev.seq == clocks.tip(of: prev.line) { return prev.line }
        let facts = LineFacts(
            origin: origin, epoch: epoch, rank: rank, start: prev.map { $0.seq + 1 } ?? 0, base: prev)
        let line = clocks.open(start: facts.start)
        var row = LineRow(facts: facts, certificate: 0, incarnation: arrival.incarnation, storedEnd: nil)
        failure.attempt {
            row.certificate = try certificateNumber(rank.hash)
            var insertion = try connection.statement(
                """
                INSERT INTO line (room, number, node, epoch, certificate, start, base, incarnation)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """)
            insertion.bind(1, room)
            insertion.bind(2, line.index)
            insertion.bind(3, origin.number)
            insertion.bind(4, bits: epoch)
            insertion.bind(5, row.certificate)
            insertion.bind(6, facts.start)
            insertion.bind(7, prev.map { Int64($0.line.index) })
            insertion.bind(8, row.incarnation)
            try insertion.run()
        }
        lines.append(row)
        return line
    }

    private func certificateNumber(_ hash: Hash) throws -> Int64 {
        var row = try connection.statement("SELECT number FROM certificate WHERE hash = ?1")
        row.bind(1, hash.bytes)
        guard try row.step() else { throw StoreFault.damaged("certificate \(hash)") }
        return row.int64(0)
    }

    private func see(_ other: Position, from position: Position) {
        if clocks.see(other, from: position.line, in: steps) {
            steps.keep(LineStep(seq: position.seq, seen: other), of: position.line)
        }
    }

    private func insert(_ operation: Operation, _ kept: KeptOperation, _ serial: Int64, at position: Position) throws {
        let header = operation.header
        var deps: [UInt8] = []
        for dep in header.dependencies { dep.bytes.withSpan { deps.append(copying: $0) } }
        var row = try connection.statement(
            """
            INSERT INTO operation (serial, room, line, seq, id, id_prefix, author, kind, time, payload_size, unknown_kind, deps,
                target, target_key, target_role, target_line, target_seq, signature, source, payload_hash)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
            """)
        row.bind(1, serial)
        row.bind(2, room)
        row.bind(3, position.line.index)
        row.bind(4, position.seq)
        row.bind(5, operation.id.bytes)
        row.bind(6, operation.id.bytes.prefix)
        row.bind(7, kept.author.row)
        row.bind(8, kept.kind?.code ?? 0)
        row.bind(9, header.time)
        row.bind(10, header.payload.map { Int64($0.size) })
        if case .unknown(let name) = header.kind { row.bind(11, name) }
        if !deps.isEmpty { row.bind(12, copying: deps.span) }
        switch header.target {
        case .none: break
        case .operation(let id):
            row.bind(13, id.bytes)
            row.bind(14, id.bytes.prefix)
        case .user(let user):
            row.bind(14, try names.person(for: user).row)
            row.bind(15, 0)
        case .grant(let user, let role):
            row.bind(14, try names.person(for: user).row)
            row.bind(15, role == .admin ? 2 : 1)
        }
        row.bind(16, kept.target, and: 17)
        if let signature = operation.signature { signature.bytes.withSpan { row.bind(18, copying: $0) } }
        row.bind(19, arrival.source.map { Int64($0.number) })
        if operation.payload == nil, let reference = header.payload { row.bind(20, reference.hash.bytes) }
        try row.run()
        var name = try connection.statement("INSERT INTO operation_new (prefix, serial) VALUES (?1, ?2)")
        name.bind(1, operation.id.bytes.prefix)
        name.bind(2, serial)
        try name.run()
        filedIDs.note()
        if let payload = operation.payload { try insert(payload, number: serial) }
    }

    // MARK: Looking up

    package func position(of id: OperationID) -> Position? {
        if let known = recent.position(of: id, in: room) { return known }
        // Whoever asks for what must be there gets something that is.
        let fallback = lineCount > 0 ? Position(Line(0), clocks.start(of: Line(0))) : nil
        return failure.attempt(else: fallback) {
            var rows = try connection.statement(
                """
                SELECT o.id, o.room, o.line, o.seq FROM
                    (SELECT serial FROM operation_new WHERE prefix = ?1
                    UNION ALL SELECT serial FROM operation_id WHERE prefix = ?1) n
                    JOIN operation o ON o.serial = n.serial
                """)
            rows.bind(1, id.bytes.prefix)
            while try rows.step() {
                if rows.int64(1) == room, try rows.bytes32(0) == id.bytes {
                    return Position(Line(rows.int(2)), rows.int(3))
                }
            }
            return nil
        }
    }

    func entry(at position: Position) -> RecentOperations.Entry {
        if let known = recent.entry(at: position, in: room) { return known }
        return failure.attempt(else: nothing(at: position)) {
            var row = try connection.statement(
                """
                SELECT serial, id, author, kind, time, target_line, target_seq, payload_size FROM operation
                WHERE room = ?1 AND line = ?2 AND seq = ?3
                """)
            row.bind(1, room)
            row.bind(2, position.line.index)
            row.bind(3, position.seq)
            guard try row.step() else { throw StoreFault.damaged("operation \(position) of room \(room)") }
            let kept = KeptOperation(
                id: OperationID(try row.bytes32(1)),
                author: Person(row: row.int64(2), of: facts(of: position.line).origin),
                kind: KnownKind(code: row.int64(3)), time: try row.time(4), target: row.position(5, 6),
                hasPayload: !row.isNull(7))
            recent.keep(kept, serial: row.int64(0), at: position, in: room)
            return RecentOperations.Entry(kept: kept, serial: row.int64(0))
        }
    }

    /// In the place of what can't be read: an operation that does nothing.
    private func nothing(at position: Position) -> RecentOperations.Entry {
        let kept = KeptOperation(
            id: OperationID(Bytes32()), author: Person(origin: facts(of: position.line).origin, handle: 0), kind: .join,
            time: HybridTime(milliseconds: 0), target: nil, hasPayload: false)
        return RecentOperations.Entry(kept: kept, serial: 0)
    }

    package func kept(at position: Position) -> KeptOperation { entry(at: position).kept }

    func serial(at position: Position) -> Int64 { entry(at: position).serial }

    package func payload(at position: Position) -> [UInt8]? {
        let entry = entry(at: position)
        guard entry.kept.hasPayload else { return nil }
        return failure.attempt(else: nil) { try storedPayload(serial: entry.serial)?.bytes }
    }

    private func storedPayload(serial: Int64) throws -> (number: Int64, bytes: [UInt8])? {
        var row = try connection.statement(
            """
            SELECT t.number, t.bytes FROM operation o JOIN text t ON t.number = coalesce(o.text, o.serial)
            WHERE o.serial = ?1 AND o.payload_hash IS NULL
            """)
        row.bind(1, serial)
        return try row.step() ? (row.int64(0), row.array(1) ?? []) : nil
    }

    // MARK: Texts

    private func insert(_ bytes: [UInt8], number: Int64) throws {
        var row = try connection.statement("INSERT INTO text (number, bytes) VALUES (?1, ?2)")
        row.bind(1, number)
        row.bind(2, copying: bytes.span)
        try row.run()
    }

    /// Puts it behind all others, and says where.
    func keep(text bytes: [UInt8]) throws -> Int64 {
        let number = try serials.next()
        try insert(bytes, number: number)
        return number
    }

    /// Overwrites it where it stands.
    func erase(text number: Int64) throws {
        var row = try connection.statement("UPDATE text SET bytes = zeroblob(length(bytes)) WHERE number = ?1")
        row.bind(1, number)
        try row.run()
    }

    package func counts(at position: Position) -> Bool {
        failure.attempt(else: true) {
            var row = try connection.statement(
                "SELECT counts FROM operation WHERE room = ?1 AND line = ?2 AND seq = ?3")
            row.bind(1, room)
            row.bind(2, position.line.index)
            row.bind(3, position.seq)
            return try row.step() ? row.bool(0) : true
        }
    }

    package func set(counts: Bool, at position: Position) {
        failure.attempt {
            var row = try connection.statement(
                "UPDATE operation SET counts = ?4 WHERE room = ?1 AND line = ?2 AND seq = ?3")
            row.bind(1, room)
            row.bind(2, position.line.index)
            row.bind(3, position.seq)
            row.bind(4, counts)
            try row.run()
        }
    }

    package func operations(by author: Person?, on line: Line, in seqs: ClosedRange<Int>) -> [Position] {
        let all = clocks.start(of: line)...clocks.tip(of: line)
        guard seqs.overlaps(all) else { return [] }
        let seqs = seqs.clamped(to: all)
        guard let author else { return seqs.map { Position(line, $0) } }
        guard facts(of: line).origin == author.origin else { return [] }
        return failure.attempt(else: []) {
            var rows = try connection.statement(
                """
                SELECT seq FROM operation WHERE room = ?1 AND line = ?2 AND seq BETWEEN ?3 AND ?4 AND author = ?5
                ORDER BY seq
                """)
            rows.bind(1, room)
            rows.bind(2, line.index)
            rows.bind(3, seqs.lowerBound)
            rows.bind(4, seqs.upperBound)
            rows.bind(5, author.row)
            var positions: [Position] = []
            while try rows.step() { positions.append(Position(line, rows.int(0))) }
            return positions
        }
    }

    package func operations(_ kind: KnownKind) -> [Position] {
        failure.attempt(else: []) {
            var rows = try connection.statement(
                "SELECT line, seq FROM operation WHERE room = ?1 AND kind = ?2 AND kind >= 10 ORDER BY serial")
            rows.bind(1, room)
            rows.bind(2, kind.code)
            var positions: [Position] = []
            while try rows.step() { positions.append(Position(Line(rows.int(0)), rows.int(1))) }
            return positions
        }
    }

    package func operations(_ kind: KnownKind, about target: OperationID) -> [Position] {
        failure.attempt(else: []) {
            var rows = try connection.statement(
                """
                SELECT line, seq, target FROM operation WHERE room = ?1 AND target_key = ?2 AND kind = ?3
                ORDER BY serial
                """)
            rows.bind(1, room)
            rows.bind(2, target.bytes.prefix)
            rows.bind(3, kind.code)
            var positions: [Position] = []
            while try rows.step() {
                guard Bytes32(rows.bytes(2)) == target.bytes else { continue }
                positions.append(Position(Line(rows.int(0)), rows.int(1)))
            }
            return positions
        }
    }

    package func operations(_ kind: KnownKind, about user: Person) -> [Position] {
        failure.attempt(else: []) {
            var rows = try connection.statement(
                """
                SELECT line, seq FROM operation
                WHERE room = ?1 AND target_key = ?2 AND kind = ?3 AND target_role IS NOT NULL ORDER BY serial
                """)
            rows.bind(1, room)
            rows.bind(2, user.row)
            rows.bind(3, kind.code)
            var positions: [Position] = []
            while try rows.step() { positions.append(Position(Line(rows.int(0)), rows.int(1))) }
            return positions
        }
    }

    // MARK: Payloads

    package func keep(payload: [UInt8], at position: Position) {
        let entry = entry(at: position)
        failure.attempt {
            let number = try keep(text: payload)
            var row = try connection.statement(
                "UPDATE operation SET payload_hash = NULL, text = ?2 WHERE serial = ?1")
            row.bind(1, entry.serial)
            row.bind(2, number)
            try row.run()
            storage.add(Int64(payload.count), of: entry.kept.author.origin)
            guard entry.kept.kind == .messagePost else { return }
            var message = try connection.statement("UPDATE message SET text = ?2 WHERE serial = ?1")
            message.bind(1, entry.serial)
            message.bind(2, number)
            try message.run()
        }
        wantNoMore(entry.serial)
    }

    package func erasePayload(at position: Position) {
        let entry = entry(at: position)
        failure.attempt {
            if let (number, payload) = try storedPayload(serial: entry.serial) {
                var row = try connection.statement("UPDATE operation SET payload_hash = ?2 WHERE serial = ?1")
                row.bind(1, entry.serial)
                row.bind(2, PayloadReference(of: payload.span).hash.bytes)
                try row.run()
                try erase(text: number)
                storage.add(-Int64(payload.count), of: entry.kept.author.origin)
            }
        }
        wantNoMore(entry.serial)
    }

    package func set(isWanted: Bool, at position: Position) {
        if isWanted {
            want(serial(at: position), header(at: position), by: kept(at: position).author.origin)
        } else {
            wantNoMore(serial(at: position))
        }
    }

    /// What there is no room for is not asked for as long as that is so.
    private func want(_ serial: Int64, _ header: OperationHeader, by origin: Origin) {
        failure.attempt {
            var row = try connection.statement(
                """
                INSERT INTO wanted (room, serial, refused) VALUES (?1, ?2, ?3)
                ON CONFLICT DO UPDATE SET refused = excluded.refused
                """)
            row.bind(1, room)
            row.bind(2, serial)
            row.bind(3, try storage.takesPayload(of: header, by: origin) ? nil : Int64(origin.number))
            try row.run()
        }
    }

    private func wantNoMore(_ serial: Int64) {
        failure.attempt {
            var row = try connection.statement("DELETE FROM wanted WHERE room = ?1 AND serial = ?2")
            row.bind(1, room)
            row.bind(2, serial)
            try row.run()
        }
    }

    /// Those to ask for, not too many at a time.
    var payloadsToAskFor: [OperationID] {
        failure.attempt(else: []) {
            var rows = try connection.statement(
                """
                SELECT o.id FROM wanted w JOIN operation o ON o.serial = w.serial
                WHERE w.room = ?1 AND w.refused IS NULL ORDER BY w.serial LIMIT ?2
                """)
            rows.bind(1, room)
            rows.bind(2, PayloadWants.wantsMax)
            var ids: [OperationID] = []
            while try rows.step() { ids.append(OperationID(try rows.bytes32(0))) }
            return ids
        }
    }

    /// Whether there is room for a payload that was brought. Where it is wanted, and there is none, it is not asked for again.
    func takesPayload(at position: Position) -> Bool {
        let (header, origin) = (header(at: position), kept(at: position).author.origin)
        guard failure.attempt(else: true, { try !storage.takesPayload(of: header, by: origin) }) else { return true }
        failure.attempt {
            var row = try connection.statement("UPDATE wanted SET refused = ?3 WHERE room = ?1 AND serial = ?2")
            row.bind(1, room)
            row.bind(2, serial(at: position))
            row.bind(3, origin.number)
            try row.run()
        }
        return false
    }

    package var wantedPayloads: [Position] {
        failure.attempt(else: []) {
            var rows = try connection.statement(
                "SELECT o.line, o.seq FROM wanted w JOIN operation o ON o.serial = w.serial WHERE w.room = ?1")
            rows.bind(1, room)
            var positions: [Position] = []
            while try rows.step() { positions.append(Position(Line(rows.int(0)), rows.int(1))) }
            return positions
        }
    }
}
