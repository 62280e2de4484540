import Gossip
import Outbound
import Testing

@testable import Federation

struct CallFailureTests {
    @Test func `61 a peer that answers too much is there, and the rooms at fault are looked for`() {
        #expect(CallFailure(OutboundFailure.tooLarge).session == .unreadable)
        #expect(CallFailure(OutboundFailure.timedOut).session == .unreachable)
    }
}
