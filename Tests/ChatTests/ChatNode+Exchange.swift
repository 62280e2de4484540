import Bytes
import Chat
import Gossip
import Operations
import RoomModel
import Store
import Testing

extension ChatNode {
    /// Everything of a room, as a pull would bring it.
    func send(_ room: RoomID, to other: ChatNode) throws {
        let keeper = try state.logState.keeper(peers: [])
        var batch = ProvenBatch(room: room, source: planned.id)
        var feeds: [Feed: [FeedPosition]] = [:]
        for entry in keeper.entries(of: room, after: 0, limit: .max) {
            if case .operation(let place) = entry.item { feeds[place.feed, default: []].append(place) }
        }
        for (feed, places) in feeds {
            let certificate = try #require(keeper.certificate(of: feed, in: room))
            var packer = RunPacker()
            for place in places.sorted(by: { $0.seq < $1.seq }) {
                let id = try #require(keeper.id(at: place, in: room))
                let operation = try #require(keeper.operation(id, in: room))
                let isTaken = packer.append(operation, certificate: place.seq == 0 ? certificate.encoded : nil)
                #expect(isTaken)
            }
            batch.add(run: try #require(packer.finish())) { _ in certificate }
        }
        if let register = keeper.register(of: planned.id, in: room) { batch.add(register: register) }
        #expect(batch.faults.isEmpty)
        other.now = max(other.now, now)
        _ = try other.command { _, state in
            try state.logState.take(batch, peers: [self.planned.id], at: other.now.milliseconds)
        }
    }

    /// The same room over there.
    func number(of room: RoomID) throws -> RoomNumber { try #require(try state.logState.look(at: room)).roomNumber }

    /// Somebody elsewhere, as they are called here.
    func number(of person: PersonNumber, from other: ChatNode) throws -> PersonNumber {
        let user = try other.user(person)
        return try command { _, state in try state.logState.number(for: user) }
    }
}
