import Bytes
import CLinux
import Chat
import Configuration
import EventLoop
import Glibc
import Keys
import Log
import Operations
import SQLite
import Server
import Store

/// The command `serve`: a node from its start to its end.
enum Serving {
    private static let drainMilliseconds: UInt64 = 10_000

    static func run(_ call: Call) throws {
        let plan = try ServePlan(call)
        Signals.prepare(reloads: true)
        // Everything the node makes is its owner's alone.
        umask(0o077)
        let log = Log(to: STDERR_FILENO, format: plan.logFormat, level: plan.logLevel)
        let node = try open(plan)
        defer { node.close() }
        let services = try Services(node, plan, log)
        let setupCode = try makeSetupCode(node)
        if let setupCode { Console.say("parley: set-up code \(setupCode.uppercased())") }
        // All at once: who has read the first can rely on the others.
        Console.say(services.addresses.map { "parley: ready on \($0.url)" }.joined(separator: "\n"))
        // Most of what a start runs is never run again.
        linux_unmap_used_code()
        linux_keep_freed_memory()
        log.info("started", [.integer("process", Int(getpid())), .id("node", .bytes(node.identity.node.bytes.array))])
        wait(services, plan.folder, log)
        log.info("stopping")
        services.stop(within: drainMilliseconds)
        log.tellSuppressed(everything: true)
        log.info("stopped")
    }

    private static func open(_ plan: ServePlan) throws -> OpenNode {
        try plan.folder.make()
        let lock = try FolderLock(plan.folder, for: "serve")
        let (node, birth) = try OpenNode.findOrMake(
            plan.folder, lock, passphrase: try Passphrase.read(plan.settings))
        if let birth { Console.say("parley: recovery key \(RecoveryKey.text(of: birth.recoveryKey))") }
        return node
    }

    /// While nobody has an account, whoever reads this may make the first.
    private static func makeSetupCode(_ node: OpenNode) throws -> String? {
        try node.writer().perform { transaction, _ in
            var random = SecureRandom()
            return try Accounts.makeSetupCode(&random, at: .now(), in: transaction)
        }
    }

    private static func wait(_ services: Services, _ folder: DataFolder, _ log: Log) {
        while case .reload = Signals.next() {
            log.info("reloading")
            services.reload(folder)
        }
    }
}
