import Bytes
import Keys
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// How much is kept of each node, and what becomes of what is beyond that.
struct StorageTests {
    private func isCounted(_ world: ViewWorld) throws -> Bool {
        try StoredBytes.miscounted(on: world.connection).isEmpty
    }

    /// Some blob that a message or a picture of the room names comes to be here.
    private func fetch(_ world: inout ViewWorld) throws {
        var rows = try world.connection.statement("SELECT blob FROM attachment UNION SELECT blob FROM avatar")
        var blobs: [Hash] = []
        while try rows.step() { blobs.append(Hash(bytes: try rows.bytes32(0))) }
        guard let blob = blobs.randomElement(using: &world.random) else { return }
        let room = world.built.id
        try world.command { state, transaction in try state.keep(blob, size: 1_000, for: room, in: transaction) }
    }

    @Test func `what is counted is what is here, after whatever came, was erased, undone, fetched and made anew`()
        throws
    {
        var (blobs, freed) = (Int64(0), 0)
        for seed in UInt64(1)...60 {
            guard var world = try ViewWorld(seed: seed &+ 9_000, operations: 15...60) else { continue }
            let arrivals = Arrival.all(of: world.plan, &world.random)
            for index in arrivals.indices {
                let isTight = index > arrivals.count / 2 && seed % 3 == 0
                world.state.storageBytesMax = isTight ? 2_000 : nil
                let isUndone = Int.random(in: 0..<6, using: &world.random) == 0
                if isUndone { try world.take(arrivals[index...index], undoing: true, from: world.peer) }
                try world.take(arrivals[index...index], from: world.peer)
                let before = try world.blobBytes()
                if Int.random(in: 0..<3, using: &world.random) == 0 { try fetch(&world) }
                let after = try world.blobBytes()
                freed += after < before ? 1 : 0
                blobs = max(blobs, after)
                guard try isCounted(world) else {
                    Issue.record("seed \(seed), after \(arrivals[...index])\n\(world.plan)")
                    return
                }
            }
            let before = try world.rows("SELECT * FROM stored ORDER BY 1")
            try world.rebuild()
            #expect(try world.rows("SELECT * FROM stored ORDER BY 1") == before, "seed \(seed)")
        }
        #expect(blobs > 0)
    }

    @Test func `a node that has filled its share is heard as before, and only what it says comes later`() throws {
        var refused = 0
        for seed in UInt64(1)...40 {
            guard var free = try ViewWorld(seed: seed &+ 9_500, operations: 15...50),
                var bound = try ViewWorld(seed: seed &+ 9_500, operations: 15...50)
            else { continue }
            // Every payload is there.
            let order = bound.built.operations.indices.map { Arrival.operation($0, withPayload: true) }
            bound.state.storageBytesMax = 1_500
            for index in order.indices {
                try free.take(order[index...index], from: free.peer)
                try bound.take(order[index...index], from: bound.peer)
                // Whatever is kept of what was said, both know the same of who may say it, and of what was deleted.
                let states = try [free, bound].map { try $0.state.room($0.built.id)?.state }
                #expect(states[0] == states[1], "seed \(seed)")
            }
            // A deletion that came to be void leaves something to ask for in any case.
            guard try free.asked() == [] else { continue }
            let lacking = try bound.rows("SELECT refused FROM wanted WHERE refused IS NOT NULL").count
            refused += lacking
            // Of those who are full nothing is asked.
            #expect(try bound.asked() == [])
            bound.state.storageBytesMax = nil
            let nodes = PlannedNode.all.map(\.id)
            try bound.command { state, _ in _ = try state.askForRefused(of: nodes) }
            let asked = try bound.asked()
            #expect(asked.count == lacking, "seed \(seed)")
            for id in asked {
                let number = try #require(bound.built.operations.firstIndex { $0.id == id })
                try bound.take([.payload(number)][...])
            }
            let dumps = try [free, bound].map { try $0.state.room($0.built.id)?.dump }
            #expect(dumps[0] == dumps[1], "seed \(seed)")
            #expect(try bound.complaint() == nil)
            #expect(try isCounted(bound))
        }
        #expect(refused > 100)
    }

    @Test func `a wrong count is found, and a rebuild mends it`() throws {
        guard var world = try ViewWorld(seed: 9_001, operations: 30...40) else { return }
        try world.take(Arrival.all(of: world.plan, &world.random)[...], from: world.peer)
        #expect(try !world.rows("SELECT node FROM stored WHERE operations > 0").isEmpty)
        for sql in [
            "UPDATE stored SET operations = operations + 1", "UPDATE stored SET blobs = blobs + 1",
            "DELETE FROM stored",
        ] {
            #expect(try world.folder.execute(sql) == 0)
            var verification = try LogVerification(world.connection)
            try verification.run()
            #expect(verification.findings.contains { if case .stored = $0 { true } else { false } }, "\(sql)")
            try world.rebuild()
            var again = try LogVerification(world.connection)
            try again.run()
            #expect(again.findings == [], "\(sql)")
        }
    }
}

extension ViewWorld {
    /// Somebody who brings all this, and who is not this node.
    fileprivate var peer: NodeID { PlannedNode.all[0].id }

    fileprivate func blobBytes() throws -> Int64 {
        var row = try connection.statement("SELECT coalesce(sum(blobs), 0) FROM stored")
        return try row.step() ? row.int64(0) : 0
    }

    fileprivate func asked() throws -> [OperationID] {
        try state.room(built.id)?.records.payloadsToAskFor ?? []
    }
}
