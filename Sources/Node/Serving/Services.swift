import API
import Blobs
import Bytes
import Chat
import Configuration
import Delivery
import EventLoop
import Federation
import Gossip
import Keys
import Log
import SQLite
import Server
import Store

/// All that runs while a node serves. It begins in one order, and ends in the other.
final class Services {
    let addresses: [SocketAddress]
    private let api: APIContext
    private let federation: Federation
    private let delivery: Delivery::Delivery
    private let threads: ServerThreads
    private let housekeeping: Pulse
    private let control: ControlServer
    private let log: Log

    init(_ node: OpenNode, _ plan: ServePlan, _ log: Log) throws {
        self.log = log
        let loops = CPU.count
        let realTime = try RealTime(databaseAt: node.folder.database, log: log)
        let blobs = try node.blobs()
        let collector = BlobCollector(blobs, databaseAt: node.folder.database)
        let desk = NewsDesk(collector, realTime)
        let writer = try node.beginWriting(plan.chatSettings) { desk.hear($0) }
        let incarnation = try writer.perform { _, state in state.start.incarnation }
        var federating = try plan.federationSettings(node, loops: loops)
        federating.blobs = blobs
        federating.whenSignalled = { realTime.hear($0) }
        let files = try FileThreads(count: loops, blobs: blobs)
        federating.whenFetched = { published, room in
            files.judge(published) { content in
                try? writer.submitLogged(bytes: 256) { transaction, state in
                    try Attachments.arrive(published.hash, in: room, at: .now(), in: transaction, state) {
                        content.judgement(name: $0, type: $1)
                    }
                } completion: { _ in
                }
            }
        }
        federation = try Federation(federating, writer: writer, incarnation: incarnation, log: log)
        delivery = try Delivery::Delivery(try plan.deliverySettings(), writer: writer, log: log)
        desk.tell(delivery)
        let health = HealthWatch(node.folder, of: node.identity.node, federation)
        try health.look(with: node.reader())
        let settings = try plan.apiSettings(requestSecret: try Self.requestSecret(writer))
        try realTime.start(settings, writer: writer, signalling: FederatedSignals(federation: federation))
        api = APIContext(
            settings, writer: writer,
            databaseAt: node.folder.database, sessions: desk.sessions,
            workers: try Workers(count: loops, databaseAt: node.folder.database), log: log,
            parts: NodeParts(
                status: health,
                peers: PeerDesk(federation: federation, writer: writer, node: node.identity.node),
                devices: PushTrials(delivery: delivery), presence: realTime.presence,
                blobs: FederatedFiles(federation: federation), spread: FederatedSpread(node: node.identity.node)),
            realTime: realTime, files: files)
        threads = try Self.serve(plan, api, federation, loops, log)
        health.count(
            connections: { [quota = threads.quota] in quota.total }, sockets: { realTime.connectionCount })
        addresses = threads.addresses
        housekeeping = try Housekeeping(node, writer, health, collector, log).begin()
        let running = Running(
            name: plan.name, started: health.started, addresses: addresses,
            publicURL: plan.publicURL?.description, health: health, peers: api.parts.peers,
            toFetch: { [federation] in federation.health(of: $0)?.roomsToPull },
            storageBytesMax: federation.storageBytesMax)
        control = try ControlServer(node.folder) { settings, terminal in
            log.info("command", [.text("name", ShortText(settings.command))])
            try Commands.run(
                Commands.Context(node: node, settings: settings, terminal: terminal, running: running))
        }
    }

    private static func serve(
        _ plan: ServePlan, _ api: APIContext, _ federation: Federation, _ loops: Int, _ log: Log
    ) throws -> ServerThreads {
        try ServerThreads(
            listeningAt: plan.addresses, threads: loops,
            isProxy: { [proxies = api.settings.trustedProxies] in ClientAddress.isProxy($0, among: proxies) },
            refusal: { api.refusal($0, $1, $2) },
            troubled: { log.error("server trouble", [.text("error", ShortText("\($0)"))]) },
            setup: { loop, index in
                Router(
                    APIRoute.routes(of: RouteTable.lines, in: try LoopContext(api, on: loop))
                        + federation.routes(onLoop: index, withCard: false))
            },
            started: { server, index in try server.receive(federation.answers(forLoop: index)) })
    }

    /// Made once, and kept.
    private static func requestSecret(_ writer: Writer<ChatState>) throws -> [UInt8] {
        try writer.perform { transaction, _ in
            if let known = try SettingTable.value(of: "request-secret", on: transaction.connection) { return known }
            let made = SecureRandom.bytes(count: 32)
            try SettingTable.set("request-secret", to: made, in: transaction)
            return made
        }
    }

    /// What the operator has changed in the data folder is taken over; a list that can't be used leaves things as
    /// they are.
    func reload(_ folder: DataFolder) {
        do {
            api.settings.reactions.replace(with: try ServePlan.reactions(in: folder) ?? .standard)
        } catch {
            log.warning("reloading failed", [.text("error", ShortText("\(error)"))])
        }
    }

    /// Lets what is under way end, for so long at most.
    func stop(within milliseconds: UInt64) {
        control.stop()
        federation.stop()
        threads.drain(within: milliseconds)
        api.realTime.stop()
        api.files.stop()
        housekeeping.stop()
        delivery.stop()
        api.workers.stop()
    }
}
