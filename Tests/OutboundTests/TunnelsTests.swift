import Bytes
import EventLoop
import Glibc
import RawSockets
import Testing

@testable import Outbound

@Suite struct ConnectRequestTests {
    static let credentials = ConnectRequest.credentials("secret")
    /// What libcurl says.
    static let curl =
        "CONNECT Push.example:443 HTTP/1.1\r\nHost: push.example:443\r\n"
        + "Proxy-Authorization: Basic Y291cmllcjpzZWNyZXQ=\r\nProxy-Connection: Keep-Alive\r\n\r\n"

    private func read(_ text: String) -> ConnectRequest {
        ConnectRequest(Array(text.utf8).span, credentials: Self.credentials)
    }

    @Test func `a request is understood when it is whole, not before`() {
        for count in 0..<Self.curl.utf8.count {
            #expect(read(String(decoding: Self.curl.utf8.prefix(count), as: UTF8.self)) == .incomplete)
        }
        #expect(read(Self.curl) == .asks(hostAndPort: "push.example:443"))
        #expect(
            read(Self.curl.replacing("Proxy-Authorization", with: "proxy-authorization"))
                == .asks(hostAndPort: "push.example:443"))
    }

    static let refused: [String] = [
        "\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        curl.replacing("CONNECT", with: "connect"),
        curl.replacing("HTTP/1.1", with: "HTTP/1.0"),
        curl.replacing(" HTTP", with: "  HTTP"),
        // Without the secret, with another one, with more or less of it, or in another field.
        "CONNECT push.example:443 HTTP/1.1\r\n\r\n",
        curl.replacing("Y29", with: "Y28"),
        curl.replacing("XQ=", with: "X"),
        curl.replacing("XQ=", with: "XQ=="),
        curl.replacing("Basic ", with: ""),
        curl.replacing("Proxy-Auth", with: "Auth"),
        curl + curl,
        curl + "\r\n\r\n",
        String(repeating: "a", count: ConnectRequest.bytesMax),
    ]

    @Test(arguments: refused)
    func `anything else is refused`(text: String) {
        #expect(read(text) == .refused)
    }

    @Test func `a head without an end is refused at its bound`() {
        let head = "CONNECT push.example:443 HTTP/1.1\r\nX: "
        let long = head + String(repeating: "a", count: ConnectRequest.bytesMax - head.utf8.count - 1)
        #expect(read(long) == .incomplete)
        #expect(read(long + "a") == .refused)
        #expect(read(Self.curl + "x") == .incomplete)
    }
}

/// What somebody on this machine gets who finds the port.
@Suite struct TunnelsTests {
    /// The tunnels, and whoever knocks.
    final class Knocking {
        let lab: Lab
        let tunnels: Tunnels
        let port: UInt16
        private let credentials: String

        init() throws {
            lab = try Lab()
            tunnels = try Tunnels(on: lab.loop)
            let parts = tunnels.proxyURL.split(separator: "@")
            port = try #require(UInt16(parts[1].split(separator: ":")[1]))
            let secret = String(parts[0].split(separator: ":")[2])
            credentials = String(decoding: ConnectRequest.credentials(secret), as: UTF8.self)
        }

        deinit { tunnels.close() }

        func knock(_ hostAndPort: String, knowsSecret: Bool = true) throws -> RawSocket {
            let socket = RawSocket.tcp()
            socket.connect(port: port)
            let proof = knowsSecret ? credentials : "Basic Y291cmllcjpndWVzcw=="
            let text = "CONNECT \(hostAndPort) HTTP/1.1\r\nProxy-Authorization: \(proof)\r\n\r\n"
            try lab.turn(until: { socket.send(text.utf8) > 0 }, "a connection")
            return socket
        }
    }

    @Test func `a tunnel leads to the pinned address, while a request is under way, and only then`() throws {
        let knocking = try Knocking()
        let server = PlainServer()
        let address = SocketAddress.ipv4(0x7F00_0001, port: server.port)
        // Whatever the name might mean now: nobody looks it up.
        knocking.tunnels.pin("push.example:443", to: address, bytesMax: 4_000_000)
        let socket = try knocking.knock("push.example:443")
        let peer = try server.accept(in: knocking.lab)
        #expect(try socket.head(in: knocking.lab) == "HTTP/1.1 200 OK\r\n\r\n")
        socket.send("hello".utf8)
        #expect(try peer.text(endingWith: "hello", in: knocking.lab) == "hello")
        // More than is kept anywhere on the way, both ways at once.
        let much = [UInt8](repeating: 7, count: 3_000_000)
        var (sent, heard, sentBack, heardBack) = (0, 0, 0, 0)
        try knocking.lab.turn(
            until: {
                sent += socket.send(much[sent...])
                sentBack += peer.send(much[sentBack...])
                heard += peer.receiveAll().count
                heardBack += socket.receiveAll().count
                return heard == much.count && heardBack == much.count
            }, "all that was sent")

        knocking.tunnels.unpin("push.example:443", bytesMax: 4_000_000, isWhole: true)
        let late = try knocking.knock("push.example:443")
        #expect(try late.head(in: knocking.lab).hasPrefix("HTTP/1.1 403 "))
        peer.send("bye".utf8)
        peer.close()
        #expect(try socket.text(endingWith: "bye", in: knocking.lab) == "bye")
        try knocking.lab.turn(until: { socket.receive() == .end }, "the end")
    }

