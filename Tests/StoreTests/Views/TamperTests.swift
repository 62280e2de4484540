import Operations
import RoomModel
import SQLite
import Testing

@testable import Store

/// Whatever row is changed that comes of the log: it is found out, and a rebuild gives it its bytes again.
struct TamperTests {
    /// By table all columns that can be derived. What else they have is local, or is the log.
    private static let derived: [(table: String, key: [String], columns: [String])] = [
        (
            "message", ["serial"],
            ["room", "time", "tie", "sender", "flags", "edited", "detail", "text", "shown"]
        ),
        ("reaction", ["message", "person"], ["person", "value", "line", "seq"]),
        ("profile", ["person"], ["name", "avatar", "extra", "is_closed", "is_known", "writers"]),
        ("participant", ["room", "node"], ["node"]),
        (
            "room", ["number"],
            [
                "name", "details", "type", "school", "is_group", "client", "property", "extra", "avatar", "is_archived",
                "is_deleted", "deleted", "writers",
            ]
        ),
        ("operation", ["serial"], ["counts", "id_prefix", "target_line", "target_seq"]),
        ("operation_new", ["prefix", "serial"], ["prefix", "serial"]),
        ("line", ["room", "number"], ["passed_end"]),
        ("step", ["room", "line", "mine", "other", "theirs"], ["mine", "theirs"]),
        (
            "room_view", ["room"],
            [
                "created", "creator", "updated", "activity", "last_message", "messages", "countable", "members",
                "local_members",
            ]
        ),
        (
            "membership", ["id"],
            [
                "node", "role", "joined", "read", "place_time", "place_tie", "place_message",
            ]
        ),
        ("reading_exception", ["room", "message", "person"], ["message", "is_read"]),
        ("reading_named", ["room", "prefix", "node"], ["room", "prefix"]),
        ("attachment", ["id"], ["room", "message", "ordinal", "person", "blob", "size", "uuid", "created"]),
        ("mention", ["message", "ordinal"], ["message", "ordinal", "person", "room"]),
        ("answer", ["message"], ["message", "room", "target"]),
        ("search_tail", ["room", "position"], ["message", "time", "sender"]),
    ]

    /// Something of their rows is local, or they are the log: what is deleted there can't be the same again.
    private static let kept = ["room", "operation", "line", "membership", "attachment"]

    private struct Damage: Hashable {
        let table: String
        let key: [String]
        /// Nil where the row is deleted.
        let column: String?

        func sql(_ place: String) -> String {
            guard let column else { return "DELETE FROM \(table) WHERE \(place)" }
            if column.hasPrefix("is_") { return "UPDATE \(table) SET \(column) = 1 - \(column) WHERE \(place)" }
            let isBlob = ["detail", "writers", "avatar", "extra"].contains(column)
            return """
                UPDATE \(table) SET \(column) = CASE typeof(\(column)) WHEN 'integer' THEN \(column) + 1
                    WHEN 'text' THEN \(column) || '~' WHEN 'blob' THEN CAST(\(column) || x'01' AS BLOB)
                    ELSE \(isBlob ? "x'01'" : "1") END
                WHERE \(place)
                """
        }
    }

    @Test func `a changed row is found, and made again as it was`() throws {
        var left: [Damage] = []
        for (table, key, columns) in Self.derived {
            left += columns.map { Damage(table: table, key: key, column: $0) }
            if !Self.kept.contains(table) { left.append(Damage(table: table, key: key, column: nil)) }
        }
        for seed in 1...UInt64(30) where !left.isEmpty {
            guard var world = try ViewWorld(seed: seed &+ 9_000, operations: 15...30) else { continue }
            try world.take(Arrival.all(of: world.plan, &world.random)[...])
            for _ in 0..<3 { try world.read() }
            var next: [Damage] = []
            for damage in left {
                if try !isMended(damage, in: &world, "seed \(seed)") { next.append(damage) }
            }
            left = next
        }
        #expect(left.map { "\($0.table).\($0.column ?? "")" } == [])
    }

    /// False where there is no such row, or SQLite itself doesn't let it be changed so.
    private func isMended(_ damage: Damage, in world: inout ViewWorld, _ seed: String) throws -> Bool {
        let keys = damage.key.map { "quote(\($0))" }.joined(separator: ", ")
        guard
            let row = world.folder.rows("SELECT \(keys) FROM \(damage.table)").randomElement(using: &world.random)
        else { return false }
        let sql = damage.sql(zip(damage.key, row).map { "\($0) = \($1)" }.joined(separator: " AND "))
        let before = try world.derivedRows()
        guard try world.folder.execute(sql) == 0, try world.derivedRows() != before else { return false }
        world.forget()
        var verification = try LogVerification(world.connection)
        try verification.run()
        #expect(!verification.findings.isEmpty, "\(seed): not found: \(sql)")
        try world.rebuild()
        let after = try world.derivedRows()
        if after != before {
            let gone = before.filter { !after.contains($0) }
            Issue.record("\(seed): after \(sql) \(gone) became \(after.filter { !before.contains($0) })")
        }
        #expect(try world.complaint() == nil, "\(seed): left: \(sql)")
        return true
    }
}
