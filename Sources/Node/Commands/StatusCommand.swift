import API
import Bytes
import Configuration
import EventLoop
import Federation
import Glibc
import JSON
import Keys
import Operations
import SQLite
import Store

/// `status [ROOM]`: how the node is; or how far a room has come on its other nodes.
enum StatusCommand {
    static func run(_ context: Commands.Context) throws {
        if let room = context.settings.operand("ROOM") { return try showRoom(room, context) }
        let (running, node) = (context.running, context.node)
        let key = node.identity.node
        let (store, peers, forks) = try node.reader().read { connection in
            try connection.snapshot {
                (
                    try StoreStatistics(on: connection), try PeerSummary.all(as: key, on: connection),
                    try ForkTable.forks(ListWindow(limit: forksShownMax), on: connection)
                )
            }
        }
        try running?.health.look(with: node.reader())
        let figures = try running?.health.figures ?? stoppedFigures(node, peers)
        try context.print { writer in
            writer.beginObject()
            writer.member("name", running?.name)
            writer.member("key", key.description)
            writer.member("is_running", running != nil)
            writer.member("process", running.map { _ in Int64(getpid()) })
            writer.member(
                "listen", array: { for address in running?.addresses ?? [] { $0.string(address.description) } })
            writer.member("public_url", running?.publicURL)
            let readiness = running?.health.readiness
            writer.member("is_ready", readiness?.canWrite)
            writer.member("can_write", readiness?.canWrite)
            writer.statistics(store, figures)
            writer.endObject()
        } text: {
            var lines = ["key: \(key)", "version: \(Program.version)"]
            if let running {
                lines.insert("name: \(running.name.visible)", at: 0)
                lines.append("running: process \(getpid()) since \(running.started.rfc3339)")
                lines += running.addresses.map { "listening: \($0.url)" }
                lines.append(running.health.readiness.canWrite ? "ready: yes" : "ready: no, nothing can be written")
                let ahead = running.health.current.clockAhead / 1_000
                if ahead != 0 { lines.append("clock: \(abs(ahead)) s \(ahead > 0 ? "ahead of" : "behind") most peers") }
            } else {
                lines.append("running: no")
            }
            lines += [
                "people: \(store.accounts), of whom \(store.activeAccounts) may sign in",
                "rooms: \(store.rooms) with \(store.messages) messages",
                "attachments: \(store.attachments) of \(store.attachmentBytes) bytes",
                "operations: \(store.operations)",
                "outbox: \(store.waitingToBeSent) waiting, \(store.failedToBeSent) failed in the last 30 days",
                "database: \(figures.databaseBytes) bytes; \(figures.freeBytes) bytes are free",
            ]
            if let sockets = figures.sockets { lines.append("sockets: \(sockets)") }
            lines += peers.map { text(of: $0, running) }
            lines += forks.map { fork in
                "two histories: \(fork.name.visible) in room \(fork.room.value), epoch \(fork.epoch), from \(fork.seq) on"
            }
            if store.forks > forks.count { lines.append("two histories: \(store.forks - forks.count) more") }
            return lines.map { $0 + "\n" }.joined()
        }
        if let running, !running.health.readiness.canWrite { throw NodeFault("the node isn't ready") }
    }

    private static let forksShownMax = 20

    /// Of a node that nobody runs: from its files and tables.
    private static func stoppedFigures(_ node: OpenNode, _ peers: [PeerSummary]) throws -> NodeFigures {
        NodeFigures(
            databaseBytes: HealthWatch.size(node.folder.database),
            freeBytes: Int64(try DatabaseFile.freeBytes(at: node.folder.path)),
            activePeers: peers.count { $0.state == .active || $0.state == .unreachable }, peers: peers.count,
            sockets: nil, version: Program.version, started: nil)
    }

    private static func text(of peer: PeerSummary, _ running: Running?) -> String {
        var text = "peer \(peer.name.visible): \(peer.state.rawValue), \(peer.rooms) rooms"
        text += peer.behind == 0 ? ", the same in all" : ", in \(peer.behind) it lacks something or isn't known"
        if let toFetch = running?.toFetch(peer.node), toFetch > 0 { text += ", \(toFetch) to be fetched" }
        text += ", \(peer.stored.total)"
        if let most = running?.storageBytesMax { text += " of \(most)" }
        text += " bytes stored"
        if let contact = peer.lastContact { text += ", heard of \(contact.rfc3339)" }
        return text
    }

    // MARK: A room

    private static func showRoom(_ operand: String, _ context: Commands.Context) throws {
        let node = context.node.identity.node
        let sync = try context.node.reader().read { connection -> RoomSync? in
            let room = try RoomOperand.room(operand, on: connection)
            return try KnownNodes(connection, node: node).sync(of: room.number)
        }
        guard let sync else { throw NodeFault("there is no room \(operand.visible)") }
        try context.print { writer in
            writer.object {
                $0.member("digest", sync.digest.description)
                $0.member("peers", array: { for peer in sync.peers { $0.peerSync(peer) } })
            }
        } text: {
            var table = TablePrinter([
                .init("NODE"), .init("IDENTICAL"), .init("LACKS", isNumber: true), .init("CHECKED"), .init("DIGEST"),
            ])
            for peer in sync.peers {
                table.add([
                    peer.name, peer.isIdentical.map { $0 ? "yes" : "no" } ?? "unknown",
                    peer.behind.map { "\($0)" } ?? "", peer.checked?.rfc3339 ?? "never",
                    peer.digest?.description ?? "",
                ])
            }
            return "digest: \(sync.digest)\n" + table.text(width: context.terminal.width)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func peerSync(_ peer: RoomSync.PeerSync) {
        object {
            $0.member("name", peer.name)
            $0.member("key", peer.node.description)
            $0.key("identical")
            if let isIdentical = peer.isIdentical { $0.bool(isIdentical) } else { $0.null() }
            $0.member("behind", peer.behind.map { Int64(clamping: $0) })
            $0.member("digest", peer.digest?.description)
            $0.member("checked_at", peer.checked)
        }
    }
}
