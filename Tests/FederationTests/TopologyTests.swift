import Operations
import Peers
import RoomModel
import Store
import Testing
import Wires

struct TopologyTests {
    @Test(arguments: Network.Shape.allCases)
    func `five nodes agree on what each has written`(shape: Network.Shape) throws {
        let network = try Network(5, shape)
        let room = try network.found()
        try network.talk(20, in: room)
        #expect(try agree(network.nodes, on: room))
    }

    @Test(arguments: Network.Shape.allCases)
    func `what was written while every wire was cut is everywhere soon after`(shape: Network.Shape) throws {
        let network = try Network(3, shape)
        let room = try network.found()
        try network.talk(5, in: room)
        network.set(.cut)
        try network.talk(20, in: room)
        let last = try network.nodes[2].post("Is anybody there?", in: room)
        #expect(try !network.nodes[0].has(last, in: room))
        network.set(.fine)
        #expect(try agree(network.nodes, on: room))
    }

    @Test func `a wire that is cut again and again while two nodes talk loses nothing`() throws {
        let network = try Network(2, .line)
        let room = try network.found()
        for _ in 0..<5 {
            try network.talk(10, in: room)
            network.set(.cut)
            try network.talk(5, in: room)
            network.set(.fine)
        }
        #expect(try agree(network.nodes, on: room))
    }

    @Test func `slow wires carry the same`() throws {
        let network = try Network(3, .line)
        network.set(.delayed(milliseconds: 20))
        let room = try network.found()
        try network.talk(10, in: room)
        #expect(try agree(network.nodes, on: room))
    }

    @Test func `a node that was down learns what happened meanwhile, in many rooms`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let rooms = try (0..<20).map { _ in try network.found() }
        south.stop()
        for room in rooms { for number in 0..<50 { try north.post("\(number)", in: room) } }
        try south.start()
        for room in rooms { #expect(try agree(network.nodes, on: room)) }
        // Its own feed goes on where it was.
        let last = try south.post("Back again", in: rooms[0])
        #expect(try eventually { try north.has(last, in: rooms[0]) })
    }

    @Test func `both may restart in the middle of a conversation`() throws {
        let network = try Network(2, .line)
        let room = try network.found()
        for node in [0, 1, 0, 1] {
            try network.talk(10, in: room)
            network.nodes[node].stop()
            try network.nodes[1 - node].post("While you were away", in: room)
            try network.nodes[node].start()
        }
        #expect(try agree(network.nodes, on: room))
    }

    @Test func `a node that nobody can call takes part fully`() throws {
        let north = try TestNode(PlannedNode.all[0])
        let south = try TestNode(PlannedNode.all[1], canBeCalled: false)
        try north.change(south, .add(nil))
        try south.add(north)
        // A knock that was not heard is repeated after a minute.
        #expect(
            eventually(within: 90) { north.state(of: south) == .active && south.state(of: north) == .active })
        let room = try north.found()
        try north.admit(south.user(), to: room)
        for number in 0..<20 {
            let first = try north.post("north \(number)", in: room)
            #expect(try eventually { try south.has(first, in: room) })
            let second = try south.post("south \(number)", in: room)
            #expect(try eventually { try north.has(second, in: room) })
        }
        #expect(try agree([north, south], on: room))
    }
}
