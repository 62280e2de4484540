import Gossip
import Keys
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// What comes from others, by the way that all operations come in.
struct StoreIntakeTests {
    private func batches(_ built: PlannedRoom, _ random: inout Seeded, from source: NodeID? = nil) throws
        -> [ProvenBatch]
    {
        var batches: [ProvenBatch] = []
        var batch = ProvenBatch(room: built.id, source: source)
        var order = built.operations.indices.shuffled(using: &random)
        // What a direct room is, its beginnings tell; what comes before them waits until it is sent again.
        if case .direct = built.nature {
            order =
                order.filter { built.operations[$0].header.seq == 0 }
                + order.filter { built.operations[$0].header.seq > 0 }
        }
        for number in order {
            let operation = built.operations[number]
            let certificate = operation.header.seq == 0 ? built.certificates[number].encoded : nil
            let envelope = try Envelope(operation: operation, certificate: certificate)
            batch.add(envelope: envelope.encoded) { feed in
                built.operations.firstIndex { $0.header.feed == feed }.map { built.certificates[$0] }
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                batches.append(batch)
                batch = ProvenBatch(room: built.id, source: source)
            }
        }
        return batches + [batch]
    }

    @Test func `operations in any order end as the same room`() throws {
        for seed in UInt64(1)...12 {
            let plan = RoomGenerator.plan(seed: seed &+ 900, operations: 10...30)
            let built = try #require(PlannedRoom(plan, isSigned: true))
            var random = Seeded(seed)
            let node = try LocalWritingTests.Node(as: PlannedNode.all[4])
            for batch in try batches(built, &random) {
                #expect(batch.faults.isEmpty)
                let now = node.now + 1_000_000_000
                let outcome = try node.command { try $0.take(batch, peers: [], at: now) }
                #expect(outcome.refusals.isEmpty && outcome.faults == 0, "seed \(seed)")
            }
            var room = Room(built.id, nature: built.nature)
            var records = MemoryRecords()
            var changes: [StateChange] = []
            for (operation, certificate) in zip(built.operations, built.certificates) {
                room.take(operation, rank: certificate.rank, into: &records, changes: &changes)
            }
            let stored = try #require(try node.state.room(built.id))
            #expect(built.operations.allSatisfy { stored.records.position(of: $0.id) != nil }, "seed \(seed)")
            #expect(Set(stored.records.forks.keys) == Set(records.forks.keys), "seed \(seed)")
            // Two branches that both came are a fork that was proved on the way.
            for (feed, seq) in stored.records.forks {
                room.take(forkOf: feed, at: seq, into: &records, changes: &changes)
            }
            #expect(stored.state == room.state(in: records), "seed \(seed)")
            #expect(stored.dump == room.dump(in: records), "seed \(seed)")
        }
    }

    @Test func `what a peer brings of a room that is not shared is not in the log`() throws {
        var random = Seeded(3)
        let plan = RoomGenerator.plan(seed: 901, operations: 10...20)
        let built = try #require(PlannedRoom(plan, isSigned: true))
        let node = try LocalWritingTests.Node(as: PlannedNode.all[4])
        for batch in try batches(built, &random, from: PlannedNode.all[0].id) {
            let now = node.now + 1_000_000_000
            let outcome = try node.command { try $0.take(batch, peers: [], at: now) }
            #expect(outcome.applied.isEmpty)
        }
        #expect(try node.state.room(built.id) == nil)
    }

    @Test func `somebody whom a member adds gets the room, and answers`() throws {
        let (north, south) = (try LocalWritingTests.Node(), try LocalWritingTests.Node(as: PlannedNode.all[1]))
        let room = try north.found()
        _ = try north.post("one", in: room)
        let bo = PlannedNode.all[1].user(2)
        let now = north.now
        _ = try north.command {
            try $0.write(LocalDraft(by: Handle("ada")!, .memberAdd, about: .grant(bo, .member)), in: room, at: now)
        }
        try north.send(room, to: south)
        _ = try south.command { try $0.write(.post("two", by: "bo"), in: room, at: now) }
        try south.send(room, to: north)
        let (one, other) = (try #require(try north.state.room(room)), try #require(try south.state.room(room)))
        #expect(one.records.lineCount == 2)
        #expect(one.state == other.state)
        #expect(one.dump == other.dump)
        let keeper = try north.state.keeper(peers: [])
        #expect(keeper.standing(of: bo.node, in: room) == .participant)
        #expect(keeper.sharedRooms(with: bo.node).map(\.room) == [room])
        #expect(keeper.sharedRooms(with: bo.node).map(\.digest) == [try south.state.keeper(peers: []).digest(of: room)])
        #expect(keeper.changedRooms(for: bo.node, after: 0, limit: 9).map(\.room) == [room])
        #expect(keeper.changedRooms(for: bo.node, after: keeper.position, limit: 9).isEmpty)
        #expect(keeper.changedRooms(for: PlannedNode.all[2].id, after: 0, limit: 9).isEmpty)

        // The same from another connection, which sees what comes later too.
        try Reader(north.folder.database).read { connection in
            let reading = try LogReading(connection, node: north.identity.node)
            let position = try reading.read(peers: []) { log in
                #expect(log.clock(of: room) == keeper.clock(of: room))
                #expect(log.sharedRooms(with: bo.node) == keeper.sharedRooms(with: bo.node))
                #expect(log.position == keeper.position)
                #expect(log.entries(of: room, after: 0, limit: 99) == keeper.entries(of: room, after: 0, limit: 99))
                return log.position
            }
            let before = try reading.read(peers: []) { $0.stored(room) }
            let written = try north.post("three", in: room)
            try reading.read(peers: []) { log in
                // Read on, and not anew.
                #expect(log.stored(room) === before && log.clock(of: room) == keeper.clock(of: room))
                #expect(log.entries(of: room, after: position, limit: 9).count == 1)
                #expect(log.operation(written.id, in: room)?.isSigned(under: north.identity.certificate) == true)
            }
        }
    }
}

extension LocalWritingTests.Node {
    /// Everything of a room, as a pull would bring it.
    func send(_ room: RoomID, to other: LocalWritingTests.Node) throws {
        let keeper = try state.keeper(peers: [])
        var batch = ProvenBatch(room: room, source: identity.node)
        for entry in keeper.entries(of: room, after: 0, limit: .max) {
            guard case .operation(let place) = entry.item else { continue }
            let id = try #require(keeper.id(at: place, in: room))
            let operation = try #require(keeper.operation(id, in: room))
            let certificate = try #require(keeper.certificate(of: place.feed, in: room))
            let envelope = try Envelope(operation: operation, certificate: place.seq == 0 ? certificate.encoded : nil)
            batch.add(envelope: envelope.encoded) { _ in certificate }
        }
        let now = now
        #expect(batch.faults.isEmpty)
        _ = try other.command { try $0.take(batch, peers: [self.identity.node], at: now) }
    }
}
