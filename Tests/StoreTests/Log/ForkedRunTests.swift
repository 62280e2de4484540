import Gossip
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// A room written out in runs, whatever its feeds have been through.
struct ForkedRunTests {
    /// Who comes later in its line, or in one that branches off behind it, proves an operation that carries no signature;
    /// what may end a view carries its own.
    private func lastOnes(of plan: RoomPlan) -> Set<Int> {
        Set(plan.steps.indices).subtracting(plan.steps.compactMap(\.prev))
    }

    @Test func `branches that were written at the same time come out as runs of their own`() throws {
        var forked = 0
        for seed in UInt64(1)...40 {
            let plan = RoomGenerator.plan(seed: seed &+ 3_000, operations: 15...40)
            let built = try #require(PlannedRoom(plan, isSigned: true))
            let north = try LocalWritingTests.Node(as: PlannedNode.all[3])
            let signed = lastOnes(of: plan)
            for (number, operation) in built.operations.enumerated() {
                let isLast =
                    signed.contains(number) || operation.header.endsViews(under: built.certificates[number].encoded)
                let signature = isLast ? operation.signature : nil
                let kept = try Operation(
                    headerBytes: operation.headerBytes, signature: signature, payload: operation.payload)
                try north.command {
                    try $0.room(built.id, nature: built.nature).take(kept, under: built.certificates[number], from: nil)
                }
            }
            var batch = ProvenBatch(room: built.id, source: nil)
            let reader = Reader(north.folder.database)
            try reader.read { connection in
                try LoggedRooms(connection).forEachRun(of: built.id) { run, _ in
                    batch.add(run: run, knowing: { _ in nil })
                }
            }
            #expect(batch.faults.isEmpty, "seed \(seed): \(batch.faults)")
            let south = try LocalWritingTests.Node(as: PlannedNode.all[4])
            let now = south.now + 1_000_000_000
            let taken = batch
            let outcome = try south.command { try $0.take(taken, peers: [], at: now) }
            #expect(outcome.refusals.isEmpty && outcome.faults == 0, "seed \(seed)")
            let stored = try #require(try south.state.room(built.id))
            if !stored.records.forks.isEmpty { forked += 1 }
            let missing = built.operations.filter { stored.records.position(of: $0.id) == nil }
            #expect(missing.isEmpty, "seed \(seed)")
            #expect(try stored.state == north.state.room(built.id)?.state, "seed \(seed)")
        }
        #expect(forked > 5)
    }
}
