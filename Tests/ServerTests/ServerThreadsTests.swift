import EventLoop
import Glibc
import Synchronization
import Testing
import Wire

@testable import Server

struct ServerThreadsTests {
    private static let anywhere = SocketAddress.ipv4(0x7F00_0001, port: 0)

    /// What the handlers of all threads share.
    private final class Shared: Sendable {
        let served = Mutex<Set<Int>>([])
        let answers: [Mailbox<RemoteAnswer>]
        let tickets = Mutex<[(thread: Int, ticket: ExchangeTicket)]>([])

        init(threads: Int) throws {
            answers = try (0..<threads).map { _ in try Mailbox(messagesMax: 64) }
        }
    }

    private func start(
        at addresses: [SocketAddress] = [anywhere], threads: Int = 2, _ shared: Shared
    ) throws -> ServerThreads {
        try ServerThreads(
            listeningAt: addresses, threads: threads, troubled: { Issue.record("\($0)") },
            setup: { _, index in
                Router([
                    Route(.get, "/") { exchange in
                        shared.served.withLock { _ = $0.insert(index) }
                        exchange.answer(.text(200, "\(index)"))
                    },
                    Route(.get, "/wait") { exchange in
                        guard let ticket = exchange.ticket else { return }
                        shared.tickets.withLock { $0.append((index, ticket)) }
                    },
                ])
            }, started: { server, index in try server.receive(shared.answers[index]) })
    }

