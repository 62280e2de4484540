import Gossip
import Operations
import Peers
import RoomModel
import Testing
import Wires

@testable import Federation

/// Nodes between which somebody listens.
struct SealedTests {
    private func talk(isSealed: Bool) throws -> (heardWords: Bool, heardPaths: Bool) {
        let north = try TestNode(PlannedNode.all[0]) { $0.wantsSealed = isSealed }
        let south = try TestNode(PlannedNode.all[1])
        let ways = [try north.add(south), try south.add(north)]
        let room = try north.found()
        try north.admit(south.user(), to: room)
        let (first, second) = (
            try north.post("Words for the south", in: room), try north.post("And more", in: room)
        )
        #expect(try agree([north, south], on: room))
        try south.post("Words for the north", in: room)
        #expect(try agree([north, south], on: room))
        #expect(try south.has(first, in: room) && south.has(second, in: room))
        return (
            ways[1].hasSeen("Words for the"), ways[1].hasSeen("/federation/v1/push")
        )
    }

    @Test func `between nodes that seal neither words nor paths are seen`() throws {
        // That one would see them shows where nobody seals.
        #expect(try talk(isSealed: false) == (true, true))
        #expect(try talk(isSealed: true) == (false, false))
    }

    @Test func `a node that takes sealed requests only answers no others, and what can't be opened is refused`() throws
    {
        let north = try TestNode(PlannedNode.all[0]) { $0.wantsSealed = true }
        let mallory = try HostilePeer(PlannedNode.all[3], against: north)
        try mallory.befriend()
        let open = try mallory.ask("GET", "/federation/v1/changes")
        #expect(open.status == 403 && open.text == "unsealed" && open.isSigned)
        for body in [[], [1, 2, 3], [UInt8](repeating: 1, count: 1_000)] {
            let answer = try mallory.ask("POST", "/federation/v1/sealed", body)
            #expect(answer.status == 400 && answer.text == "seal" && answer.isSigned)
        }
    }
}
