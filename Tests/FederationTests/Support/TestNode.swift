import Bytes
import EventLoop
import Federation
import Glibc
import Gossip
import Keys
import Log
import Operations
import Peers
import RoomModel
import SQLite
import Server
import Store
import Synchronization
import Testing
import Wires

/// A node with a database, sockets and threads, in this process.
final class TestNode {
    let planned: PlannedNode
    let folder: String
    private(set) var writer: Writer<LogState>!
    private(set) var federation: Federation!
    private var server: ServerThreads!
    /// From whom it is reached, and how.
    var ways: [Proxy] = []
    private let canBeCalled: Bool
    private let configure: (inout FederationSettings) -> Void
    /// What it answers, where that is not what an honest node would.
    private let routes: @Sendable ([Route], Federation) -> [Route]

    var id: NodeID { planned.id }
    var database: String { folder + "/parley.db" }
    var url: NodeURL { NodeURL("http://\(planned.name).example")! }  // of letters

    init(
        _ planned: PlannedNode, canBeCalled: Bool = true, copying original: TestNode? = nil,
        configure: @escaping (inout FederationSettings) -> Void = { _ in },
        routes: @escaping @Sendable ([Route], Federation) -> [Route] = { routes, _ in routes }
    ) throws {
        self.configure = configure
        self.routes = routes
        self.planned = planned
        self.canBeCalled = canBeCalled
        var template = Array("/tmp/parley-federation-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for name in Self.files where original.map({ access("\($0.folder)/\(name)", F_OK) }) == 0 {
            try Self.copy("\(original!.folder)/\(name)", to: "\(folder)/\(name)")  // there is one, as was just seen
        }
        try start()
    }

    /// The node as it comes up on the database that is there.
    func start() throws {
        signal(SIGPIPE, SIG_IGN)
        let (path, identity) = (database, NodeIdentity(certificate: planned.certificates[0], key: planned.keys[0]))
        _ = try StoreSchema.current.prepare(databaseAt: path)
        let started = Started()
        writer = try Writer(path) { connection in
            try connection.execute("PRAGMA synchronous = OFF")
            let state = try LogState(connection)
            started.incarnation = try state.start(databaseAt: path, as: identity).incarnation
            return state
        }
        var settings = FederationSettings(
            identity, name: NodeName("\(planned.name).example")!, url: canBeCalled ? url : nil, databasePath: path,
            courier: "/nowhere")
        settings.session.pollMilliseconds = 2_000
        settings.session.graceMilliseconds = 300
        configure(&settings)
        let federation = try Federation(
            settings, writer: writer, incarnation: started.incarnation, log: Self.log)
        self.federation = federation
        server = try ServerThreads(
            listeningAt: [.ipv4(0x7F00_0001, port: 0)], threads: 1, troubled: { _ in },
            setup: { [routes] _, index in Router(routes(federation.routes(onLoop: index), federation)) },
            started: { server, index in try server.receive(federation.answers(forLoop: index)) })
        for way in ways { way.lead(to: server.addresses[0]) }
    }

    /// Comes up on a database that was copied before.
    func restore(_ backup: String) throws {
        stop()
        for name in ["parley.db", "parley.db-wal", "parley.db-shm"] { unlink("\(folder)/\(name)") }
        precondition(rename(backup, database) == 0, "no backup: \(errno)")
        try start()
    }

    func stop() {
        for way in ways { way.lead(to: nil) }
        federation?.stop()
        server?.drain(within: 0)
        writer?.stop()
        (federation, server, writer) = (nil, nil, nil)
    }

    private static let files = ["parley.db", "parley.db-wal", "parley.db-shm", "parley.db.mark"]

    private static func copy(_ source: String, to target: String) throws {
        let (from, to) = (open(source, O_RDONLY), open(target, O_WRONLY | O_CREAT, 0o600))
        defer {
            close(from)
            close(to)
        }
        var piece = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(from, &piece, piece.count), count > 0 {
            precondition(Glibc.write(to, piece, count) == count, "no copy: \(errno)")
        }
    }

