import API
import Bytes
import Chat
import EventLoop

/// What a command can learn and tell of the serving that it runs beside.
struct Running: Sendable {
    let name: String
    let started: Timestamp
    let addresses: [SocketAddress]
    let publicURL: String?
    let health: HealthWatch
    let peers: any PeerAdministration
    /// Sessions that a command has ended let nobody in any more.
    let forget: @Sendable (EndedSessions) -> Void
}
