import Bytes
import EventLoop
import Operations
import RoomModel
import Testing

@testable import Federation

/// What is made of the times at which peers sign.
struct PeerClockTests {
    private let clocks = PeerClocks()
    private let peers = PlannedNode.all.dropFirst().map(\.id)
    private let start = MonotonicTime(milliseconds: 1_000_000)
    private let noon = Timestamp(milliseconds: 1_800_000_000_000)

    /// A peer that is so far ahead of us answers at once, so many milliseconds after the start.
    private func see(_ peer: Int, ahead: Int64, after milliseconds: Int64 = 0, taking delay: Int64 = 0) {
        let now = Timestamp(milliseconds: noon.milliseconds + milliseconds)
        let theirs = (now.milliseconds + ahead) / 1_000 * 1_000
        clocks.note(
            peers[peer], asked: Timestamp(milliseconds: now.milliseconds - delay), answered: now,
            theirs: Timestamp(milliseconds: theirs), at: start + UInt64(milliseconds))
    }

    private func verdict(after milliseconds: Int64 = 0, stepped: Int64 = 0) -> PeerClocks.Verdict {
        clocks.verdict(
            at: start + UInt64(milliseconds),
            clock: Timestamp(milliseconds: noon.milliseconds + milliseconds + stepped))
    }

    @Test func `E47 one peer's word is told and not believed, two peers' is`() {
        see(0, ahead: 600_000)
        #expect(verdict().ahead < 0 && !verdict().isBelieved)
        see(1, ahead: 500_000)
        #expect(verdict().ahead < -400_000 && verdict().isBelieved)
        clocks.forget(peers[0])
        #expect(!verdict().isBelieved)
    }

    @Test func `E47 where most agree with us, or differ in both directions, our clock is right`() {
        see(0, ahead: 600_000)
        see(1, ahead: 1_000)
        #expect(verdict() == PeerClocks.Verdict())
        see(2, ahead: -600_000)
        see(3, ahead: -700_000)
        #expect(verdict() == PeerClocks.Verdict())
    }

    @Test func `E49 a slow answer and two minutes say nothing`() {
        see(0, ahead: 119_000)
        see(1, ahead: -119_000)
        see(2, ahead: -125_000, taking: 10_000)
        #expect(verdict() == PeerClocks.Verdict())
    }

    @Test func `E49 what was seen is forgotten after a while, and at once when our clock was put right`() {
        see(0, ahead: 600_000)
        see(1, ahead: 600_000)
        #expect(verdict(after: 800_000).isBelieved)
        #expect(verdict(after: 901_000) == PeerClocks.Verdict())
        see(0, ahead: 600_000, after: 902_000)
        see(1, ahead: 600_000, after: 902_000)
        #expect(verdict(after: 903_000).isBelieved)
        #expect(verdict(after: 904_000, stepped: 600_000) == PeerClocks.Verdict())
    }
}
