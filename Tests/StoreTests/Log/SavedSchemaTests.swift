import Foundation
import SQLite
import Testing

@testable import Store

/// Databases as earlier schemas left them (`Tests/Schemas`), each the node `north.example` after `examples/two-nodes` and a
/// deletion.
struct SavedSchemaTests {
    private static let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Schemas")

    @Test func `a database of the first schema is brought to this one, and all is counted`() throws {
        let folder = DatabaseFolder()
        let sql = try String(contentsOf: Self.schemas.appendingPathComponent("schema-1.sql"), encoding: .utf8)
        _ = try Connection(folder.database, .create)
        #expect(try folder.execute(sql) == 0)
        #expect(try StoreSchema.current.prepare(databaseAt: folder.database) == .migrated(from: 1))
        let connection = try folder.open()
        var verification = try LogVerification(connection)
        try verification.run()
        #expect(verification.findings == [])
        // Bo's words, and his file of 102,400 bytes.
        let south = try StoredBytes.of(NodeNumber(2), on: connection)
        #expect(south.blobs == 102_400 && (1_000..<10_000).contains(south.operations), "\(south)")
        #expect(folder.rows("SELECT count(*) FROM stored") == [["1"]])
    }
}