    @Test func `a host sends no more than its requests may have, those that have ended not counted`() throws {
        let knocking = try Knocking()
        let server = PlainServer()
        let address = SocketAddress.ipv4(0x7F00_0001, port: server.port)
        var overruns: [String] = []
        knocking.tunnels.overrun = { overruns.append($0) }
        for bytesMax in [1_000, 500] { knocking.tunnels.pin("push.example:443", to: address, bytesMax: bytesMax) }
        let socket = try knocking.knock("push.example:443")
        let peer = try server.accept(in: knocking.lab)
        #expect(try socket.head(in: knocking.lab) == "HTTP/1.1 200 OK\r\n\r\n")
        func pass(_ count: Int) throws {
            peer.send(String(repeating: "x", count: count).utf8)
            var heard = 0
            try knocking.lab.turn(
                until: {
                    heard += socket.receiveAll().count
                    return heard == count
                }, "what was sent")
        }
        try pass(900)
        // Of the 600 that are left the other may have 500; a third has its own.
        knocking.tunnels.unpin("push.example:443", bytesMax: 1_000, isWhole: true)
        try pass(500)
        knocking.tunnels.pin("push.example:443", to: address, bytesMax: 10)
        try pass(10)
        #expect(overruns.isEmpty)
        peer.send("x".utf8)
        try knocking.lab.turn(until: { socket.receive() == .end }, "the end")
        #expect(overruns == ["push.example:443"])
    }

    @Test func `what is left of an answer that nobody wants comes no more`() throws {
        let knocking = try Knocking()
        let server = PlainServer()
        let address = SocketAddress.ipv4(0x7F00_0001, port: server.port)
        for _ in 0..<2 { knocking.tunnels.pin("push.example:443", to: address, bytesMax: 100) }
        let socket = try knocking.knock("push.example:443")
        let peer = try server.accept(in: knocking.lab)
        #expect(try socket.head(in: knocking.lab) == "HTTP/1.1 200 OK\r\n\r\n")
        // It may be the other's that comes here.
        knocking.tunnels.unpin("push.example:443", bytesMax: 100, isWhole: false)
        peer.send("hello".utf8)
        #expect(try socket.text(endingWith: "hello", in: knocking.lab) == "hello")
        knocking.tunnels.unpin("push.example:443", bytesMax: 100, isWhole: false)
        try knocking.lab.turn(until: { socket.receive() == .end && peer.receive() == .end }, "the end")
    }

    @Test(arguments: ["push.example:80", "other.example:443", "127.0.0.1:443", "push.example", ""])
    func `other hosts and ports are refused`(hostAndPort: String) throws {
        let knocking = try Knocking()
        knocking.tunnels.pin("push.example:443", to: .ipv4(0x7F00_0001, port: 1), bytesMax: 1_000)
        let socket = try knocking.knock(hostAndPort)
        #expect(try socket.head(in: knocking.lab).hasPrefix("HTTP/1.1 403 "))
        try knocking.lab.turn(until: { socket.receive() == .end }, "the end")
    }

    @Test func `who lacks the secret is refused, for pinned hosts too`() throws {
        let knocking = try Knocking()
        let server = PlainServer()
        knocking.tunnels.pin("push.example:443", to: .ipv4(0x7F00_0001, port: server.port), bytesMax: 1_000)
        let socket = try knocking.knock("push.example:443", knowsSecret: false)
        #expect(try socket.head(in: knocking.lab).hasPrefix("HTTP/1.1 407 "))
        try knocking.lab.turn(until: { socket.receive() == .end }, "the end")
        #expect(server.accept() == nil)
        #expect(try Tunnels(on: knocking.lab.loop).proxyURL != knocking.tunnels.proxyURL)
    }

    @Test func `a server that is not there is told, and remembered while the request lasts`() throws {
        let knocking = try Knocking()
        let port: UInt16
        do { port = PlainServer().port }
        knocking.tunnels.pin("push.example:443", to: .ipv4(0x7F00_0001, port: port), bytesMax: 1_000)
        let socket = try knocking.knock("push.example:443")
        #expect(try socket.head(in: knocking.lab).hasPrefix("HTTP/1.1 502 "))
        #expect(knocking.tunnels.error(reaching: "push.example:443")?.code == ECONNREFUSED)
        knocking.tunnels.unpin("push.example:443", bytesMax: 1_000, isWhole: true)
        #expect(knocking.tunnels.error(reaching: "push.example:443") == nil)
    }

    @Test func `whoever leaves while the tunnel is being dug leaves nothing behind`() throws {
        let knocking = try Knocking()
        let server = PlainServer()
        knocking.tunnels.pin("push.example:443", to: .ipv4(0x7F00_0001, port: server.port), bytesMax: 1_000)
        let socket = try knocking.knock("push.example:443")
        socket.reset()
        try knocking.lab.turn(milliseconds: 10)
        if let peer = server.accept() {
            try knocking.lab.turn(until: { peer.receive() != .nothing }, "the end")
        }
    }
}
