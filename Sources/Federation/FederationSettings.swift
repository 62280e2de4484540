package import Blobs
package import EventLoop
package import Gossip
package import Operations
package import Peers
package import SQLite
package import Store
package import Wire

/// Who this node is to others, and what others may cost it.
package struct FederationSettings: Sendable {
    package let identity: NodeIdentity
    package var name: NodeName
    /// Where it is called; nil for a node that nobody can call.
    package var url: NodeURL?
    /// Whether peers are given the whole directory, or only people in rooms that they share.
    package var givesDirectory = true
    /// Whether peers are answered only what they ask in sealed bodies.
    package var wantsSealed = false
    /// Whether peers may lie in private address ranges that no administrator has named.
    package var allowsPrivateAddresses = false
    /// Where a request comes from, as far as strangers are counted together: without a port, and behind whatever proxy.
    package var network: @Sendable (SocketAddress, RequestHead) -> String = { address, _ in
        let text = address.with(port: 0).description
        return text.hasSuffix(":0") ? String(text.dropLast(2)) : text
    }
    /// The database, for reading; who writes is told apart.
    package let databasePath: String
    package var reading = Connection.Options()
    /// The program that speaks TLS for us.
    package var courier: String
    /// On how many threads the server serves.
    package var loops = 1
    /// Threads that verify, read and answer.
    package var workers = 2
    package var session = PeerSession.Settings()
    package var rates = PeerRates()
    /// Where attachments lie; nil where none are kept.
    package var blobs: BlobStore?
    /// What is larger is not fetched; peers see it on the card.
    package var fetchBytesMax: UInt64 = 67_108_864
    /// So much is kept of what one other node wrote, in bytes; nil where that is not bounded.
    package var storageBytesMax: Int64?
    /// Attachments up to this size are fetched before somebody asks for them; 0: none.
    package var fetchAheadBytesMax: Int64 = 2_097_152
    /// Hears what is said of people elsewhere, on any thread.
    package var whenSignalled: @Sendable (PersonSignal) -> Void = { _ in }
    /// Hears that a blob has come, which is there at least as long as what is handed over is held. On the writer's thread.
    package var whenFetched: @Sendable (PublishedBlob, RoomID) -> Void = { _, _ in }
    package var queue = IntakeQueue<Arrival>.Limits()
    package var desk = DeskLimits()

    package init(_ identity: NodeIdentity, name: NodeName, url: NodeURL?, databasePath: String, courier: String) {
        self.identity = identity
        self.name = name
        self.url = url
        self.databasePath = databasePath
        self.courier = courier
    }
}

/// What a peer may ask. The defaults serve one that joins a room of a hundred thousand operations in seconds.
package struct PeerRates: Sendable {
    package var requestsPerSecond: Int64 = 100
    package var requestsAtOnce: Int64 = 1_000
    package var bytesPerSecond: Int64 = 33_554_432
    package var bytesAtOnce: Int64 = 134_217_728
    /// Microseconds of the threads that verify, read and answer.
    package var workPerSecond: Int64 = 500_000
    package var workAtOnce: Int64 = 10_000_000
    /// Requests that are being answered, those that are held included.
    package var underWayMax = 16
    /// Who types, comes and goes: each is passed on to all who see it.
    package var signalsPerSecond: Int64 = 50
    package var signalsAtOnce: Int64 = 512

    package init() {}
}
