import EventLoop
import Gossip
import Operations
import Outbound
import Peers

/// A peer that is asked things: the session with it, and what drives it. Of the thread that gossips.
final class Link {
    let peer: NodeID
    var session: PeerSession
    var timer: LoopTimer?
    var calls: [RequestID: OutboundCall] = [:]
    /// Whether it has been told who we are, where it doesn't know yet; before that nothing is asked.
    var isReady = true
    /// What is to be said at the next opportunity.
    var signals: [SignalsRequest.Signal] = []
    var isSignalling = false
    /// Whom it was asked about, and when: users of its own whom ours have met.
    var met: [Handle: MonotonicTime] = [:]
    var isMeeting = false
    /// Up to where of the log it is known whom they have met.
    var metPosition: UInt64?
    /// When it was last told that we want to be its peer.
    var knockedAt: MonotonicTime?
    /// Why it does not answer.
    var lastError: String?
    /// When that was last written down.
    var noted = MonotonicTime(milliseconds: 0)

    init(_ peer: NodeID, _ session: PeerSession) {
        self.peer = peer
        self.session = session
    }

    func end() {
        timer?.end()
        timer = nil
        let under = calls
        calls = [:]
        for call in under.values { call.cancel() }
    }
}
