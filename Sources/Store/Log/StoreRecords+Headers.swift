import Keys
package import Operations
package import Replica
import SQLite

// A header is kept as its fields; since there is one encoding of these, it comes back byte for byte.
extension StoreRecords {
    package func header(at position: Position) -> OperationHeader {
        let fallback = OperationHeader(
            room: id, origin: NodeID(Bytes32()), epoch: 0, seq: 0, previous: Bytes32(), dependencies: [],
            time: HybridTime(milliseconds: 0), author: .node, kind: .known(.join), target: .none, payload: nil)
        return failure.attempt(else: fallback) { try row(at: position).header }
    }

    /// As it came, with its payload if that is here. Checked: its id is that of the row.
    package func operation(at position: Position) -> Operation? {
        failure.attempt(else: nil) {
            let row = try row(at: position)
            let operation = try Operation(
                headerBytes: row.header.encoded, signature: row.signature, payload: row.payload)
            guard operation.id == row.id else { throw StoreFault.damaged("operation \(row.id)") }
            return operation
        }
    }

    struct OperationRow {
        var serial: Int64
        var id: OperationID
        var header: OperationHeader
        var signature: Signature?
        var payload: [UInt8]?
    }

    func row(at position: Position) throws -> OperationRow {
        let line = lines[position.line.index]
        let origin = try names.node(line.facts.origin)
        let previous = try previous(of: position)
        var row = try connection.statement(
            """
            SELECT o.serial, o.id, o.author, o.kind, o.time, o.payload_size, o.unknown_kind, o.deps, o.target, o.target_key,
                o.target_role, o.signature, o.payload_hash, t.bytes
            FROM operation o LEFT JOIN text t
                ON t.number = coalesce(o.text, o.serial) AND o.payload_hash IS NULL AND o.payload_size IS NOT NULL
            WHERE o.room = ?1 AND o.line = ?2 AND o.seq = ?3
            """)
        row.bind(1, room)
        row.bind(2, position.line.index)
        row.bind(3, position.seq)
        guard try row.step() else { throw StoreFault.damaged("operation \(position) of room \(room)") }
        let id = OperationID(try row.bytes32(1))
        let known = KnownKind(code: row.int64(3))
        let kind = known.map { .known($0) } ?? OperationKind(row.string(6))
        guard let kind else { throw StoreFault.damaged("kind of \(id)") }
        let payload = row.array(13)
        var reference: PayloadReference?
        if !row.isNull(5) {
            reference =
                try payload.map { PayloadReference(of: $0.span) }
                ?? PayloadReference(hash: Hash(bytes: row.bytes32(12)), size: row.int(5))
        }
        var target = OperationTarget.none
        if !row.isNull(8) {
            target = .operation(OperationID(try row.bytes32(8)))
        } else if !row.isNull(10) {
            let user = try names.user(names.person(numbered: row.int64(9)))
            target = row.int(10) == 0 ? .user(user) : .grant(user, row.int(10) == 2 ? .admin : .member)
        }
        let author = try names.user(Person(row: row.int64(2), of: line.facts.origin))
        let header = OperationHeader(
            room: known == .roomCreate ? nil : self.id, origin: origin, epoch: line.facts.epoch,
            seq: UInt64(position.seq), previous: previous, dependencies: try Self.ids(row.bytes(7)),
            time: try row.time(4), author: author.handle, kind: kind, target: target, payload: reference)
        return OperationRow(
            serial: row.int64(0), id: id, header: header,
            signature: row.isNull(11) ? nil : Signature(row.bytes(11)), payload: payload)
    }

    /// The id of the operation before; of a feed's first, the hash of its certificate.
    private func previous(of position: Position) throws -> Bytes32 {
        let line = lines[position.line.index]
        if position.seq > line.facts.start { return kept(at: Position(position.line, position.seq - 1)).id.bytes }
        return line.facts.base.map { kept(at: $0).id.bytes } ?? line.facts.rank.hash.bytes
    }

    private static func ids(_ bytes: Span<UInt8>) throws -> [OperationID] {
        guard bytes.count % Bytes32.count == 0 else { throw StoreFault.damaged("dependencies") }
        return stride(from: 0, to: bytes.count, by: Bytes32.count).map { start in
            // So many bytes are enough for one.
            OperationID(Bytes32(bytes.extracting(start..<start + Bytes32.count))!)
        }
    }
}
