import Gossip
import Keys
import Operations
import Replica
import RoomModel
import Testing

@testable import Simulation

/// What a run has made of a room, on each of its nodes, against Spec/authority.md and Spec/rooms.md as plain sets: who is
/// in with which standing, whatever senior and junior did to each other, what counts, and what is shown.
struct NaiveRoomTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `what nodes see at the end of a run is what the naive model makes of their operations`(slice: UInt64) {
        var compared = 0
        for seed in slice * 6 + 1...slice * 6 + 6 {
            let world = Simulation.play(Plan(seed: seed)).world
            for index in world.plan.honest {
                let keeper = world.machines[index].node.keeper
                for (id, room) in keeper.rooms.sorted(by: { $0.key < $1.key }) where room.order.count <= 80 {
                    let model = NaiveRoom(id, room, of: keeper)
                    #expect(model.digest == room.state, "state of \(id), parley-simulate --seed \(seed)")
                    #expect(model.dump == room.dump, "dump of \(id), parley-simulate --seed \(seed)")
                    for user in world.everyone {
                        #expect((model.standing(of: user) != .out) == room.isMember(user))
                        #expect((model.standing(of: user) == .admin) == room.isAdmin(user))
                    }
                    compared += 1
                }
            }
        }
        #expect(compared > 20)
    }
}

extension NaiveRoom {
    fileprivate init(_ id: RoomID, _ room: KeptRoom, of keeper: MemoryKeeper) {
        var certificates: [OperationID: Certificate] = [:]
        for case .operation(let operation, let certificate, _) in keeper.journal where operation.room == id {
            certificates[operation.id] = certificate
        }
        let operations = room.order.compactMap { room.operation($0) }
        self.init(
            id, room.fold.nature, operations: operations,
            payloadsHere: Set(operations.filter { $0.payload != nil }.map(\.id)), certificates: certificates,
            forks: room.proofs.mapValues(\.seq), registers: Array(room.registers.values))
    }
}
