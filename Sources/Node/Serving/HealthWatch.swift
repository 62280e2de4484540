import API
import Bytes
import EventLoop
import Federation
import Glibc
import Gossip
import Operations
import Peers
import SQLite
import Store
import Synchronization

/// How the node is, as whoever asks at any moment is told at once. What has to be looked up is looked up before, now
/// and then.
final class HealthWatch: NodeStatus {
    /// A peer, and how far it is from having the same.
    struct PeerCounts: Sendable {
        let key: NodeID
        let rooms: Int
        let behind: Int
        let toFetch: Int?
        let lastContact: Timestamp?
        let storedBytes: Int64
    }

    struct Counts: Sendable {
        var canWrite = true
        var databaseBytes: Int64 = 0
        var logBytes: Int64 = 0
        var freeBytes: Int64 = 0
        var accounts = 0
        var rooms = 0
        var messages = 0
        var operations = 0
        var forks = 0
        var outbox: [OutboxCounts] = []
        var reachablePeers = 0
        var peers = 0
        var eachPeer: [PeerCounts] = []
        var storageBytesMax: Int64?
        /// How far our clock is ahead of most peers', in milliseconds, and whether writing waits for it to be mended.
        var clockAhead: Int64 = 0
        var isClockWrong = false
    }

    /// Of one way to send.
    struct OutboxCounts: Sendable {
        let way: StaticString
        var waiting = 0
        /// In the last thirty days.
        var failed = 0
    }

    let started = Timestamp.now()
    private let folder: DataFolder
    private let node: NodeID
    private let federation: Federation
    private let counts = Mutex(Counts())
    private let connections: Mutex<@Sendable () -> Int> = Mutex({ 0 })
    private let sockets: Mutex<@Sendable () -> Int> = Mutex({ 0 })

    init(_ folder: DataFolder, of node: NodeID, _ federation: Federation) {
        self.folder = folder
        self.node = node
        self.federation = federation
    }

    /// Who knows how many connections there are, and how many of them are WebSockets and event streams.
    func count(connections: @escaping @Sendable () -> Int, sockets: @escaping @Sendable () -> Int) {
        self.connections.withLock { $0 = connections }
        self.sockets.withLock { $0 = sockets }
    }

    var current: Counts { counts.withLock { $0 } }

    var canWrite: Bool {
        get { counts.withLock { $0.canWrite } }
        set { counts.withLock { $0.canWrite = newValue } }
    }

    /// Looks again. Costs what the small tables cost and what is shared with peers, whatever the history.
    func look(with reader: Reader) throws {
        var counts = Counts()
        counts.databaseBytes = Self.size(folder.database)
        counts.logBytes = Self.size(folder.database + "-wal")
        counts.freeBytes = Int64(try DatabaseFile.freeBytes(at: folder.path))
        try reader.read { connection in
            counts.accounts = try AccountTable.count(on: connection)
            var rows = try connection.statement("SELECT count(*), coalesce(sum(messages), 0) FROM room_view")
            if try rows.step() { (counts.rooms, counts.messages) = (rows.int(0), rows.int(1)) }
            var last = try connection.statement("SELECT coalesce(max(serial), 0) FROM operation")
            if try last.step() { counts.operations = last.int(0) }
            counts.eachPeer = try PeerSummary.all(as: node, on: connection).filter { $0.state != .knocking }
                .map { peer in
                    PeerCounts(
                        key: peer.node, rooms: peer.rooms, behind: peer.behind,
                        toFetch: federation.health(of: peer.node)?.roomsToPull, lastContact: peer.lastContact,
                        storedBytes: peer.stored.total)
                }
            counts.forks = try ForkTable.count(on: connection)
            counts.outbox = try [
                Self.outbox("push", .push, on: connection), Self.outbox("email", .email, on: connection),
            ]
        }
        let peers = federation.peers
        counts.peers = peers.count
        counts.storageBytesMax = federation.storageBytesMax
        counts.reachablePeers = peers.count { $0.consent.state == .active }
        let clock = federation.clock
        (counts.clockAhead, counts.isClockWrong) = (clock.ahead, clock.isBelieved)
        let found = counts
        self.counts.withLock { known in
            let canWrite = known.canWrite
            known = found
            known.canWrite = canWrite
        }
    }

    private static func outbox(
        _ name: StaticString, _ way: OutboxEntry.Way, on connection: Connection
    ) throws -> OutboxCounts {
        var counts = OutboxCounts(way: name)
        var waiting = try connection.statement("SELECT count(*) FROM outbox WHERE state = 0 AND way = ?1")
        waiting.bind(1, way.rawValue)
        if try waiting.step() { counts.waiting = waiting.int(0) }
        var failed = try connection.statement("SELECT count(*) FROM outbox WHERE state = 3 AND way = ?1")
        failed.bind(1, way.rawValue)
        if try failed.step() { counts.failed = failed.int(0) }
        return counts
    }

    static func size(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    // MARK: NodeStatus

    var readiness: API::Readiness {
        let counts = current
        return API::Readiness(
            canWrite: counts.canWrite && !counts.isClockWrong, peersKnown: counts.peers,
            peersReachable: counts.reachablePeers)
    }

    var figures: NodeFigures {
        let counts = current
        return NodeFigures(
            databaseBytes: counts.databaseBytes, freeBytes: counts.freeBytes, activePeers: counts.reachablePeers,
            peers: counts.peers, sockets: sockets.withLock { $0 }(), version: Program.version, started: started)
    }

    func noticeFullDisk() {
        canWrite = false
    }

    func card() -> [UInt8] { federation.card.encoded }

    func metrics() -> [UInt8] {
        Metrics.text(
            current, connections: connections.withLock { $0 }(), sockets: sockets.withLock { $0 }(), started: started)
    }
}
