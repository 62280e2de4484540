import EventLoop
import Server
import Testing
import WebSockets
import Wire

@testable import parley_bench

/// Loads on a server of our own, which shares their loop.
@Suite struct LoadTests {
    private final class Echo: WebSocketOwner {
        let socket: WebSocket

        init(_ socket: WebSocket) {
            self.socket = socket
        }

        func webSocketReceived(text: [UInt8]) { socket.send(text: text) }
        func webSocketReceived(binary: [UInt8]) { socket.send(binary: binary) }
        func webSocketClosed(code: UInt16, reason: String) {}
    }

    private static func serve(on loop: EventLoop) throws -> (Server, SocketAddress) {
        let routes = [
            Route(.get, "/") { $0.answer(.text(200, "here")) },
            .anyMethod("/echo", body: .buffered(bytesMax: 1 << 20)) { $0.answer(Response(200, body: .bytes($0.body))) },
            Route(.get, "/closing") { exchange in
                var response = Response(200)
                response.closesConnection = true
                exchange.answer(response)
            },
            Route(.get, "/ws") { exchange in exchange.upgrade { Echo($0) } },
        ]
        let server = Server(
            on: loop, router: Router(routes), limits: .init(),
            quota: ConnectionQuota(totalMax: 100, perAddressMax: 100), troubled: { _ in })
        let socket = try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0]
        try server.listen(on: socket)
        return (server, socket.address)
    }

    private static var plan: LoadPlan {
        var plan = LoadPlan()
        plan.connections = 4
        plan.extent = .operations(50)
        plan.warmupMilliseconds = 20
        return plan
    }

    @Test(arguments: [("/", 0), ("/echo", 3_000), ("/closing", 0)])
    func `a load measures as many requests as asked for`(path: String, bodyBytes: Int) throws {
        let loop = try EventLoop()
        let (server, address) = try Self.serve(on: loop)
        let target = try Target("http://\(address)\(path)")
        let result = try Benchmark.run(target, bodyBytes: bodyBytes, Self.plan, [], on: loop)
        #expect(result.count == 50)
        #expect(result.errors.isEmpty)
        #expect(result.latencies.max > 0 && result.seconds > 0)
        #expect(result.report("requests").hasPrefix("50 requests in "))
        _ = server
    }

    @Test func `messages come back and are counted`() throws {
        let loop = try EventLoop()
        let (server, address) = try Self.serve(on: loop)
        let target = try Target("ws://\(address)/ws")
        let result = try Benchmark.runWebSocket(target, messageBytes: 100, Self.plan, [], on: loop)
        #expect(result.count == 50 && result.errors.isEmpty)
        _ = server
    }

    @Test func `a load of which nothing succeeds says why`() throws {
        let loop = try EventLoop()
        let (server, address) = try Self.serve(on: loop)
        let missing = try Target("http://\(address)/missing")
        let failure = #expect(throws: LoadFailed.self) {
            try Benchmark.run(missing, bodyBytes: 0, Self.plan, [], on: loop)
        }
        #expect(failure?.description == "status 404")
        // The address of a listener that is gone again.
        let gone = try ListeningSocket.open(at: address.with(port: 0), count: 1)[0].address
        let nobody = try Target("http://\(gone)/")
        let refused = #expect(throws: LoadFailed.self) {
            try Benchmark.run(nobody, bodyBytes: 0, Self.plan, [], on: loop)
        }
        #expect(refused?.description == "connect: Connection refused")
        _ = server
    }
}