    deinit {
        stop()
        for name in Self.files { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private final class Started: @unchecked Sendable {
        // Unchecked: written on the writer's thread before its `init` returns, read after that.
        var incarnation: Int64 = 0
    }

    private static let log = Log(to: 2, level: getenv("PARLEY_TEST_LOG") == nil ? .error : .debug)

    var address: SocketAddress { server.addresses[0] }

    // MARK: Peers

    /// Wants the other as a peer, over a wire of their own. Returns the wire.
    @discardableResult
    func add(_ other: TestNode) throws -> Proxy {
        let way = try other.way()
        try change(other, .add(other.federation.card), url: NodeURL(way.url))
        return way
    }

    @discardableResult
    func change(_ other: TestNode, _ event: PeerConsent.Event, url: NodeURL? = nil) throws -> PeerConsent.Outcome {
        try change(other.id, event, url: url)
    }

    @discardableResult
    func change(_ other: NodeID, _ event: PeerConsent.Event, url: NodeURL? = nil) throws -> PeerConsent.Outcome {
        let result = Box<Result<PeerConsent.Outcome, any Error>>()
        federation.change(other, event, url: url) { result.value = $0 }
        #expect(eventually { result.value != nil })
        return try result.value!.get()
    }

    /// As an administrator does.
    @discardableResult
    func add(url: String?, key: NodeID? = nil, name: String? = nil) throws -> (peer: PeerSummary, isNew: Bool) {
        let result = Box<Result<(peer: PeerSummary, isNew: Bool), any Error>>()
        federation.addPeer(url: url, key: key, name: name) { result.value = $0 }
        #expect(eventually { result.value != nil })
        return try result.value!.get()
    }

    @discardableResult
    func order(_ order: PeerOrder, of other: TestNode) throws -> PeerSummary {
        let result = Box<Result<PeerSummary, any Error>>()
        federation.order(order, of: other.id) { result.value = $0 }
        #expect(eventually { result.value != nil })
        return try result.value!.get()
    }

    func remove(_ other: TestNode) throws {
        let result = Box<Result<Void, any Error>>()
        federation.remove(other.id) { result.value = $0 }
        #expect(eventually { result.value != nil })
        try result.value!.get()
    }

    /// A wire to this node.
    func way() throws -> Proxy {
        let way = try Proxy(to: address)
        ways.append(way)
        return way
    }

    func state(of other: TestNode) -> PeerConsent.State {
        federation.peers.first { $0.node == other.id }?.consent.state ?? .stranger
    }

    // MARK: What people do

    private static var now: Int64 { Timestamp.now().milliseconds }
    static let ada = PlannedNode.handles[1]

    func user(_ number: Int = 1) -> UserID { planned.user(number) }

    func found(_ name: String = "Harbour") throws -> RoomID {
        try writer.performLogged { _, log in
            try log.found(
                LocalDraft(by: Self.ada, .roomCreate, payload: RoomCreation(name: name).encoded), at: Self.now
            ).room
        }
    }

    @discardableResult
    func admit(_ user: UserID, to room: RoomID, as role: Role = .admin) throws -> OperationID {
        try write(LocalDraft(by: Self.ada, .memberAdd, about: .grant(user, role)), in: room)
    }

    func remove(_ user: UserID, from room: RoomID) throws {
        try write(LocalDraft(by: Self.ada, .memberRemove, about: .user(user)), in: room)
    }

    @discardableResult
    func post(_ text: String, in room: RoomID) throws -> OperationID {
        try write(LocalDraft(by: Self.ada, .messagePost, payload: MessageContent(content: text).encoded), in: room)
    }

    @discardableResult
    func write(_ draft: LocalDraft, in room: RoomID) throws -> OperationID {
        try written(draft, in: room).id
    }

    func written(_ draft: LocalDraft, in room: RoomID) throws -> WrittenOperation {
        try writer.performLogged { _, log in try log.write(draft, in: room, at: Self.now) }
    }

    // MARK: What is here

    func keeper<Result: Sendable>(_ body: @escaping @Sendable (LogKeeper) -> Result) throws -> Result {
        let peers = KnownPeers(Set(federation?.peers.map(\.node) ?? []))
        return try writer.performLogged { _, log in body(try log.keeper(peers: peers)) }
    }

    func number(of user: UserID) throws -> PersonNumber? { try keeper { $0.number(of: user) } }
    func number(of room: RoomID) throws -> RoomNumber? { try keeper { $0.number(of: room) } }

    func digest(of room: RoomID) throws -> Hash? { try keeper { $0.digest(of: room) } }

    /// Over a connection of its own, as those do who answer people.
    func reading<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try Reader(database).read(body)
    }

    func summary(of other: TestNode) throws -> PeerSummary? {
        try reading { try PeerSummary.of(other.id, as: id, on: $0) }
    }

    /// What became of all that is here of a room.
    func state(of room: RoomID) throws -> Hash? { try writer.performLogged { _, log in try log.room(room)?.state } }

    func has(_ id: OperationID, in room: RoomID) throws -> Bool {
        try keeper { $0.header(of: id, in: room) != nil }
    }
}

/// A value from another thread.
final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)
    var value: Value? {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}

/// Waits until something holds, at most as long as nothing here may take.
func eventually(within seconds: UInt64 = 20, _ holds: () throws -> Bool) rethrows -> Bool {
    let end = MonotonicTime.now() + seconds * 1_000
    while try !holds() {
        guard MonotonicTime.now() < end else { return false }
        usleep(2_000)
    }
    return true
}

/// Whether all have the same of a room, soon.
func agree(_ nodes: [TestNode], on room: RoomID, within seconds: UInt64 = 20) throws -> Bool {
    try eventually(within: seconds) {
        let digests = try nodes.map { try $0.digest(of: room) }
        guard let first = digests[0], digests.allSatisfy({ $0 == first }) else { return false }
        let states = try nodes.map { try $0.state(of: room) }
        return states.allSatisfy { $0 == states[0] }
    }
}
