import API
import Bytes
import Chat
import Configuration
import EventLoop
import Federation
import JSON
import Keys
import Log
import Operations
import SQLite
import Store
import Synchronization

/// `peer add`, `list`, `pause`, `resume`, `accept` and `remove`.
enum PeerCommands {
    static func list(_ context: Commands.Context) throws {
        let node = context.node.identity.node
        let peers = try context.node.reader().read { connection in
            try connection.snapshot {
                try PeerSummary.all(as: node, on: connection)
                    .map { peer in
                        PeerView(
                            peer, toFetch: context.running?.toFetch(peer.node),
                            storedBytesMax: context.running?.storageBytesMax)
                    }
            }
        }
        try context.print { writer in
            writer.beginArray()
            for peer in peers { writer.peer(peer) }
            writer.endArray()
        } text: {
            var table = TablePrinter([
                .init("ID", isNumber: true), .init("NAME"), .init("STATE"), .init("URL"),
                .init("ROOMS", isNumber: true),
                .init("BEHIND", isNumber: true), .init("TO FETCH", isNumber: true),
                .init("STORED", isNumber: true), .init("LAST CONTACT"), .init("KEY"),
            ])
            for peer in peers {
                table.add([
                    "\(peer.number)", peer.name, peer.state.rawValue, peer.url ?? "", "\(peer.rooms)",
                    "\(peer.behind)", peer.toFetch.map { "\($0)" } ?? "", "\(peer.storedBytes)",
                    peer.lastContact?.rfc3339 ?? "never",
                    peer.key.description,
                ])
            }
            return table.text(width: context.terminal.width)
        }
    }

    static func add(_ context: Commands.Context) throws {
        let settings = context.settings
        let key = try settings.text("key").map { text in
            guard let bytes = Bytes32(hex: text) else { throw NodeFault("a key is 64 hexadecimal digits") }
            return NodeID(bytes)
        }
        let name = settings.text("name")
        if let name, !NewPeer.isName(name) { throw NodeFault("a peer's name has 1 to 255 characters") }
        let peer = NewPeer(url: settings.operand("URL"), key: key, name: name)
        let added: AddedPeer = try withPeers(context) { peers, done in
            peers.add(peer, on: Occasion(now: .now(), by: nil), completion: done)
        }
        try show(added.peer, context)
    }

    static func change(_ change: PeerChange, _ context: Commands.Context) throws {
        let key = try key(context)
        let view: PeerView = try withPeers(context) { peers, done in
            peers.change(key, change, on: Occasion(now: .now(), by: nil), completion: done)
        }
        try show(view, context)
    }

    static func remove(_ context: Commands.Context) throws {
        let key = try key(context)
        try withPeers(context) { (peers, done: @escaping @Sendable (Result<Void, any Error>) -> Void) in
            peers.remove(key, on: Occasion(now: .now(), by: nil), completion: done)
        }
        try context.print { writer in
            writer.beginObject()
            writer.key("key")
            writer.string(key.description)
            writer.key("removed")
            writer.bool(true)
            writer.endObject()
        } text: {
            "\(key) is a stranger\n"
        }
    }

    // MARK: What they share

    /// With the federation of the node that serves; else with one of the command's own, for as long as it takes.
    private static func withPeers<Value: Sendable>(
        _ context: Commands.Context,
        _ ask: (any PeerAdministration, @escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
    ) throws -> Value {
        let node = context.node
        if let running = context.running { return try spokenOfPeers { try Reply.wait { ask(running.peers, $0) } } }
        let plan = try ServePlan(of: node.folder, named: node.name())
        let writer = try node.writer()
        let incarnation = try writer.perform { _, state in state.start.incarnation }
        let federation = try Federation(
            try plan.federationSettings(node, loops: 1), writer: writer, incarnation: incarnation,
            log: Log(to: 2, level: .error))
        defer { federation.stop() }
        let desk = PeerDesk(federation: federation, writer: writer, node: node.identity.node)
        return try spokenOfPeers { try Reply.wait { ask(desk, $0) } }
    }

    private static func spokenOfPeers<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let fault as PeerFault {
            switch fault {
            case .unknown: throw NodeFault("there is no such peer")
            case .malformedURL: throw NodeFault("that is no address of a node")
            case .wrongState(let words), .wrongURL(let words), .wrongKey(let words): throw NodeFault(words)
            }
        }
    }

    /// Name, URL or key, of one peer.
    private static func key(_ context: Commands.Context) throws -> NodeID {
        guard let text = context.settings.operand("PEER") else { preconditionFailure("the table asks for it") }
        let node = context.node.identity.node
        let peers = try context.node.reader().read { try PeerSummary.all(as: node, on: $0) }
            .filter { $0.node.description == text.lowercased() || $0.name == text || $0.url == text }
        guard peers.count <= 1 else { throw NodeFault("\(peers.count) peers are called \(text.visible): give the key") }
        guard let peer = peers.first else { throw NodeFault("there is no peer \(text.visible)") }
        return peer.node
    }

    private static func show(_ peer: PeerView, _ context: Commands.Context) throws {
        try context.print { writer in
            writer.peer(peer)
        } text: {
            "\(peer.name.visible): \(peer.state.rawValue)\nkey: \(peer.key)\n"
                + "fingerprint: \(Fingerprint.text(of: peer.key))\n"
        }
    }
}

/// An answer that comes once, from any thread, and that one thread waits for.
private final class Reply<Value: Sendable>: Sendable {
    private let value = Mutex<Result<Value, any Error>?>(nil)
    private let bell: Bell

    private init() throws {
        bell = try Bell()
    }

    static func wait(_ ask: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void) throws -> Value {
        let reply = try Reply()
        ask { result in
            reply.value.withLock { $0 = result }
            reply.bell.ring()
        }
        reply.bell.wait()
        guard let result = reply.value.withLock({ $0 }) else { preconditionFailure("rung only with a result") }
        return try result.get()
    }
}
