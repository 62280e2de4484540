import API
import Bytes
import EventLoop
import Federation
import Glibc
import JSON
import Operations
import SQLite
import Store

/// `status`: how the node is. Exit 1 when it runs and isn't ready.
enum StatusCommand {
    static func run(_ context: Commands.Context) throws {
        try context.running?.health.look(with: context.node.reader())
        let statistics = try context.node.reader().read { try StoreStatistics(on: $0) }
        let figures = try context.running?.health.figures ?? stoppedFigures(context.node)
        try context.print { writer in
            writer.object { describe(context, statistics, figures, &$0) }
        } text: {
            try lines(context, statistics, figures).map { $0 + "\n" }.joined()
        }
        if let running = context.running, !running.health.readiness.canWrite {
            throw NodeFault("the node isn't ready: it can't write to its disk")
        }
    }

    /// Of a node that nobody runs: from its files and tables.
    private static func stoppedFigures(_ node: OpenNode) throws -> NodeFigures {
        let peers = try node.reader().read { connection in
            try connection.snapshot { try PeerSummary.all(as: node.identity.node, on: connection) }
        }
        return NodeFigures(
            databaseBytes: HealthWatch.size(node.folder.database),
            freeBytes: Int64(try DatabaseFile.freeBytes(at: node.folder.path)),
            activePeers: peers.count { $0.state == .active || $0.state == .unreachable }, peers: peers.count,
            sockets: nil, version: Program.version, started: nil)
    }

    private static func describe(
        _ context: Commands.Context, _ statistics: StoreStatistics, _ figures: NodeFigures, _ json: inout JSONWriter
    ) {
        let running = context.running
        let readiness = running?.health.readiness
        json.member("name", running?.name)
        json.member("key", context.node.identity.node.description)
        json.member("is_running", running != nil)
        json.member("process", running.map { _ in Int(getpid()) })
        json.member("listen", array: { for address in running?.addresses ?? [] { $0.string(address.description) } })
        json.member("public_url", running?.publicURL)
        json.member("is_ready", readiness?.canWrite)
        json.member("can_write", readiness?.canWrite)
        json.statistics(statistics, figures)
    }

    private static func lines(
        _ context: Commands.Context, _ statistics: StoreStatistics, _ figures: NodeFigures
    ) throws -> [String] {
        var lines = ["key: \(context.node.identity.node)", "version: \(figures.version)"]
        if let running = context.running {
            lines.insert("name: \(running.name.visible)", at: 0)
            lines.append("running: process \(getpid()) since \(running.started.rfc3339)")
            lines += running.addresses.map { "listening: \($0.url)" }
            lines.append(running.health.readiness.canWrite ? "ready: yes" : "ready: no, the disk takes nothing")
        } else {
            lines.append("running: no")
        }
        lines += [
            "people: \(statistics.accounts), of whom \(statistics.activeAccounts) may sign in; "
                + "\(statistics.remotePeople) of other nodes",
            "rooms: \(statistics.rooms) with \(statistics.messages) messages",
            "attachments: \(statistics.attachments) of \(statistics.attachmentBytes) bytes",
            "operations: \(statistics.operations)",
            "peers: \(figures.peers), of whom \(figures.activePeers) are active",
        ]
        if let sockets = figures.sockets { lines.append("sockets: \(sockets)") }
        lines += [
            "outbox: \(statistics.waitingToBeSent) waiting, \(statistics.failedToBeSent) failed in the last 30 days",
            "database: \(figures.databaseBytes) bytes; \(figures.freeBytes) bytes are free",
        ]
        return lines
    }
}
