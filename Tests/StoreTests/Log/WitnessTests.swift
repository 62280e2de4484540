import Gossip
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// The beginning of a run whose rest waits: it can be proved to others, also when the rest is lost.
struct WitnessTests {
    private typealias Node = LocalWritingTests.Node

    /// Three posts that one signature proves, the last of them dated far ahead.
    private func author() throws -> (node: Node, room: RoomID, ids: [OperationID]) {
        let node = try Node()
        let room = try node.found()
        let (now, ahead) = (node.now, node.now + 2 * HybridTime.aheadMillisecondsMax)
        let written = try node.group([
            { try $0.write(.post("one"), in: room, at: now) }, { try $0.write(.post("two"), in: room, at: now) },
            { try $0.write(.post("three"), in: room, at: ahead) },
        ])
        return (node, room, written.compactMap { $0?.id })
    }

    private func batch(of room: RoomID, at node: Node) throws -> ProvenBatch {
        var batch = ProvenBatch(room: room, source: nil)
        try Reader(node.folder.database).read { connection in
            try LoggedRooms(connection).forEachRun(of: room) { run, _ in
                batch.add(run: run, knowing: { _ in PlannedNode.all[0].certificates[0] })
            }
        }
        #expect(batch.faults.isEmpty)
        return batch
    }

    private func held(_ ids: [OperationID], by node: Node, in room: RoomID) throws -> [Bool] {
        let records = try #require(try node.state.room(room)).records
        return ids.map { records.position(of: $0) != nil }
    }

    private func findings(_ node: Node) throws -> [LogFinding] {
        var verification = try LogVerification(node.state.log.connection)
        try verification.run()
        return verification.findings
    }

    @Test func `what was applied of a run is proved to others when its rest is lost`() throws {
        let (north, room, ids) = try author()
        let folder = DatabaseFolder()
        var south = try Node(folder, as: PlannedNode.all[1])
        let batch = try batch(of: room, at: north)
        let now = north.now
        let outcome = try south.command { try $0.take(batch, peers: [], at: now) }
        #expect(outcome.parked == 1)
        // What waits is in memory alone.
        south.close()
        south = try Node(folder, as: PlannedNode.all[1])
        #expect(try held(ids, by: south, in: room) == [true, true, false])
        #expect(try findings(south).isEmpty)

        let west = try Node(as: PlannedNode.all[2])
        let shown = try self.batch(of: room, at: south)
        _ = try west.command { try $0.take(shown, peers: [], at: now) }
        #expect(try held(ids, by: west, in: room) == [true, true, false])
        #expect(try findings(west).isEmpty)
        #expect(try west.state.room(room)?.state == south.state.room(room)?.state)

        // With the time comes the rest, and proves all by itself.
        let later = now + 2 * HybridTime.aheadMillisecondsMax
        _ = try west.command { try $0.take(shown, peers: [], at: later) }
        #expect(try held(ids, by: west, in: room) == [true, true, true])
        #expect(try findings(west).isEmpty)
        let records = try #require(try west.state.room(room)).records
        #expect(records.operation(at: Position(Line(0), 3))?.payload == nil)
        _ = try west.command { try $0.take(batch, peers: [], at: later) }
        #expect(try west.state.room(room)?.dump == north.state.room(room)?.dump)
    }

    @Test func `damage to what proves it is found`() throws {
        let (north, room, _) = try author()
        for sql in [
            "UPDATE witness SET run = zeroblob(length(run))", "DELETE FROM witness", "UPDATE witness SET seq = 1",
        ] {
            let south = try Node(as: PlannedNode.all[1])
            let (batch, now) = (try batch(of: room, at: north), north.now)
            _ = try south.command { try $0.take(batch, peers: [], at: now) }
            #expect(try findings(south).isEmpty)
            try south.damage(sql)
            #expect(try !findings(south).isEmpty, "\(sql)")
        }
    }
}
