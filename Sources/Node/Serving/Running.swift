import Bytes
import EventLoop

/// What a command can learn and tell of the serving that it runs beside.
struct Running: Sendable {
    let name: String
    let started: Timestamp
    let addresses: [SocketAddress]
    let publicURL: String?
}
