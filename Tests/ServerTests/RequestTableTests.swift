import EventLoop
import HTTPCases
import Server
import Synchronization
import Testing
import parley_echo

/// The whole table of requests over real sockets, against the echo program's own routes: what the parser
/// makes of bytes is tested elsewhere, what comes back for them here.
struct RequestTableTests {
    private struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    /// A thread's connection to the server: reused where the last case left it open.
    private struct Line {
        let address: SocketAddress
        var client: RawClient?

        mutating func take() throws -> RawClient {
            defer { client = nil }
            return try client ?? RawClient(address)
        }
    }

    private static let threads = 4

    /// Runs the cases on several threads at once and tells which went wrong, and how.
    private func run(
        _ cases: [HTTPRequestCase],
        _ send: @escaping @Sendable (RawClient, HTTPRequestCase) throws -> [HTTPRequestCase.Exchange]
    ) throws -> [String] {
        var limits = ServerLimits()
        limits.connectionsPerAddressMax = limits.connectionsMax
        let server = try ServerThreads(
            listeningAt: [.ipv4(0x7F00_0001, port: 0)], threads: 2, limits: limits,
            troubled: { Issue.record("\($0)") }, setup: { _, _ in Router(EchoServer.routes) })
        let failures = Mutex<[String]>([])
        let next = Atomic(0)
        let failed = Box<[String]>()
        try withThreads(Self.threads) {
            var line = Line(address: server.addresses[0])
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < cases.count else { return }
                do {
                    let client = try line.take()
                    let exchanges = try send(client, cases[index])
                    if try check(cases[index], exchanges, on: client) { line.client = client }
                } catch {
                    failures.withLock { $0.append("\(cases[index].name): \(error)") }
                }
            }
        }
        failed.value = failures.withLock { $0 }
        if !eventually({ server.quota.total == 0 }) { failed.value?.append("a connection is left") }
        server.drain(within: 1_000)
        return failed.value ?? []
    }

    private func withThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) throws {
        let threads = try (0..<count).map { try Thread(name: "client-\($0)", body) }
        for thread in threads { thread.join() }
    }

    /// Reads what must come; true where the connection is still good then.
    private func check(
        _ item: HTTPRequestCase, _ exchanges: [HTTPRequestCase.Exchange], on client: RawClient
    ) throws -> Bool {
        for exchange in exchanges {
            try check(exchange, client.response(to: exchange.method))
        }
        switch item.outcome {
        case .answered(_, isOpen: true):
            return true
        case .answered(_, isOpen: false):
            guard try client.isClosedNow() else { throw Unexpected(description: "something after the last answer") }
        case .refused(let status, _):
            let response = try client.response()
            guard response.status == status else { throw Unexpected(description: "refused with \(response.status)") }
            guard response.closes else { throw Unexpected(description: "refused without a close") }
            guard try client.isClosedNow() else { throw Unexpected(description: "something after the refusal") }
        case .incomplete:
            client.finishSending()
            guard try client.isClosedNow() else { throw Unexpected(description: "an answer to half a request") }
        }
        return false
    }

    private func check(_ exchange: HTTPRequestCase.Exchange, _ response: RawResponse) throws {
        switch exchange.path {
        case "/echo":
            guard response.status == 200 else { throw Unexpected(description: "status \(response.status)") }
            guard exchange.method != "HEAD" else {
                guard response["Content-Length"] == "\(exchange.body.count)", response.body.isEmpty else {
                    throw Unexpected(description: "a wrong answer to HEAD")
                }
                return
            }
            guard response.body == exchange.body else { throw Unexpected(description: "another body") }
        case "/" where exchange.method == "GET":
            guard response.status == 200, response.text == "parley-echo\n" else {
                throw Unexpected(description: "status \(response.status), \(response.text)")
            }
        default:
            guard response.status < 500 else { throw Unexpected(description: "status \(response.status)") }
        }
    }

    @Test func `every case comes out as it must when sent whole`() throws {
        let failures = try run(HTTPRequestCase.all) { client, item in
            try client.send(item.bytes)
            return item.exchanges
        }
        #expect(failures == [])
    }

    @Test func `every case comes out as it must byte by byte`() throws {
        let failures = try run(HTTPRequestCase.all) { client, item in
            try client.send(item.bytes, inPiecesOf: item.bytes.count <= 1_000 ? 1 : 101)
            return item.exchanges
        }
        #expect(failures == [])
    }

    @Test func `a case that leaves the connection open comes out twice when sent twice`() throws {
        let open = HTTPRequestCase.all.filter {
            if case .answered(_, isOpen: true) = $0.outcome { true } else { false }
        }
        #expect(open.count > 100)
        let failures = try run(open) { client, item in
            try client.send(item.bytes + item.bytes)
            return item.exchanges + item.exchanges
        }
        #expect(failures == [])
    }
}

extension HTTPRequestCase {
    /// The requests that are answered, whatever comes after them.
    fileprivate var exchanges: [Exchange] {
        switch outcome {
        case .answered(let exchanges, _), .refused(_, let exchanges), .incomplete(let exchanges): exchanges
        }
    }
}
