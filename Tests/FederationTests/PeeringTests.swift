import EventLoop
import Federation
import Operations
import Peers
import RoomModel
import Store
import Testing
import Wires

/// What administrators do with peers, and what becomes of it on both sides.
struct PeeringTests {
    let north: TestNode
    let south: TestNode
    let toSouth: Proxy

    init() throws {
        north = try TestNode(PlannedNode.all[0])
        south = try TestNode(PlannedNode.all[1])
        toSouth = try south.way()
    }

    @Test func `a peer is added by its URL, knocks there, and is accepted`() throws {
        let added = try north.add(url: toSouth.url)
        #expect(added.peer.node == south.id && added.isNew)
        #expect(north.state(of: south) == .waiting)
        #expect(try eventually { try south.summary(of: north) != nil })
        // Who knocks is shown without any text of its own.
        let knocking = try #require(try south.summary(of: north))
        #expect(knocking.state == .knocking && knocking.name == "127.0.0.1" && knocking.url == nil)
        try south.order(.accept, of: north)
        #expect(south.state(of: north) == .active)
        try south.change(north, .add(north.federation.card), url: NodeURL(try north.way().url))
        #expect(eventually { north.state(of: south) == .active })
        #expect(try eventually { try north.summary(of: south)?.state == .active })
        #expect(try north.summary(of: south)?.name == "south.example")
        #expect(try !north.add(url: toSouth.url).isNew)
    }

    @Test func `what can't be a peer is not added`() throws {
        #expect(throws: PeeringFault.badURL) { try north.add(url: "http://South.Example/") }
        #expect(throws: PeeringFault.ourselves) { try north.add(url: north.url.description) }
        #expect(throws: PeeringFault.ourselves) { try north.add(url: try north.way().url) }
        #expect(throws: PeeringFault.anotherNode(south.id)) {
            try north.add(url: toSouth.url, key: PlannedNode.all[2].id)
        }
        toSouth.set(.cut)
        #expect(throws: PeeringFault.self) { try north.add(url: toSouth.url) }
        #expect(north.federation.peers.isEmpty)
        #expect(throws: PeeringFault.noSuchPeer) { try north.order(.pause, of: south) }
    }

    @Test func `a peer that is silent is kept where its key is given`() throws {
        toSouth.set(.cut)
        let added = try north.add(url: toSouth.url, key: south.id, name: "The south")
        #expect(added.isNew)
        #expect(try north.summary(of: south)?.name == "The south")
        #expect(north.state(of: south) == .waiting)
    }

    @Test func `a paused peer is told nothing, and learns what it missed when it goes on`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        try north.order(.pause, of: south)
        #expect(throws: PeeringFault.doesNotFit) { try north.order(.accept, of: south) }
        let missed = try north.post("While you were paused", in: room)
        let unheard = try south.post("Do you hear me?", in: room)
        #expect(eventually { south.state(of: north) == .refused })
        #expect(try !south.has(missed, in: room) && !north.has(unheard, in: room))
        try north.order(.resume, of: south)
        #expect(try agree(network.nodes, on: room))
        #expect(eventually { south.state(of: north) == .active })
    }

    @Test func `a removed peer is a stranger again, also after a restart`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        try north.remove(south)
        #expect(north.state(of: south) == .stranger)
        north.stop()
        try north.start()
        let last = try south.post("Are you there?", in: room)
        #expect(try north.summary(of: south)?.state != .active)
        #expect(try !north.has(last, in: room))
    }

    @Test func `peers are peers after a restart`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        south.stop()
        try south.start()
        #expect(south.state(of: north) == .active && north.state(of: south) == .active)
    }

    @Test func `another node at a peer's place is refused loudly, and told nothing`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        let west = try TestNode(PlannedNode.all[3])
        let way = network.wires[0]
        way.lead(to: west.address)
        way.set(.cut)
        way.set(.fine)
        try north.post("For the south only", in: room)
        #expect(eventually { north.state(of: south) == .refused })
        #expect(west.federation.peers.isEmpty)
        #expect(try west.keeper { $0.clock(of: room) } == nil)
    }
}
