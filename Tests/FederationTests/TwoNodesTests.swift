import Gossip
import Operations
import Peers
import RoomModel
import Store
import Testing

struct TwoNodesTests {
    let north: TestNode
    let south: TestNode

    init() throws {
        north = try TestNode(PlannedNode.all[0])
        south = try TestNode(PlannedNode.all[1])
    }

    @Test func `two nodes that want each other are peers, and what one writes is on the other`() throws {
        try north.add(south)
        #expect(north.state(of: south) == .waiting)
        try south.add(north)
        #expect(eventually { north.state(of: south) == .active && south.state(of: north) == .active })

        let room = try north.found()
        try north.admit(south.user(), to: room)
        let first = try north.post("Hello", in: room)
        #expect(try eventually { try south.has(first, in: room) })
        let second = try south.post("Hello yourself", in: room)
        #expect(try eventually { try north.has(second, in: room) })
        #expect(try agree([north, south], on: room))
    }
}
