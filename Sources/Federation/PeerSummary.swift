package import Bytes
package import Operations
import Peers
package import SQLite
package import Store

/// A peer, or a node that knocks, as an administrator sees it.
package struct PeerSummary: Equatable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        case knocking, waiting, active, unreachable, paused, refused
    }

    package let number: NodeNumber
    package let node: NodeID
    package let name: String
    package let url: String?
    package let state: State
    package let created: Timestamp
    package let lastContact: Timestamp?
    package let lastError: String?
    /// Rooms that both share, and of these those in which it lacks something.
    package let rooms: Int
    package let behind: Int
    /// What is kept here of what it wrote, whoever brought it.
    package let stored: StoredBytes

    private init(_ row: PeerRow, as own: NodeID, on connection: Connection) throws {
        let peer = try Peer(row)
        number = row.number
        node = row.node
        // Who knocks is listed without any text of its choosing.
        let isPinned = row.state.isPinned
        name = (isPinned ? peer.label : row.address) ?? row.node.fingerprint
        url = isPinned ? peer.place?.description : nil
        let hasFailed = row.lastError != nil
        state =
            switch peer.consent.state {
            case .stranger, .knocking: .knocking
            case .waiting: .waiting
            case .active: hasFailed ? .unreachable : .active
            case .paused: .paused
            case .refused: .refused
            }
        created = row.created
        lastContact = row.lastContact
        lastError = row.lastError
        (rooms, behind) = try PeerTable.sharedRooms(with: row.number, as: own, on: connection)
        stored = try StoredBytes.of(row.number, on: connection)
    }

    /// By name.
    package static func all(as own: NodeID, on connection: Connection) throws -> [PeerSummary] {
        try PeerTable.all(on: connection).map { try PeerSummary($0, as: own, on: connection) }
            .sorted { ($0.name, $0.node) < ($1.name, $1.node) }
    }

    /// Nil where there is no such peer.
    package static func of(_ node: NodeID, as own: NodeID, on connection: Connection) throws -> PeerSummary? {
        try PeerTable.all(on: connection).first { $0.node == node }
            .map { try PeerSummary($0, as: own, on: connection) }
    }
}
