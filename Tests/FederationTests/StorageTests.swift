import Blobs
import Keys
import Operations
import RoomModel
import SQLite
import Store
import Testing

@testable import Federation

/// A peer that writes more than what is kept of one (threats 66).
struct StorageTests {
    private let bound = Box<Int64>()

    private func stored(_ other: TestNode, at node: TestNode) throws -> StoredBytes {
        try #require(try node.summary(of: other)).stored
    }

    private func lacking(at node: TestNode) throws -> Int {
        try node.reading { connection in
            var row = try connection.statement("SELECT count(*) FROM wanted")
            return try row.step() ? row.int(0) : 0
        }
    }

    private func dump(of room: RoomID, at node: TestNode) throws -> [UInt8]? {
        try node.writer.performLogged { _, log in try log.room(room)?.dump }
    }

    private func content(of message: OperationID, in room: RoomID, at node: TestNode) throws -> String? {
        guard let payload = try node.keeper({ $0.operation(message, in: room)?.payload }) else { return nil }
        return try MessageContent(payload: payload.span).content
    }

    @Test func `66 who floods is no longer kept, yet heard, and others go on, until there is more room`() throws {
        let bound = bound
        bound.value = 150_000
        let north = try TestNode(PlannedNode.all[0], configure: { $0.storageBytesMax = bound.value })
        let (south, east) = (try TestNode(PlannedNode.all[1]), try TestNode(PlannedNode.all[2]))
        defer { for node in [north, south, east] { node.stop() } }
        for (one, other) in [(north, south), (north, east), (south, east)] {
            try one.add(other)
            try other.add(one)
        }
        let room = try north.found()
        for other in [south, east] { try north.admit(other.user(), to: room) }
        #expect(try agree([north, south, east], on: room))

        var flood: [OperationID] = []
        for number in 0..<150 {
            flood.append(try south.post("\(number) " + String(repeating: "~", count: 2_000), in: room))
        }
        #expect(try agree([north, south, east], on: room))
        let stored = try stored(south, at: north)
        #expect(stored.total >= 150_000 && stored.total < 150_000 + 150 * 300 + 3_000, "\(stored)")
        #expect(try content(of: flood[0], in: room, at: north) != nil)
        #expect(try content(of: flood[149], in: room, at: north) == nil)
        // It goes on to be a node like any other in all that says who may do what.
        let more = PlannedNode.all[3].user(1)
        try south.admit(more, to: room)
        try south.remove(more, from: room)
        var change = RoomChange()
        change.name = .to("Flooded")
        try south.write(LocalDraft(by: TestNode.ada, .roomSet, payload: change.encoded), in: room)
        try south.write(LocalDraft(by: TestNode.ada, .messageDelete, about: .operation(flood[0])), in: room)
        let word = try east.post("We go on", in: room)
        #expect(try agree([north, south, east], on: room))
        #expect(try content(of: word, in: room, at: north) == "We go on")
        #expect(try content(of: flood[0], in: room, at: north) == nil)
        #expect(try dump(of: room, at: north) != dump(of: room, at: south))
        // What north refuses is not the loss of who has it from the south.
        #expect(try eventually { try lacking(at: east) == 0 })
        #expect(try dump(of: room, at: east) == dump(of: room, at: south))

        north.stop()
        bound.value = 1_000_000
        try north.start()
        #expect(try eventually { try lacking(at: north) == 0 })
        #expect(try dump(of: room, at: north) == dump(of: room, at: south))
        #expect(try agree([north, south, east], on: room))
        for node in [north, south, east] {
            let findings = try node.reading { connection in
                var verification = try LogVerification(connection)
                try verification.run()
                return verification.findings
            }
            #expect(findings == [])
        }
    }

    @Test func `66 files are refused where there is no room for them, and come when others are deleted`() throws {
        let north = try BlobKeeper(PlannedNode.all[0])
        let east = try BlobKeeper(PlannedNode.all[2])
        let south = try BlobKeeper(PlannedNode.all[1], configure: { $0.storageBytesMax = 250_000 })
        for other in [north, east] {
            try south.node.add(other.node)
            try other.node.add(south.node)
        }
        let room = try north.node.found()
        for other in [south, east] { try north.node.admit(other.node.user(), to: room) }
        #expect(try agree([north.node, south.node], on: room))

        func send(_ seed: UInt8, from keeper: BlobKeeper) throws -> (message: OperationID, blob: Hash) {
            let blob = try keeper.store([UInt8](repeating: seed, count: 100_000))
            let content = MessageContent(
                content: "See", attachments: [Attachment(hash: blob.hash, name: "x", type: "text/plain", size: 100_000)]
            )
            let draft = LocalDraft(by: TestNode.ada, .messagePost, payload: content.encoded)
            return (try keeper.node.write(draft, in: room), blob.hash)
        }
        var sent: [(message: OperationID, blob: Hash)] = []
        for seed in UInt8(1)...4 {
            sent.append(try send(seed, from: north))
            let (count, other) = (min(Int64(seed), 2), north.node)
            // Those that fit come by themselves.
            #expect(try eventually { try stored(other, at: south.node).blobs == count * 100_000 })
        }
        #expect(try agree([north.node, south.node], on: room))
        #expect(throws: BlobFetchFault.crowding) { try south.fetch(sent[2].blob, 100_000, for: room).get() }
        #expect(try south.blobs.open(sent[2].blob) == nil)
        // Words find room all the same, and so does what another node sends.
        let word = try north.node.post("Too much?", in: room)
        #expect(try agree([north.node, south.node, east.node], on: room))
        #expect(try content(of: word, in: room, at: south.node) == "Too much?")
        let others = try send(9, from: east)
        #expect(try eventually { try stored(east.node, at: south.node).blobs == 100_000 })
        #expect(try south.fetch(others.blob, 100_000, for: room).get().size == 100_000)

        let draft = LocalDraft(by: TestNode.ada, .messageDelete, about: .operation(sent[0].message))
        try north.node.write(draft, in: room)
        // There is room for one, and the newest comes by itself.
        #expect(
            try eventually {
                try stored(north.node, at: south.node).blobs == 200_000 && (try south.blobs.open(sent[3].blob)) != nil
            })
        #expect(throws: BlobFetchFault.crowding) { try south.fetch(sent[2].blob, 100_000, for: room).get() }
        try north.node.write(
            LocalDraft(by: TestNode.ada, .messageDelete, about: .operation(sent[1].message)), in: room)
        #expect(
            try eventually {
                guard case .success = try south.fetch(sent[2].blob, 100_000, for: room) else { return false }
                return try stored(north.node, at: south.node).blobs == 200_000
            })
    }
}
