import EventLoop
package import Server
import WebSockets
import Wire

/// `GET /` answers a small text, anything on `/echo` comes back as it was sent, and `/ws` is a
/// WebSocket that sends each message back.
package enum EchoServer {
    static func run(_ arguments: [String]) throws {
        let options = try EchoOptions(arguments)
        Signals.prepare()
        var limits = ServerLimits()
        limits.connectionsPerAddressMax = limits.connectionsMax
        let threads = try ServerThreads(
            listeningAt: options.listen, threads: options.threads, limits: limits,
            troubled: { Console.complain("\($0)") }, setup: { _, _ in Router(routes) })
        for address in threads.addresses {
            Console.say("parley-echo: ready on \(address.url)")
        }
        Signals.waitForEnd()
        threads.drain(within: 10_000)
    }

    private static let bodyBytesMax: UInt64 = 16 << 20

    /// The table that the server's tests run, too.
    package static var routes: [Route] {
        [
            Route(.get, "/") { $0.answer(.text(200, "parley-echo\n")) },
            .anyMethod("/echo", body: .buffered(bytesMax: bodyBytesMax), echo),
            Route(.get, "/ws") { exchange in
                exchange.upgrade { EchoSocket($0) }
            },
        ]
    }

    private static func echo(_ exchange: Exchange) {
        let type = exchange.request.fields.first("Content-Type") ?? "application/octet-stream"
        exchange.answer(Response(200, contentType: type, exchange.body))
    }
}

/// Sends each message back as what it was. What the other side does not read makes us stop reading, so
/// nothing piles up here.
private final class EchoSocket: WebSocketOwner {
    private let socket: WebSocket

    init(_ socket: WebSocket) {
        self.socket = socket
    }

    func webSocketReceived(text: [UInt8]) {
        socket.send(text: text)
    }

    func webSocketReceived(binary: [UInt8]) {
        socket.send(binary: binary)
    }

    func webSocketClosed(code: UInt16, reason: String) {}
}
