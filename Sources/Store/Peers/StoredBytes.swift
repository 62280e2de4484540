import Operations
import Replica
package import SQLite

/// How much is kept here of what another node wrote, in bytes (Spec/replication.md, "What is kept of a node").
package struct StoredBytes: Equatable, Sendable {
    package var operations: Int64 = 0
    package var blobs: Int64 = 0

    package init(operations: Int64 = 0, blobs: Int64 = 0) {
        (self.operations, self.blobs) = (operations, blobs)
    }

    package var total: Int64 { operations + blobs }

    package static func of(_ node: NodeNumber, on connection: Connection) throws -> StoredBytes {
        var row = try connection.statement("SELECT operations, blobs FROM stored WHERE node = ?1")
        row.bind(1, node)
        return try row.step() ? StoredBytes(operations: row.int64(0), blobs: row.int64(1)) : StoredBytes()
    }

    /// The nodes of which something else is counted than is here.
    static func miscounted(on connection: Connection) throws -> [NodeID] {
        var rows = try connection.statement(
            """
            WITH told AS (SELECT node, operations, blobs FROM stored WHERE operations <> 0 OR blobs <> 0)
            SELECT id FROM node WHERE number IN (
                SELECT node FROM (SELECT * FROM told EXCEPT SELECT * FROM recounted)
                UNION SELECT node FROM (SELECT * FROM recounted EXCEPT SELECT * FROM told))
            ORDER BY number
            """)
        var nodes: [NodeID] = []
        while try rows.step() { nodes.append(NodeID(try rows.bytes32(0))) }
        return nodes
    }
}

/// Counts what is kept of each node's operations, in the transaction that changes it, and says whether there is room for more.
final class StorageCount {
    /// What a header counts for, beside its deps: about what it takes in the file, and it needn't be made again to be counted.
    private static let headerBytes: Int64 = 260
    /// A change of a room that is no larger is taken in any case.
    private static let changeBytesMax = 1_024

    private let connection: Connection
    /// So much is kept of one node; nil where that is not bounded.
    var bytesMax: Int64?
    /// As the current command has them.
    private var totals: [UInt32: Int64] = [:]
    /// What it has come to keep, or given back, and not written yet: a command takes in hundreds of operations of one node.
    private(set) var changes: [UInt32: Int64] = [:]

    init(_ connection: Connection) {
        self.connection = connection
    }

    func commandBegins() {
        (totals, changes) = ([:], [:])
    }

    func forget() {
        totals = [:]
    }

    /// What was changed since is undone.
    func goBack(to before: [UInt32: Int64]) {
        (totals, changes) = ([:], before)
    }

    /// At the end of a command.
    func write() throws {
        for (node, bytes) in changes {
            var row = try connection.statement(
                """
                INSERT INTO stored (node, operations) VALUES (?1, ?2)
                ON CONFLICT (node) DO UPDATE SET operations = operations + excluded.operations
                """)
            row.bind(1, node)
            row.bind(2, bytes)
            try row.run()
        }
        commandBegins()
    }

    /// Whether the payload is kept if it is here. What a room is and that it is deleted is settled in any case: that is authority, and
    /// takes no more than headers, which nobody can leave out.
    func takesPayload(of header: OperationHeader, by origin: Origin) throws -> Bool {
        guard let bytesMax, let payload = header.payload, !isOwn(origin) else { return true }
        switch header.knownKind {
        case .directOpen: return true
        case .roomCreate, .roomSet, .pinSet: if payload.size <= Self.changeBytesMax { return true }
        default: break
        }
        return try total(of: origin) < bytesMax
    }

    func add(_ header: OperationHeader, withPayload: Bool, by origin: Origin) {
        let payload = withPayload ? Int64(header.payload?.size ?? 0) : 0
        add(Self.headerBytes + Int64(32 * header.dependencies.count) + payload, of: origin)
    }

    func add(_ bytes: Int64, of origin: Origin) {
        guard !isOwn(origin) else { return }
        changes[origin.number, default: 0] += bytes
        totals[origin.number]? += bytes
    }

    private func isOwn(_ origin: Origin) -> Bool { Int64(origin.number) == NodeTable.ownNumber }

    private func total(of origin: Origin) throws -> Int64 {
        if let known = totals[origin.number] { return known }
        let written = try StoredBytes.of(NodeNumber(Int64(origin.number)), on: connection).total
        let total = written + changes[origin.number, default: 0]
        totals[origin.number] = total
        return total
    }
}
