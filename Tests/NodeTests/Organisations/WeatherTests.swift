import Foundation
import Testing
import Wires

/// Nodes whose wires are cut, slow and narrow: processes over sockets.
struct WeatherTests {
    @Test(arguments: [2, 3, 5], Organisations.Shape.allCases)
    func `what was said, changed and deleted while every wire was cut is the same everywhere afterwards`(
        count: Int, shape: Organisations.Shape
    ) throws {
        // Of two there is one shape.
        guard count > 2 || shape == .line else { return }
        let organisations = try Organisations(count, shape)
        let room = try organisations.found()
        try organisations.live(1, in: room, "before")
        try organisations.agree(on: room)
        organisations.set(.cut)
        try organisations.live(2, in: room, "apart")
        let last = try organisations[count - 1].say("Is anybody there?", in: room)
        #expect(try !organisations[0].isThere(last))
        organisations.set(.fine)
        try organisations.agree(on: room)
        #expect(try organisations[0].isThere(last))
    }

    @Test func `a wire that is cut in the middle of a catching up costs nothing but time`() throws {
        let organisations = try Organisations(2)
        let room = try organisations.found()
        organisations.set(.cut)
        try organisations[0].sayMany(1_000, in: room)
        organisations.set(.cutAfter(bytes: 100_000))
        #expect(soon { organisations.links[0].isCut })
        #expect(try organisations[1].count(of: room) < 1_000)
        organisations.set(.fine)
        try organisations.agree(on: room)
        #expect(try organisations[1].count(of: room) == 1_000)
    }

    @Test func `a wire that is never whole for long brings everything over in pieces`() throws {
        let organisations = try Organisations(2)
        let room = try organisations.found()
        organisations.set(.cut)
        try organisations[0].sayMany(1_500, in: room)
        // One answer with all of it would never come through.
        var cuts = 0
        while try organisations[1].count(of: room) < 1_500, cuts < 60 {
            organisations.set(.cutAfter(bytes: 100_000))
            let isOver = try soon(within: 5) {
                try organisations.links[0].isCut || organisations[1].count(of: room) == 1_500
            }
            if isOver, organisations.links[0].isCut { cuts += 1 }
        }
        #expect(cuts > 2)
        organisations.set(.fine)
        try organisations.agree(on: room)
        #expect(try organisations[1].count(of: room) == 1_500)
    }

    @Test func `a wire that is slow and narrow carries a conversation beside what was missed`() throws {
        let organisations = try Organisations(2)
        let (missed, other) = (try organisations.found(), try organisations.found("Jetty"))
        organisations.set(.cut)
        try organisations[0].sayMany(600, in: missed)
        organisations.set(.narrow(bytesPerSecond: 120_000))
        try organisations.live(2, in: other, "narrow")
        try organisations.agree(on: missed)
        organisations.set(.delayed(milliseconds: 40))
        try organisations.live(2, in: missed, "slow")
        try organisations.agree(on: missed)
        try organisations.agree(on: other)
    }
}