    @Test func `all threads serve one address`() throws {
        let shared = try Shared(threads: 2)
        let threads = try start(shared)
        let clients = try (0..<48).map { _ in try RawClient(threads.addresses[0]) }
        for client in clients { #expect(try client.ask(get("/")).status == 200) }
        // The kernel deals connections out by their ports: that one of two gets none of 48 does not happen.
        #expect(shared.served.withLock { $0 } == [0, 1])
        #expect(threads.quota.total == 48)
        threads.drain(within: 1_000)
        for client in clients { #expect(try client.isClosedNow()) }
        #expect(threads.quota.total == 0)
    }

    @Test func `several addresses are served at once`() throws {
        let path = "/tmp/parley-threads-test-\(UInt64.random(in: .min ... .max))"
        let shared = try Shared(threads: 2)
        let threads = try start(at: [Self.anywhere, .unix(path: path), Self.anywhere], shared)
        #expect(threads.addresses.count == 3)
        #expect(Set(threads.addresses).count == 3)
        for address in threads.addresses {
            #expect(try RawClient(address).ask(get("/")).status == 200)
        }
        threads.drain(within: 1_000)
        #expect(access(path, F_OK) != 0)
    }

    @Test func `an address that is taken is an error, and nothing is left of the attempt`() throws {
        let shared = try Shared(threads: 2)
        let first = try start(shared)
        let path = "/tmp/parley-threads-test-\(UInt64.random(in: .min ... .max))"
        #expect(throws: SystemError("listen on \(first.addresses[0])", code: EADDRINUSE)) {
            try start(at: [.unix(path: path), Self.anywhere, first.addresses[0]], shared)
        }
        #expect(access(path, F_OK) != 0)
        #expect(try RawClient(first.addresses[0]).ask(get("/")).status == 200)
        first.drain(within: 1_000)
        let second = try start(at: first.addresses, shared)
        #expect(second.addresses == first.addresses)
        #expect(try RawClient(second.addresses[0]).ask(get("/")).status == 200)
        second.drain(within: 1_000)
    }

    @Test func `a thread that can't be set up says so`() throws {
        struct Trouble: Error {}
        let troubles = Atomic(0)
        let threads = try ServerThreads(
            listeningAt: [Self.anywhere], threads: 2,
            troubled: { if $0 is Trouble { troubles.add(1, ordering: .relaxed) } },
            setup: { _, index in
                guard index == 0 else { throw Trouble() }
                return Router([])
            })
        let isTold = eventually { troubles.load(ordering: .relaxed) == 1 }
        #expect(isTold)
        threads.drain(within: 0)
    }

    @Test func `an answer finds its thread`() throws {
        let shared = try Shared(threads: 2)
        let threads = try start(shared)
        let clients = try (0..<24).map { _ in try RawClient(threads.addresses[0]) }
        for client in clients { try client.send(get("/wait")) }
        let came = eventually { shared.tickets.withLock { $0.count } == 24 }
        #expect(came)
        for (thread, ticket) in shared.tickets.withLock({ $0 }) {
            #expect(shared.answers[thread].post(RemoteAnswer(to: ticket, .text(200, "\(thread)"))))
        }
        for client in clients { #expect(["0", "1"].contains(try client.response().text)) }
        threads.drain(within: 1_000)
    }

    @Test func `stopping lets what is under way end, refuses the rest, and gives the address back`() throws {
        let path = "/tmp/parley-threads-test-\(UInt64.random(in: .min ... .max))"
        let shared = try Shared(threads: 1)
        let threads = try start(at: [Self.anywhere, .unix(path: path)], threads: 1, shared)
        let idle = try RawClient(threads.addresses[0])
        #expect(try idle.ask(get("/")).status == 200)
        let busy = try RawClient(threads.addresses[0])
        try busy.send(get("/wait"))
        let came = eventually { shared.tickets.withLock { $0.count } == 1 }
        #expect(came)

        let isDrained = Box<Bool>()
        let draining = try Thread(name: "draining") {
            threads.drain(within: 60_000)
            isDrained.value = true
        }
        #expect(try idle.isClosedNow())
        #expect(access(path, F_OK) != 0)
        let isRefused = eventually { (try? RawClient(threads.addresses[0])) == nil }
        #expect(isRefused)
        #expect(isDrained.value == nil)

        // A successor may have the path already. It must still have it in the end.
        let successor = try ListeningSocket.open(at: .unix(path: path), count: 1)
        let ticket = shared.tickets.withLock { $0[0].ticket }
        #expect(shared.answers[0].post(RemoteAnswer(to: ticket, .text(200, "at last"))))
        let response = try busy.response()
        #expect(response.text == "at last")
        #expect(response.closes)
        #expect(try busy.isClosedNow())
        busy.finishSending()
        draining.join()
        #expect(isDrained.value == true)
        #expect(access(path, F_OK) == 0)
        successor[0].removePath()

        let again = try start(at: [threads.addresses[0]], threads: 1, shared)
        #expect(try RawClient(again.addresses[0]).ask(get("/")).status == 200)
        again.drain(within: 1_000)
    }

    @Test func `stopping cuts off what hangs`() throws {
        let shared = try Shared(threads: 2)
        let threads = try start(shared)
        let client = try RawClient(threads.addresses[0])
        try client.send(get("/wait"))
        let came = eventually { shared.tickets.withLock { $0.count } == 1 }
        #expect(came)
        threads.drain(within: 30)
        #expect(try client.isClosedNow())
        #expect(threads.quota.total == 0)
    }

    /// The epoll instances of this process: each loop has one.
    private func loops() -> Int {
        (0..<1_024).count { descriptor in
            var target = [UInt8](repeating: 0, count: 64)
            let count = target.withUnsafeMutableBytes { room in
                readlink(
                    "/proc/self/fd/\(descriptor)", room.baseAddress!.assumingMemoryBound(to: CChar.self), room.count)
            }
            return count > 0 && String(decoding: target[..<count], as: UTF8.self) == "anon_inode:[eventpoll]"
        }
    }

    @Test func `a server that is gone leaves no loop behind`() throws {
        let shared = try Shared(threads: 1)
        let before = loops()
        for _ in 0..<60 {
            let threads = try start(threads: 1, shared)
            threads.drain(within: 0)
        }
        // Other tests have loops, too, but each only one or two at a time.
        #expect(loops() < before + 30)
    }
}
