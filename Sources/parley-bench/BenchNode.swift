import Bytes
import EventLoop
import Federation
import Glibc
import Gossip
import Keys
import Log
import Operations
import Peers
import SQLite
import Server
import Store
import Synchronization

/// A whole node without people's faces: a database with durable commits, a server, and its gossip.
final class BenchNode {
    let watch = CommitWatch()
    let identity: NodeIdentity
    private let path: String
    private let url: NodeURL
    private var writer: Writer<WatchedLog>!
    private(set) var federation: Federation!
    private var server: ServerThreads!
    private static let author = Handle("ada")!  // of letters
    private static let log = Log(to: 2, level: .warning)

    init(_ number: Int, in folder: String) throws {
        func key(_ label: String) -> SigningKey {
            let seed = Hash(of: Array("parley-bench federation \(number) \(label)".utf8).span)
            return SigningKey(seed: SecretBytes(copying: seed.bytes.array.span))!  // of 32 bytes
        }
        let (first, recovery) = (key("first"), key("recovery"))
        identity = NodeIdentity(
            certificate: try Certificate(firstKey: first.publicKey, recoveryKey: recovery.publicKey), key: first)
        path = "\(folder)/node-\(number)"
        url = NodeURL("http://node-\(number).example")!  // of letters and a digit
        try start()
    }

    func start() throws {
        let (path, identity, watch) = (path, identity, watch)
        _ = try StoreSchema.current.prepare(databaseAt: path)
        let incarnation = Atomic64()
        var options = Connection.Options()
        options.cacheKiB = 65_536
        writer = try Writer(path, options) { connection in
            let log = try LogState(connection)
            incarnation.value.store(
                try log.start(databaseAt: path, as: identity).incarnation, ordering: .releasing)
            return WatchedLog(log, watch)
        }
        var settings = FederationSettings(
            identity, name: NodeName("node")!, url: url, databasePath: path, courier: "/nowhere")
        settings.reading.cacheKiB = 16_384
        let federation = try Federation(
            settings, writer: writer, incarnation: incarnation.value.load(ordering: .acquiring), log: Self.log)
        self.federation = federation
        server = try ServerThreads(
            listeningAt: [.ipv4(0x7F00_0001, port: address?.port ?? 0)], threads: 1,
            troubled: { Console.complain("\($0)") },
            setup: { _, index in Router(federation.routes(onLoop: index)) },
            started: { server, index in try server.receive(federation.answers(forLoop: index)) })
        address = server.addresses[0]
    }

    /// The same port after a start.
    private var address: SocketAddress?

    func stop() {
        federation.stop()
        server.drain(within: 0)
        writer.stop()
    }

    func meet(_ other: BenchNode) throws {
        for (one, another) in [(self, other), (other, self)] {
            one.federation.change(
                another.identity.node, .add(another.federation.card), url: NodeURL(another.address?.url ?? "")
            ) { _ in }
        }
        while !federation.peers.contains(where: { $0.consent.state == .active })
            || !other.federation.peers.contains(where: { $0.consent.state == .active })
        {
            usleep(1_000)
        }
    }

    // MARK: What people do

    private static var now: Int64 { Timestamp.now().milliseconds }

    func found(_ name: String, with others: [BenchNode]) throws -> RoomID {
        let users = others.map { UserID(node: $0.identity.node, handle: Self.author) }
        return try writer.performLogged { _, watched in
            let log = watched.logState
            let creation = RoomCreation(name: name).encoded
            let room = try log.found(LocalDraft(by: Self.author, .roomCreate, payload: creation), at: Self.now).room
            for user in users {
                _ = try log.write(
                    LocalDraft(by: Self.author, .memberAdd, about: .grant(user, .admin)), in: room, at: Self.now)
            }
            return room
        }
    }

    func post(_ text: String, in room: RoomID) throws {
        let draft = LocalDraft(by: Self.author, .messagePost, payload: MessageContent(content: text).encoded)
        _ = try writer.performLogged { _, watched in try watched.logState.write(draft, in: room, at: Self.now) }
    }

    /// Many in one commit.
    func post(_ numbers: Range<Int>, in room: RoomID) throws {
        try writer.performLogged { _, watched in
            for number in numbers {
                let text = "Message \(number) of a hundred bytes or so, as people write them to each other"
                let draft = LocalDraft(by: Self.author, .messagePost, payload: MessageContent(content: text).encoded)
                _ = try watched.logState.write(draft, in: room, at: Self.now)
            }
        }
    }

    private func digest(of room: RoomID) throws -> Hash? {
        try writer.performLogged { _, watched in try watched.logState.keeper(peers: []).digest(of: room) }
    }

    /// Returns when this node has what the other has.
    func wait(for room: RoomID, toEqual other: BenchNode) throws {
        let wanted = try other.digest(of: room)
        while try digest(of: room) != wanted { usleep(2_000) }
    }
}

private final class Atomic64: Sendable {
    let value = Atomic<Int64>(0)
}

/// When a node last committed something that came into its log.
final class CommitWatch: Sendable {
    let commits = Atomic<Int>(0)
    let committedAt = Atomic<UInt64>(0)
}

/// A log whose commits are watched.
final class WatchedLog: LogWriterState {
    let logState: LogState
    private let watch: CommitWatch
    private var newest: Int64 = 0
    private var told: Int64 = 0

    init(_ log: LogState, _ watch: CommitWatch) {
        logState = log
        self.watch = watch
    }

    func finish(in transaction: borrowing Transaction) throws {
        try logState.finish(in: transaction)
        var row = try transaction.statement("SELECT max(serial) FROM operation")
        if try row.step() { newest = row.int64(0) }
    }

    func commandBegins() { logState.commandBegins() }
    func commandRolledBack() { logState.commandRolledBack() }
    func groupEnds() throws { try logState.groupEnds() }
    func groupRolledBack() { logState.groupRolledBack() }

    func groupCommitted() {
        let time = Clock.now()
        logState.groupCommitted()
        guard newest != told else { return }
        told = newest
        watch.committedAt.store(time, ordering: .releasing)
        watch.commits.add(1, ordering: .acquiringAndReleasing)
    }
}
