import Configuration
import EventLoop
import Log
import SQLite
import Server
import Wire

/// All that runs while a node serves. It begins in one order, and ends in the other.
final class Services {
    let addresses: [SocketAddress]
    private let threads: ServerThreads
    private let housekeeping: Pulse
    private let control: ControlServer

    init(_ node: OpenNode, _ plan: ServePlan, _ log: Log) throws {
        let writer = try node.beginWriting(plan.chatSettings, telling: { _ in })
        threads = try ServerThreads(
            listeningAt: plan.addresses, threads: CPU.count,
            troubled: { log.error("server-trouble", [.text("error", ShortText("\($0)"))]) },
            setup: { _, _ in Router([Route(.get, "/healthz") { $0.answer(.text(200, "ok")) }]) })
        addresses = threads.addresses
        housekeeping = try Housekeeping.begin(writer, log)
        let running = Running(
            name: plan.name, started: .now(), addresses: addresses,
            publicURL: plan.settings.urls("public-url").last?.description)
        control = try ControlServer(node.folder) { settings, terminal in
            log.info("command", [.text("name", ShortText(settings.command))])
            try Commands.run(
                Commands.Context(node: node, settings: settings, terminal: terminal, running: running))
        }
    }

    /// What the operator has changed in the data folder is taken over.
    func reload() {}

    /// Lets what is under way end, for so long at most.
    func stop(within milliseconds: UInt64) {
        control.stop()
        threads.drain(within: milliseconds)
        housekeeping.stop()
    }
}
