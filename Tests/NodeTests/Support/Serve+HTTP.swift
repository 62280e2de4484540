import Foundation
import Glibc

/// Where a node answers on this machine.
struct NodeAddress: Sendable {
    let port: UInt16

    struct Answer {
        let status: Int
        let body: [UInt8]

        var json: Any? { try? JSONSerialization.jsonObject(with: Data(body)) }
        subscript(_ member: String) -> Any? { (json as? [String: Any])?[member] }
    }

    struct NoAnswer: Error {}

    /// A socket to it, which the caller closes.
    func connected() throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(socket)
            throw NoAnswer()
        }
        return socket
    }

    /// An event stream that somebody holds open.
    final class Stream {
        private let socket: Int32

        init(_ address: NodeAddress, token: String) throws {
            socket = try address.connected()
            var patience = timeval(tv_sec: 20, tv_usec: 0)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            let request = Array(
                "GET /api/events/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8)
            guard send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { throw NoAnswer() }
        }

        deinit { close(socket) }

        /// Everything up to these words; all that comes, where the node ends it before.
        func read(upTo words: String) throws -> String {
            var text = ""
            var room = [UInt8](repeating: 0, count: 65_536)
            while !text.contains(words) {
                let count = recv(socket, &room, room.count, 0)
                guard count >= 0 else { throw NoAnswer() }
                if count == 0 { break }
                text += String(decoding: room[..<count], as: UTF8.self)
            }
            return text
        }
    }

    /// Asks over a connection of its own, and waits for its end. A body is JSON unless `type` says otherwise.
    func ask(
        _ method: String, _ path: String, _ body: String = "", token: String? = nil, type: String = "application/json",
        fields: [String: String] = [:]
    ) throws -> Answer {
        let connection = try TestConnection(to: self)
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if !body.isEmpty { head += "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        try connection.send(Array("\(head)\r\n\(body)".utf8))
        let answer = try connection.rest()
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n"), let status = Int(text.split(separator: " ").dropFirst().first ?? "")
        else { throw NoAnswer() }
        return Answer(status: status, body: Array(text[end.upperBound...].utf8))
    }
}

/// A connection to a node that waits for twenty seconds at most.
final class TestConnection {
    private let socket: Int32
    private var unread: [UInt8] = []

    init(to node: NodeAddress) throws {
        socket = try node.connected()
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw NodeAddress.NoAnswer()
        }
    }

    /// Whatever comes until the other side closes.
    func rest() throws -> [UInt8] {
        while try receive() {}
        defer { unread = [] }
        return unread
    }

    func bytes(_ count: Int) throws -> [UInt8] {
        while unread.count < count { guard try receive() else { throw NodeAddress.NoAnswer() } }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    /// Without its end.
    func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeFirst(end + 1) }
                let line = unread[..<end]
                return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            }
            guard try receive() else { throw NodeAddress.NoAnswer() }
        }
    }

    /// False at the end of the stream.
    private func receive() throws -> Bool {
        var room = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &room, room.count, 0)
        guard count > 0 else { return false }
        unread += room[..<count]
        return true
    }
}

extension Serve {
    var address: NodeAddress { NodeAddress(port: UInt16(url.split(separator: ":").last ?? "") ?? 0) }

    func ask(
        _ method: String, _ path: String, _ body: String = "", token: String? = nil, type: String = "application/json",
        fields: [String: String] = [:]
    ) throws -> NodeAddress.Answer {
        try address.ask(method, path, body, token: token, type: type, fields: fields)
    }
}

/// A port that nobody listened on a moment ago.
enum FreePort {
    static func find() -> UInt16 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(socket, $0, length)
                _ = getsockname(socket, $0, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
