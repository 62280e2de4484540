import EventLoop
import Glibc
import Gossip
import Operations
import RoomModel
import SQLite
import Server
import Store
import Synchronization
import Testing
import Wire
import Wires

@testable import Federation

/// What a node can't do for a moment, and does then; and what a peer answers that nobody can take in.
struct RepairTests {
    /// Whoever reads a room needs this table; who writes a message does not.
    private func setLog(readable isReadable: Bool, at node: TestNode) throws {
        try node.writer.performLogged { transaction, _ in
            try transaction.connection.execute(
                isReadable
                    ? "ALTER TABLE announced_away RENAME TO announced"
                    : "ALTER TABLE announced RENAME TO announced_away")
        }
    }

    @Test func `what was written while the log could not be read is told when it can be`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        try setLog(readable: false, at: north)
        let message = try north.post("Nobody can read this yet", in: room)
        usleep(1_200_000)
        #expect(try !south.has(message, in: room))
        try setLog(readable: true, at: north)
        #expect(try agree(network.nodes, on: room))
        #expect(try south.has(message, in: room))
    }

    @Test func `an answer that came while the log could not be read does not keep its lane for ever`() throws {
        let network = try Network(2, .line)
        let (north, south) = (network.nodes[0], network.nodes[1])
        let room = try network.found()
        func sent() -> UInt64 { north.federation.core.health.withLock { $0[south.id]?.operationsSent ?? 0 } }
        let before = sent()
        network.set(.delayed(milliseconds: 250))
        var first = try north.post("On its way", in: room)
        // The push has left, and its answer has not come. Where the other fetched it before, nothing was left to be pushed.
        for _ in 0..<10 where !eventually(within: 1, { sent() > before }) {
            first = try north.post("On its way", in: room)
        }
        #expect(eventually { sent() > before })
        try setLog(readable: false, at: north)
        #expect(try eventually { try south.has(first, in: room) })
        usleep(700_000)
        try setLog(readable: true, at: north)
        network.set(.fine)
        let second = try north.post("And the next", in: room)
        #expect(try agree(network.nodes, on: room))
        #expect(try south.has(second, in: room))
        // Nothing of it is under way any more.
        #expect(
            eventually {
                let health = north.federation.core.health.withLock { $0[south.id] }
                return health?.link == .up && health?.roomsToPush == 0 && health?.roomsToPull == 0
            })
    }

    @Test func `F57 an answer without end is cut off, and what it was about comes from others`() throws {
        let flood = Box<Int>()
        flood.value = 0
        let south = try TestNode(
            PlannedNode.all[1],
            routes: { routes, _ in
                // The fourth is that of pulls.
                routes[..<3] + routes[4...] + [
                    Route(.post, "/federation/v1/pull", body: .buffered(bytesMax: 1 << 23)) { exchange in
                        flood.value? += 1
                        exchange.answer(
                            Response(
                                200, contentType: "application/cbor-seq", [UInt8](repeating: 0x80, count: 32 << 20)))
                    }
                ]
            })
        let (north, east) = (try TestNode(PlannedNode.all[0]), try TestNode(PlannedNode.all[2]))
        let nodes = [north, south, east]
        try north.add(south)
        try south.add(east)
        try east.add(south)
        // What South pushes would come without an answer.
        let pushing = try south.add(north)
        let wires = [try north.add(east), try east.add(north)]
        let room = try north.found()
        for other in [south, east] { try north.admit(other.user(), to: room) }
        #expect(try agree(nodes, on: room))
        north.stop()
        let missed = try south.post("While you were away", in: room)
        #expect(try agree([south, east], on: room))
        for wire in wires + [pushing] { wire.set(.cut) }
        try north.start()
        #expect(eventually { flood.value ?? 0 > 0 })
        #expect(try !north.has(missed, in: room))
        for wire in wires { wire.set(.fine) }
        #expect(try agree(nodes, on: room))
        #expect(try north.has(missed, in: room))
    }
}
