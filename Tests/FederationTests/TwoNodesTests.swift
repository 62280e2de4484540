import Glibc
import Gossip
import Operations
import Peers
import RoomModel
import SQLite
import Store
import Synchronization
import Testing

struct TwoNodesTests {
    let north: TestNode
    let south: TestNode

    init() throws {
        north = try TestNode(PlannedNode.all[0])
        south = try TestNode(PlannedNode.all[1])
    }

    @Test func `what comes is taken once, also where what is written together is undone and run again`() throws {
        struct Refused: Error {}
        try north.add(south)
        try south.add(north)
        #expect(eventually { north.state(of: south) == .active && south.state(of: north) == .active })
        let room = try north.found()
        try north.admit(south.user(), to: room)
        let first = try north.post("Hello", in: room)
        #expect(try eventually { try south.has(first, in: room) })
        let refusals = Mutex(0)
        for number in 0..<5 {
            // Meanwhile what South writes comes, and is run together with what fails after it, having changed something.
            try north.writer.submitAlone({ _, _ in usleep(100_000) }, completion: { _ in })
            let post = try south.post("south \(number)", in: room)
            usleep(50_000)
            try north.writer.submit(.peers, bytes: 1) { transaction, _ in
                var row = try transaction.statement("UPDATE node SET name = name WHERE number = 1")
                try row.run()
                throw Refused()
            } completion: { (result: Result<Void, any Error>) in
                if case .failure(is Refused) = result { refusals.withLock { $0 += 1 } }
            }
            #expect(try eventually { try north.has(post, in: room) })
        }
        #expect(eventually { refusals.withLock { $0 } == 5 })
        #expect(try agree([north, south], on: room))
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
