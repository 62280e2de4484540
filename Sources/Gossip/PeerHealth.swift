/// What an operator can read about a peer. All counts are since the session began.
package struct PeerHealth: Equatable, Sendable {
    package enum Link: String, Sendable {
        case up
        /// Nothing was heard since the last failure.
        case waiting
        case paused
        /// The peer says that we are none of its peers, or that our signature is not ours.
        case refused
    }

    package var link = Link.up
    package var lastContact: Int64?
    package var lastSuccess: Int64?
    package var lastFailure: Int64?
    package var failuresInARow: UInt64 = 0
    package var requests: UInt64 = 0
    package var operationsSent: UInt64 = 0
    /// New ones; what was there already is counted apart.
    package var operationsTaken: UInt64 = 0
    package var duplicates: UInt64 = 0
    /// Operations from this peer that are against the rules.
    package var faults: UInt64 = 0
    /// Claims to have something that it did not give when asked for it.
    package var unprovenClaims: UInt64 = 0
    package var roomsToPull = 0
    package var roomsToPush = 0
    package var reconciliations: UInt64 = 0

    package init() {}
}
