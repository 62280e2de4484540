import EventLoop
import Glibc
import Synchronization
import Testing

@testable import Server

/// What a test's handlers keep, on the server's loop.
final class Desk {
    let loop: EventLoop
    fileprivate(set) var server: Server!
    /// Exchanges that wait for an answer, as they came.
    var exchanges: [Exchange] = []
    var streams: [ResponseStream] = []
    /// What happened, in order.
    var notes: [String] = []
    /// Whatever else a test wants to live as long as its server.
    var kept: [AnyObject] = []

    init(_ loop: EventLoop) {
        self.loop = loop
    }
}

/// A server on a thread and loop of its own, in this process.
final class TestServer: Sendable {
    let address: SocketAddress
    let quota: ConnectionQuota
    /// Where other threads post answers.
    let answers: Mailbox<RemoteAnswer>
    private let work: Mailbox<@Sendable (Desk) -> Void>
    private let troubles = Mutex<[String]>([])
    private let thread: Thread

    init(
        at requested: SocketAddress = .ipv4(0x7F00_0001, port: 0), limits: ServerLimits,
        routes: @escaping @Sendable (Desk) -> [Route]
    ) throws {
        // As the program does: sendfile has no other protection.
        signal(SIGPIPE, SIG_IGN)
        let socket = try ListeningSocket.open(at: requested, count: 1)[0]
        let quota = ConnectionQuota(totalMax: limits.connectionsMax, perAddressMax: limits.connectionsPerAddressMax)
        let answers = try Mailbox<RemoteAnswer>(messagesMax: 64)
        let work = try Mailbox<@Sendable (Desk) -> Void>(messagesMax: 1_024)
        let failed = Box<@Sendable (String) -> Void>()
        address = socket.address
        thread = try Thread(name: "test-server") {
            do {
                let loop = try EventLoop()
                let desk = Desk(loop)
                let server = Server(
                    on: loop, router: Router(routes(desk)), limits: limits, quota: quota,
                    troubled: { failed.value?("\($0)") })
                desk.server = server
                try server.listen(on: socket)
                try server.receive(answers)
                try work.deliver(on: loop) { [unowned desk] works in
                    for work in works { work(desk) }
                }
                try withExtendedLifetime((server, desk)) { try loop.run() }
            } catch {
                failed.value?("\(error)")
            }
        }
        self.quota = quota
        self.answers = answers
        self.work = work
        failed.value = { [weak self] trouble in self?.troubles.withLock { $0.append(trouble) } }
    }

    /// Does something on the loop and waits for what comes of it.
    func onLoop<Result: Sendable>(_ work: @escaping @Sendable (Desk) -> Result) -> Result {
        let result = Box<Result>()
        precondition(self.work.post { result.value = work($0) })
        precondition(eventually { result.value != nil }, "the loop is stuck")
        return result.value!
    }

    /// Does something on the loop when it comes to it.
    func post(_ work: @escaping @Sendable (Desk) -> Void) {
        precondition(self.work.post(work))
    }

    /// Waits until something holds on the loop.
    func eventuallyOnLoop(_ holds: @escaping @Sendable (Desk) -> Bool) -> Bool {
        eventually { self.onLoop(holds) }
    }

    /// Returns when the loop has read what its connections had been sent by now.
    func letRead() {
        // Each of these needs a turn of its own, and a turn looks at everything that is ready by then.
        for _ in 0..<3 { onLoop { _ in } }
    }

    /// Holds the loop up meanwhile: it sees all that happened at once, and no deadline passes before.
    func whileStalled<Result>(_ body: () throws -> Result) rethrows -> Result {
        let isStalled = Box<Bool>()
        let mayGoOn = Box<Bool>()
        defer { mayGoOn.value = true }
        precondition(
            work.post { _ in
                isStalled.value = true
                _ = eventually { mayGoOn.value == true }
            })
        precondition(eventually { isStalled.value == true }, "the loop is stuck")
        return try body()
    }

    /// What the handlers have noted so far.
    var notes: [String] { onLoop { $0.notes } }

    /// Waits until so many exchanges wait for an answer.
    func waitForExchanges(_ count: Int, _ location: SourceLocation = #_sourceLocation) {
        let came = eventuallyOnLoop { $0.exchanges.count == count }
        #expect(came, "\(count) exchanges", sourceLocation: location)
    }

    /// Stops, giving what is under way no time.
    func stop() {
        let isPosted = work.post { desk in
            if desk.server.isDraining {
                desk.loop.stop()
            } else {
                desk.server.drain(within: 0) { [unowned desk] in desk.loop.stop() }
            }
        }
        precondition(isPosted)
        thread.join()
    }

    var trouble: [String] { troubles.withLock { $0 } }
}

/// Runs a test against a server. In the end, when the test's clients are gone, no connection may be left: not
/// in the server's table and not in the quota.
func withServer(
    at address: SocketAddress = .ipv4(0x7F00_0001, port: 0), limits: ServerLimits = .init(),
    routes: @escaping @Sendable (Desk) -> [Route], location: SourceLocation = #_sourceLocation,
    _ test: (TestServer) throws -> Void
) throws {
    let server = try TestServer(at: address, limits: limits, routes: routes)
    defer { server.stop() }
    try test(server)
    // Whoever has come before this one has been let in when it is answered, or turned away.
    _ = try? RawClient(server.address).ask("bad\r\n\r\n")
    #expect(eventually { server.quota.total == 0 }, "a connection is left in the quota", sourceLocation: location)
    let left = server.onLoop { $0.server.connectionCount }
    #expect(left == 0, "a connection is left in the table", sourceLocation: location)
    #expect(server.trouble == [], sourceLocation: location)
}

/// A value that several threads may set and read.
final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)

    var value: Value? {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}

/// Waits for something that must come, for ten seconds at most. The time decides nothing but how long a
/// failure takes.
func eventually(_ holds: () -> Bool) -> Bool {
    let end = MonotonicTime.now() + 10_000
    while !holds() {
        guard MonotonicTime.now() < end else { return false }
        usleep(200)
    }
    return true
}

/// Waits for so long; only where what is tested is that time passes.
func pause(milliseconds: UInt32) {
    usleep(milliseconds * 1_000)
}

/// A pattern in which every shift shows; up to a mebibyte of it.
func pattern(_ count: Int) -> [UInt8] {
    Array(wholePattern[..<count])
}

private let wholePattern: [UInt8] = {
    var state: UInt32 = 1
    return (0..<1 << 20).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}()

func get(_ target: String, _ fieldLines: String...) -> String {
    (["GET \(target) HTTP/1.1", "Host: a"] + fieldLines).joined(separator: "\r\n") + "\r\n\r\n"
}

func post(_ target: String, _ fieldLines: String..., body: String = "") -> String {
    (["POST \(target) HTTP/1.1", "Host: a", "Content-Length: \(body.utf8.count)"] + fieldLines)
        .joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// A request's head that promises a body of that length.
func postHead(_ target: String, length: Int, _ fieldLines: String...) -> String {
    (["POST \(target) HTTP/1.1", "Host: a", "Content-Length: \(length)"] + fieldLines)
        .joined(separator: "\r\n") + "\r\n\r\n"
}

func postChunked(_ target: String, _ fieldLines: String..., body: String = "") -> String {
    (["POST \(target) HTTP/1.1", "Host: a", "Transfer-Encoding: chunked"] + fieldLines)
        .joined(separator: "\r\n") + "\r\n\r\n" + body
}
