import Client
import EventLoop
import Glibc

/// A listening socket, bare.
final class RawListener {
    let endpoint: Endpoint
    private let descriptor: Int32
    private let path: String?

    /// On a free port of 127.0.0.1, or at a path.
    init(path: String? = nil, backlog: Int32 = 64) throws {
        let descriptor = socket(path == nil ? AF_INET : AF_UNIX, Self.type, 0)
        self.descriptor = descriptor
        self.path = path
        let endpoint: Endpoint
        if let path {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            try Self.check(Self.withAddress(of: &address) { bind(descriptor, $0, $1) })
            endpoint = Endpoint(.unix(path: path))
        } else {
            var address = Self.loopback(port: 0)
            try Self.check(Self.withAddress(of: &address) { bind(descriptor, $0, $1) })
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            _ = withUnsafeMutableBytes(of: &address) {
                getsockname(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
            }
            endpoint = Endpoint(.ipv4(0x7F00_0001, port: UInt16(bigEndian: address.sin_port)))
        }
        self.endpoint = endpoint
        try Self.check(listen(descriptor, backlog))
    }

    deinit {
        close(descriptor)
        if let path { unlink(path) }
    }

    func accept(script: Script) -> Peer? {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
        return Peer(accepted, script: script)
    }

    /// Connects until the kernel's queue takes no more: who connects then waits. The sockets must be kept.
    func fillBacklog() -> [Peer?] {
        var fillers: [Peer?] = []
        for _ in 0..<8 {
            let filler = socket(AF_INET, Self.type, 0)
            var address = Self.loopback(port: endpoint.address.port!)
            _ = Self.withAddress(of: &address) { connect(filler, $0, $1) }
            fillers.append(Peer(filler, script: nil))
        }
        return fillers
    }

    private static let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func withAddress<Address>(
        of address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafeBytes(of: &address) {
            body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
        }
    }

    private static func check(_ result: Int32) throws {
        guard result == 0 else { throw SystemError("prepare a listener") }
    }
}

/// The other end of one of the client's connections; it says and hears exactly what a test wants.
final class Peer {
    private var descriptor: Int32
    /// Nil for one that only stands in the way.
    private let script: Script?
    private var unread: [UInt8] = []
    private(set) var hasEnded = false

    init(_ descriptor: Int32, script: Script?) {
        self.descriptor = descriptor
        self.script = script
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    // MARK: Hearing

    /// The next whole request, its body of a known length included.
    func request() throws -> String {
        var found: String?
        try script!.turn(
            until: {
                read()
                found = takeRequest()
                return found != nil
            }, "a request")
        return found!
    }

    /// Everything up to now.
    func heard(_ count: Int) throws -> [UInt8] {
        try script!.turn(
            until: {
                read()
                return unread.count >= count
            }, "\(count) bytes")
        let taken = Array(unread.prefix(count))
        unread.removeFirst(count)
        return taken
    }

    /// Waits for the client to close.
    func awaitEnd() throws {
        try script!.turn(
            until: {
                read()
                return hasEnded
            }, "the end of a connection")
    }

    /// Whether the client keeps the connection, as far as it looks after a while.
    func isStillOpen() throws -> Bool {
        try script!.turn(milliseconds: 10)
        read()
        return !hasEnded
    }

    private func read() {
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &room, room.count, 0)
            if count > 0 {
                unread.append(contentsOf: room[..<count])
            } else {
                if count == 0 || errno != EAGAIN { hasEnded = true }
                return
            }
        }
    }

    private func takeRequest() -> String? {
        let text = String(decoding: unread, as: UTF8.self)
        guard let end = text.firstIndex(of: "\r\n\r\n") else { return nil }
        var bodyLength = 0
        for line in text[..<end].split(separator: "\r\n") where line.hasPrefix("Content-Length: ") {
            bodyLength = Int(line.dropFirst(16)) ?? 0
        }
        let length = text[..<end].utf8.count + 4 + bodyLength
        guard unread.count >= length else { return nil }
        let request = String(decoding: unread.prefix(length), as: UTF8.self)
        unread.removeFirst(length)
        return request
    }

    // MARK: Saying

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var at = 0
        try script!.turn(
            until: {
                at += push(bytes[at...])
                return at == bytes.count
            }, "room to send")
    }

    /// Sends what the kernel takes without the client's turning; tells how much that was.
    func push(_ bytes: ArraySlice<UInt8>) -> Int {
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let sent = bytes[at...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { break }
            at += sent
        }
        return at - bytes.startIndex
    }

    /// Sends each byte by itself, with turns of the loop between them.
    func drip(_ bytes: [UInt8]) throws {
        for byte in bytes {
            try send([byte])
            try script!.loop.turn(waitingAtMost: 0)
        }
    }

    /// A short answer that keeps the connection.
    func answer(_ body: String, status: String = "200 OK", fields: String = "") throws {
        try send("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    func close() {
        Glibc.close(descriptor)
        descriptor = -1
        hasEnded = true
    }

    /// Closes so that the other side gets a reset.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

extension String {
    /// Where `other` first occurs, without Foundation.
    fileprivate func firstIndex(of other: String) -> String.Index? {
        let sought = Array(other.utf8)
        var start = utf8.startIndex
        while let end = utf8.index(start, offsetBy: sought.count, limitedBy: utf8.endIndex) {
            if utf8[start..<end].elementsEqual(sought) { return start }
            start = utf8.index(after: start)
        }
        return nil
    }
}
