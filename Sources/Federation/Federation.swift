import Blobs
import Bytes
package import EventLoop
package import Gossip
import Keys
package import Log
package import Operations
package import Peers
import SQLite
package import Server
import Store
import Synchronization

/// This node among others: it tells peers what is new, asks them for what is lacking here, and answers what they ask.
///
/// Started with the writer of the log; its routes are the server's to serve. Between `start` and `stop` it may be used from any
/// thread.
package final class Federation: Sendable {
    let core: FederationCore
    package var card: Card { core.card }
    private let threads: Mutex<[Thread]>

    /// Begins to talk. The database is there, and its log has started (`LogState.start`) in the writer given.
    package init(_ settings: FederationSettings, writer: any LogWriting, incarnation: Int64, log: Log) throws {
        let statement = Card.Statement(
            certificate: settings.identity.certificate, name: settings.name, url: settings.url,
            limits: CardLimits(attachmentBytes: settings.blobs == nil ? nil : settings.fetchBytesMax),
            givesDirectory: settings.givesDirectory, wantsSealed: settings.wantsSealed, time: Timestamp.now())
        let card = try Card(statement, signingWith: settings.identity.key)
        let face = Array("\(card.certificate.hash) \(card.url?.description ?? "")".utf8)
        let (secret, isAnother, rows) = try writer.performed { transaction, _ in
            (
                try Self.secret(in: transaction), try Self.isAnother(face, in: transaction),
                try PeerTable.all(on: transaction.connection)
            )
        }
        let book = PeerBook(closed: settings.givesDirectory ? nil : settings.identity.node)
        var cursors: [NodeID: Cursor] = [:]
        for row in rows {
            book.put(try Peer(row))
            cursors[row.node] = row.cursor.flatMap { Cursor(bytes: $0) }
        }
        let core = try FederationCore(
            settings, card: card, writer: writer, log: log, book: book, secret: secret, incarnation: incarnation,
            isAnother: isAnother)
        self.core = core
        threads = Mutex([])
        try writer.performed { _, log in
            log.whenCommitted = { core.committed($0) }
            log.storageBytesMax = settings.storageBytesMax
        }
        try core.workers.start(core)
        let known = cursors
        let thread = try Thread(name: "gossip") {
            do {
                let loop = try EventLoop()
                let gossiper = try Gossiper(core, on: loop)
                try gossiper.start(cursors: known)
                try loop.run()
                gossiper.end()
            } catch {
                core.failed("the federation has failed", error)
            }
        }
        threads.withLock { $0.append(thread) }
        if let blobs = settings.blobs {
            let fetching = try Thread(name: "blobs") { Self.fetch(core, blobs) }
            threads.withLock { $0.append(fetching) }
        }
    }

    private static func fetch(_ core: FederationCore, _ blobs: BlobStore) {
        do {
            let loop = try EventLoop()
            let fetcher = try BlobFetcher(core, blobs, on: loop)
            try core.blobOrders.deliver(on: loop) { [unowned loop] orders in
                for order in orders {
                    guard let order else { return loop.stop() }
                    fetcher.take(order)
                }
            }
            try loop.run()
            fetcher.close()
        } catch {
            core.failed("blobs are not fetched", error)
        }
    }

    /// Says nothing more to anybody. The writer is still there.
    package func stop() {
        let ending = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        guard !ending.isEmpty else { return }
        try? core.writer.performed { _, log in log.whenCommitted = nil }
        core.tell(.stop)
        _ = core.blobOrders.post(nil)
        for thread in ending { thread.join() }
        core.workers.stop()
    }

    // MARK: For the server

    /// What peers ask, on one of the server's loops, numbered from 0; with the card, which somebody else may show.
    package func routes(onLoop loop: Int, withCard: Bool = true) -> [Route] {
        let gate = PeerGate(core: core, loop: loop)
        return withCard ? gate.routes : gate.conversations
    }

    /// From where that loop's server gets answers (`Server.receive`).
    package func answers(forLoop loop: Int) -> Mailbox<RemoteAnswer> {
        core.answers[loop]
    }

    /// How much is kept of one other node at most; nil where that is not bounded.
    package var storageBytesMax: Int64? { core.settings.storageBytesMax }

    /// Whether our clock agrees with the peers', looked at anew.
    package var clock: PeerClocks.Verdict {
        core.watchClock()
        return core.clocks.verdict()
    }

    // MARK: The moment

    /// Somebody of this node does something that others see at once. From any thread.
    package func tell(_ signal: PersonSignal) {
        core.tell(.signal(signal))
    }

    // MARK: Peers

    package var peers: [Peer] { core.book.all }

    /// How it goes with a peer; nil where it is not asked anything.
    package func health(of node: NodeID) -> PeerHealth? { core.health.withLock { $0[node] } }

    /// Somebody here has said something about a peer. Called back when it is on the disk, on some thread.
    package func change(
        _ node: NodeID, _ event: PeerConsent.Event, name: String? = nil, url: NodeURL? = nil,
        _ completion: @escaping @Sendable (Result<PeerConsent.Outcome, any Error>) -> Void
    ) {
        core.tell(.consent(node, ConsentChange(event: event, name: name, url: url, completion: completion)))
    }

    /// Whether at the last start we were somebody else, or somewhere else.
    private static func isAnother(_ face: [UInt8], in transaction: borrowing Transaction) throws -> Bool {
        let known = try SettingTable.value(of: "federation-face", on: transaction.connection)
        if known != face { try SettingTable.set("federation-face", to: face, in: transaction) }
        return known != nil && known != face
    }

    /// Under which cursors are hidden: made once.
    private static func secret(in transaction: borrowing Transaction) throws -> Bytes32 {
        if let known = try SettingTable.value(of: "cursor-secret", on: transaction.connection),
            let secret = Bytes32(known.span)
        {
            return secret
        }
        let made = SecureRandom.bytes(count: Bytes32.count)
        try SettingTable.set("cursor-secret", to: made, in: transaction)
        return Bytes32(made.span)!  // of so many bytes
    }
}
