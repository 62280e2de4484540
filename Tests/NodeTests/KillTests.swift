import Foundation
import Glibc
import Synchronization
import Testing

/// What was acknowledged is there, whenever the node is killed.
@Suite struct KillTests {
    private static let people = ["ada", "bob", "eve"]
    private let playground = Playground()

    /// How far somebody has come: their name is a number that goes up by one with each change.
    private final class Writer: Sendable {
        let name: String
        let token: String
        /// The last number that was answered with 200.
        let acknowledged = Atomic<Int>(0)

        init(_ name: String, _ token: String) {
            (self.name, self.token) = (name, token)
        }

        /// Until nobody answers any more.
        func write(to node: NodeAddress) {
            while true {
                let next = acknowledged.load(ordering: .relaxed) + 1
                let answer = try? node.ask(
                    "PATCH", "/api/users/me/", #"{"display_name": "\#(next)"}"#, token: token)
                guard answer?.status == 200 else { return }
                acknowledged.store(next, ordering: .relaxed)
            }
        }
    }

    private func serve() throws -> Serve {
        try playground.serve("data", ["--rate-limits", "off", "--log-level", "warning"])
    }

    @Test
    func `a node that is killed while people write has lost nothing that it answered`() throws {
        var serve = try self.serve()
        var writers: [Writer] = []
        for name in Self.people {
            let added = try playground.run(["user", "add", name, "--display-name", "0", "--json"])
            let password = added.json(as: [String: Any].self)?["password"] as? String ?? ""
            let login = try serve.ask(
                "POST", "/api/auth/login/", #"{"username": "\#(name)", "password": "\#(password)"}"#)
            writers.append(Writer(name, (login.json as? [String: Any])?["token"] as? String ?? ""))
        }
        for _ in 0..<10 {
            let address = serve.address
            let threads = writers.map { writer in
                let thread = Foundation.Thread { writer.write(to: address) }
                thread.start()
                return thread
            }
            usleep(.random(in: 20_000...200_000))
            serve.signal(SIGKILL)
            #expect(serve.wait() == -SIGKILL)
            while threads.contains(where: { !$0.isFinished }) { usleep(1_000) }
            serve = try self.serve()
            for writer in writers {
                let me = try serve.ask("GET", "/api/users/me/", token: writer.token).json as? [String: Any]
                let found = (me?["display_name"] as? String).flatMap { Int($0) } ?? -1
                let acknowledged = writer.acknowledged.load(ordering: .relaxed)
                // The last one may have been written, and its answer been lost.
                #expect([acknowledged, acknowledged + 1].contains(found), "\(writer.name)")
                writer.acknowledged.store(found, ordering: .relaxed)
            }
        }
        #expect(serve.stop() == 0)
        let verified = try playground.run(["verify", "--json"])
        #expect(verified.status == 0)
        let total = writers.reduce(0) { $0 + $1.acknowledged.load(ordering: .relaxed) }
        #expect(total > 0)
        // Each change is an operation, beside the three with which the accounts began.
        let operations = verified.json(as: [String: Any].self)?["operations"] as? Int ?? 0
        #expect(operations == total + Self.people.count)
    }
}
