import Gossip
import Keys
import Operations

@testable import Simulation

/// A node with a room of its own, to write what a test needs and hand it out as bytes.
struct Writer {
    var node: SimulatedNode
    let now: Int64 = World.beginning

    init(_ name: String, peers: Set<NodeID> = []) {
        node = SimulatedNode(Identity(name: name, seed: 1), peers: peers, incarnation: 1, sabotage: nil)
    }

    var id: NodeID { node.id }
    var certificate: Certificate { node.identity.certificate }
    func user(_ handle: String) -> UserID { UserID(node: id, handle: Handle(handle)!) }

    mutating func found() -> RoomID {
        node.write(.roomCreate, by: Handle("ada")!, saying: RoomCreation(name: "here").encoded, in: nil, at: now)!.room
    }

    mutating func admit(_ user: UserID, to room: RoomID) -> Operation {
        node.write(.memberAdd, by: Handle("ada")!, about: .grant(user, .member), in: room, at: now)!
    }

    mutating func remove(_ user: UserID, from room: RoomID) -> Operation {
        node.write(.memberRemove, by: Handle("ada")!, about: .user(user), in: room, at: now)!
    }

    mutating func post(_ text: String, by handle: String = "ada", in room: RoomID, at time: Int64? = nil) -> Operation {
        node.write(
            .messagePost, by: Handle(handle)!, saying: MessageContent(content: text).encoded, in: room,
            at: time ?? now)!
    }

    /// Its feed in the room from `seq` on, as one run, so far as one goes.
    func run(of room: RoomID, from seq: UInt64 = 0, through last: UInt64 = .max, withPayloads: Bool = true) -> [UInt8] {
        var packer = RunPacker(withPayloads: withPayloads)
        for id in node.keeper.rooms[room]?.order ?? [] {
            guard let operation = node.keeper.operation(id, in: room), operation.header.origin == self.id,
                (seq...last).contains(operation.header.seq)
            else { continue }
            let start = operation.header.seq == 0 ? certificate.encoded : nil
            guard packer.append(operation, certificate: start) else { break }
        }
        return packer.finish()!
    }
}

extension SimulatedNode {
    /// What came in one message of `peer`'s.
    mutating func take(
        _ runs: [[UInt8]], of room: RoomID, from peer: NodeID?, at now: Int64 = World.beginning
    ) -> IntakeOutcome {
        var batch = ProvenBatch(room: room, source: peer)
        let (keeper, staging) = (keeper, intake.staging)
        for run in runs {
            batch.add(run: run) { feed in
                keeper.certificate(of: feed, in: room)
                    ?? peer.flatMap { staging.certificate(of: feed, in: room, from: $0) }
            }
        }
        return take(batch, at: now)
    }
}
