package import Bytes
package import SQLite
package import Store

/// What other parts of the node do for those who ask: each protocol here belongs to the API, which needs it, and is
/// kept by the part that can.
package struct NodeParts: Sendable {
    package var status: any NodeStatus
    package var peers: any PeerAdministration
    package var devices: any DeviceTesting
    package var presence: any PresenceKeeping
    package var blobs: any BlobFetching
    package var spread: any RoomSpreading

    package init(
        status: any NodeStatus, peers: any PeerAdministration, devices: any DeviceTesting,
        presence: any PresenceKeeping, blobs: any BlobFetching = NoFetching(), spread: any RoomSpreading = NodeAlone()
    ) {
        self.status = status
        self.peers = peers
        self.devices = devices
        self.presence = presence
        self.blobs = blobs
        self.spread = spread
    }
}

/// How the node is. From any thread, at once.
package protocol NodeStatus: Sendable {
    var readiness: Readiness { get }
    var figures: NodeFigures { get }
    /// Somebody's change was refused, because the disk is full.
    func noticeFullDisk()
    /// In the text format of Prometheus.
    func metrics() -> [UInt8]
    /// The node's signed card, as CBOR.
    func card() -> [UInt8]
}

package struct Readiness: Hashable, Sendable {
    package var canWrite: Bool
    package var peersKnown: Int
    package var peersReachable: Int

    package init(canWrite: Bool, peersKnown: Int, peersReachable: Int) {
        self.canWrite = canWrite
        self.peersKnown = peersKnown
        self.peersReachable = peersReachable
    }
}

/// What of the statistics no table says. Nil is what only a node that runs has.
package struct NodeFigures: Hashable, Sendable {
    package var databaseBytes: Int64
    package var freeBytes: Int64
    package var activePeers: Int
    package var peers: Int
    package var sockets: Int?
    package var version: String
    package var started: Timestamp?

    package init(
        databaseBytes: Int64, freeBytes: Int64, activePeers: Int, peers: Int, sockets: Int?, version: String,
        started: Timestamp?
    ) {
        self.databaseBytes = databaseBytes
        self.freeBytes = freeBytes
        self.activePeers = activePeers
        self.peers = peers
        self.sockets = sockets
        self.version = version
        self.started = started
    }
}

/// Who is here, as far as somebody may know it.
package protocol PresenceKeeping: Sendable {
    /// Of people of any node: nobody's, where they don't share it or share no room with `viewer`.
    func presence(
        of person: PersonNumber, for viewer: PersonNumber, on connection: Connection
    ) throws -> Presence
}

package struct Presence: Hashable, Sendable {
    package var isOnline: Bool
    package var lastActivity: Timestamp?

    package init(isOnline: Bool, lastActivity: Timestamp?) {
        self.isOnline = isOnline
        self.lastActivity = lastActivity
    }

    package static let unknown = Presence(isOnline: false, lastActivity: nil)
}

/// Sends a push now, and waits for what comes of it.
package protocol DeviceTesting: Sendable {
    /// `completion` is called once, from any thread.
    func test(_ device: Device, completion: @escaping @Sendable (DeviceTest) -> Void)
}

package struct DeviceTest: Hashable, Sendable {
    package var isDelivered: Bool
    /// What the endpoint answered, if it did.
    package var status: Int?
    package var error: String?

    package init(isDelivered: Bool, status: Int?, error: String?) {
        self.isDelivered = isDelivered
        self.status = status
        self.error = error
    }
}
