import Gossip
import Operations
import RoomModel
import SQLite
import Store
import Testing

/// Nodes whose disks forget.
struct RestoreTests {
    @Test func `B24 a node that is restored from a backup gets its own words back, and goes on without a fork`() throws
    {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        try network.talk(5, in: room)
        #expect(try agree(network.nodes, on: room))
        let backup = north.folder + "/backup"
        try north.reading { try $0.backUp(to: backup) }
        let lost = try north.post("Soon forgotten", in: room)
        #expect(try eventually { try south.has(lost, in: room) })
        try north.restore(backup)
        #expect(try !north.has(lost, in: room))
        let next = try north.post("Where was I?", in: room)
        #expect(try agree(network.nodes, on: room))
        for node in network.nodes {
            #expect(try node.has(lost, in: room) && node.has(next, in: room))
            #expect(try node.keeper { $0.clock(of: room)?.forks.isEmpty } == true)
        }
    }

    @Test func `a message that was deleted meanwhile is deleted in the restored node as well`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        let message = try south.post("To be regretted", in: room)
        #expect(try agree(network.nodes, on: room))
        let backup = north.folder + "/backup"
        try north.reading { try $0.backUp(to: backup) }
        try south.write(LocalDraft(by: TestNode.ada, .messageDelete, about: .operation(message)), in: room)
        #expect(try agree(network.nodes, on: room))
        try north.restore(backup)
        #expect(try agree(network.nodes, on: room))
        for node in network.nodes {
            #expect(try node.keeper { $0.operation(message, in: room)?.payload } == nil)
        }
    }
}
