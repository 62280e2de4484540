import CSQLite
import LocalDatabase
import Testing

@testable import Store

@Suite struct UnreadRunsTests {
    /// Else each of a thousand people who hear of a message would have the writer look at all messages there are.
    @Test func `what somebody has not read of a room is found without looking at other rooms`() throws {
        let database = try LocalDatabase()
        var handle: OpaquePointer?
        #expect(sqlite3_open_v2(database.path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        var plan: OpaquePointer?
        #expect(sqlite3_prepare_v2(handle, "EXPLAIN QUERY PLAN \(UnreadRuns.runSQL)", -1, &plan, nil) == SQLITE_OK)
        defer { sqlite3_finalize(plan) }
        var steps: [String] = []
        while sqlite3_step(plan) == SQLITE_ROW { steps.append(String(cString: sqlite3_column_text(plan, 3))) }
        #expect(steps.first == "SEARCH m USING INDEX message_room (room=? AND rowid>?)")
    }
}
