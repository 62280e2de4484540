import API
import Bytes
import EventLoop
import Operations

/// What a command can learn and tell of the serving that it runs beside.
struct Running: Sendable {
    let name: String
    let started: Timestamp
    let addresses: [SocketAddress]
    let publicURL: String?
    let health: HealthWatch
    let peers: any PeerAdministration
    /// In how many rooms something is still to be fetched from a peer; nil where nobody asks it.
    let toFetch: @Sendable (NodeID) -> Int?
    /// How much is kept of one other node; nil where that is not bounded.
    let storageBytesMax: Int64?
}
