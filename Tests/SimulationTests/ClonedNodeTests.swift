import Gossip
import Keys
import Operations
import Replica
import Testing

@testable import Simulation

/// A virtual machine that was copied while it ran: two nodes write with one key, from one state.
struct ClonedNodeTests {
    private var one = Writer("north")
    private var other: Writer
    private var friend: SimulatedNode
    private let room: RoomID

    init() {
        let identity = Identity(name: "east", seed: 1)
        friend = SimulatedNode(identity, peers: [one.id], incarnation: 2, sabotage: nil)
        room = one.found()
        _ = one.admit(UserID(node: identity.id, handle: identity.handles[0]), to: room)
        other = one
    }

    @Test
    mutating func `whoever talks to both sees the fork at once, and each of them with the next thing it is told`()
        throws
    {
        let here = one.post("here", in: room)
        let there = other.post("there", in: room)
        #expect(here.header.position == there.header.position)
        #expect(friend.take([one.run(of: room)], of: room, from: one.id).forked.isEmpty)
        let outcome = friend.take([other.run(of: room, from: there.header.seq)], of: room, from: one.id)
        #expect(outcome.forked == [here.header.position])

        let proof = try #require(friend.keeper.rooms[room]?.proofs.values.first?.encoded)
        let next = [goOn(with: \.one, proof, "still here"), goOn(with: \.other, proof, "still there")]
        #expect(Set(next.map(\.header.feed) + [here.header.feed]).count == 3)
        let shown = try #require(friend.keeper.rooms[room])
        for operation in next { #expect(shown.message(operation.id)?.visibility == .shown) }
        // What was acknowledged is where it was acknowledged, and is not taken for something that others see.
        for operation in [here, there] { #expect(shown.message(operation.id)?.visibility != .shown) }
        for (writer, acknowledged) in [(one, here), (other, there)] {
            let kept = try #require(writer.node.keeper.rooms[room])
            #expect(kept.operation(acknowledged.id)?.payload != nil)
            #expect(kept.message(acknowledged.id)?.visibility != .shown)
            #expect(!kept.isPassedOn(acknowledged.id))
        }
    }

    /// Each new epoch is a line for ever, and an origin has 64.
    @Test
    mutating func `an epoch of one's own that the other wrote is no reason to begin yet another`() throws {
        _ = (one.post("here", in: room), other.post("there", in: room))
        _ = friend.take([one.run(of: room)], of: room, from: one.id)
        _ = friend.take([other.run(of: room, from: 2)], of: room, from: one.id)
        let proof = try #require(friend.keeper.rooms[room]?.proofs.values.first?.encoded)
        let first = goOn(with: \.one, proof, "still here")
        let strange = goOn(with: \.other, proof, "still there")
        let outcome = one.node.take([pack(strange, of: other)], of: room, from: friend.id, at: one.now + 2_000)
        #expect(outcome.new == 1)
        #expect(one.post("and on", in: room, at: one.now + 3_000).header.feed == first.header.feed)
    }

    /// It is told of the fork, and writes on; its friend takes that.
    private mutating func goOn(
        with clone: WritableKeyPath<Self, Writer>, _ proof: [UInt8], _ text: String
    ) -> Operation {
        var writer = self[keyPath: clone]
        defer { self[keyPath: clone] = writer }
        var batch = ProvenBatch(room: room, source: friend.id)
        batch.add(proof: proof)
        _ = writer.node.take(batch, at: writer.now)
        let operation = writer.post(text, in: room, at: writer.now + 1_000)
        _ = friend.take([pack(operation, of: writer)], of: room, from: writer.id, at: writer.now + 1_000)
        return operation
    }

    private func pack(_ operation: Operation, of writer: Writer) -> [UInt8] {
        var packer = RunPacker()
        _ = packer.append(operation, certificate: writer.certificate.encoded)
        return packer.finish()!  // one operation fits
    }
}
