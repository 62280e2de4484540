import Bytes
import EventLoop
import Gossip
import Keys
import Log
import Operations
import Peers
import Server
import Store
import Synchronization

/// What all threads of the federation share.
final class FederationCore: Sendable {
    let settings: FederationSettings
    let node: NodeID
    let card: Card
    let signer: PeerSigner
    let seal: CursorSeal
    /// Whether peers know us by another key, or at another place, than we have now: then we knock first.
    let isAnother: Bool
    let writer: any LogWriting
    let log: Log
    let book: PeerBook
    let desk: IntakeDesk
    let knocks = Mutex(KnockRates())
    let workers: WorkerPool
    let accounts: PeerAccounts
    /// To the thread that gossips.
    let inbox: Mailbox<GossipMessage>
    /// To the thread that fetches blobs.
    let blobOrders: Mailbox<BlobOrder?>
    /// To the server's loops.
    let answers: [Mailbox<RemoteAnswer>]
    /// Which requests were here before; nil for a node that nobody can call.
    let check: Mutex<PeerRequestCheck?>
    let staged = Mutex(StagedClocks())
    let commits = Mutex(PendingCommits())
    let traffic = TrafficCount()
    let clocks = PeerClocks()
    /// How it goes with those who are asked.
    let health = Mutex<[NodeID: PeerHealth]>([:])

    init(
        _ settings: FederationSettings, card: Card, writer: any LogWriting, log: Log, book: PeerBook, secret: Bytes32,
        incarnation: Int64, isAnother: Bool
    ) throws(SystemError) {
        self.settings = settings
        self.card = card
        self.writer = writer
        self.log = log
        self.book = book
        self.isAnother = isAnother
        node = settings.identity.node
        signer = PeerSigner(node: settings.identity.node, key: settings.identity.key)
        seal = CursorSeal(secret: secret, incarnation: UInt64(bitPattern: incarnation))
        desk = IntakeDesk(
            writer, limits: settings.queue, settings.desk, peers: { book.peers },
            clock: { Timestamp.now().milliseconds })
        workers = try WorkerPool(count: settings.workers)
        accounts = PeerAccounts(settings.rates)
        inbox = try Mailbox(messagesMax: 1 << 20)
        blobOrders = try Mailbox(messagesMax: 4_096)
        var answers: [Mailbox<RemoteAnswer>] = []
        for _ in 0..<settings.loops { answers.append(try Mailbox(messagesMax: 65_536)) }
        self.answers = answers
        check = Mutex(settings.url.map { PeerRequestCheck(destination: $0, startedAt: Timestamp.now()) })
    }

    func tell(_ message: GossipMessage) {
        _ = inbox.post(message)
    }

    func tell(_ peer: NodeID, _ events: [PeerSession.Event]) {
        tell(.events(peer, events))
    }

    /// On the writer's thread.
    func committed(_ commit: LogCommit) {
        if let staged = commit.staged { self.staged.withLock { $0 = staged } }
        guard commits.withLock({ $0.add(commit) }), !inbox.post(.committed) else { return }
        // The next one tells of both.
        commits.withLock { $0.wasNotTold() }
    }

    func failed(_ event: StaticString, _ error: any Error) {
        log.error(event, [.text("error", ShortText("\(error)"))])
    }
}

/// What came into the log since the thread that gossips looked last.
struct PendingCommits {
    private struct Way: Hashable {
        let room: RoomID
        let source: NodeID?
        let told: Set<NodeID>
    }

    private var rooms: [Way: UInt64] = [:]
    private var position: UInt64 = 0
    private var isPending = false

    /// True where nothing was pending before.
    mutating func add(_ commit: LogCommit) -> Bool {
        position = max(position, commit.position)
        for room in commit.rooms {
            let way = Way(room: room.room, source: room.source, told: room.told)
            rooms[way] = min(rooms[way] ?? .max, room.position)
        }
        defer { isPending = true }
        return !isPending
    }

    mutating func wasNotTold() { isPending = false }

    /// They were taken, and nothing could be done with them.
    mutating func putBack(_ taken: [CommittedRoom], _ position: UInt64) {
        self.position = max(self.position, position)
        for room in taken {
            let way = Way(room: room.room, source: room.source, told: room.told)
            rooms[way] = min(rooms[way] ?? .max, room.position)
        }
    }

    /// In the order in which they came.
    mutating func take() -> (rooms: [CommittedRoom], position: UInt64) {
        defer { (rooms, isPending) = ([:], false) }
        let taken = rooms.map { way, position in
            CommittedRoom(room: way.room, position: position, source: way.source, told: way.told)
        }
        return (taken.sorted { $0.position < $1.position }, position)
    }
}
