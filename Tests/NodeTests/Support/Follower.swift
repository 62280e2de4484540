import Foundation
import Glibc
import Synchronization

/// Somebody who hears what happens on a node, and takes up again where they were when it comes back.
final class Follower: Sendable {
    enum Way: CaseIterable, Sendable {
        case webSocket, events
    }

    /// What was heard, over all its connections.
    struct Heard {
        var seq: Int64
        /// Of `chat_message` frames, in their order.
        var messages: [Int64] = []
        /// What no follower may see: a `seq` that isn't greater than the one before, a `resync`.
        var faults: [String] = []
    }

    let way: Way
    private let token: String
    private let heard: Mutex<Heard>

    /// `seq`: the last event that it needs not hear of.
    init(_ way: Way, token: String, since seq: Int64) {
        self.way = way
        self.token = token
        heard = Mutex(Heard(seq: seq))
    }

    var current: Heard { heard.withLock { $0 } }

    /// Hears until the connection ends.
    func follow(_ node: NodeAddress) {
        try? listen(to: node)
    }

    private func listen(to node: NodeAddress) throws {
        let connection = try TestConnection(to: node)
        let path = way == .webSocket ? "/ws/" : "/api/events/"
        var head = "GET \(path)?since=\(current.seq) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n"
        if way == .webSocket {
            head += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            head += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        }
        try connection.send(Array("\(head)\r\n".utf8))
        while try !connection.line().isEmpty {}
        var stream: [UInt8] = []
        while true {
            switch way {
            case .webSocket: if let frame = try Self.frame(from: connection) { hear(frame) }
            case .events:
                stream += try Self.chunk(from: connection)
                while let end = stream.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = stream[..<end]
                    stream.removeFirst(end + 1)
                    if line.starts(with: "data: ".utf8) { hear(Array(line.dropFirst(6))) }
                }
            }
        }
    }

    /// The text of a WebSocket's next frame; nil for another kind.
    private static func frame(from connection: TestConnection) throws -> [UInt8]? {
        let head = try connection.bytes(2)
        var count = Int(head[1] & 0x7F)
        if count >= 126 { count = try connection.bytes(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        let payload = try connection.bytes(count)
        return head[0] & 0x0F == 1 ? payload : nil
    }

    private static func chunk(from connection: TestConnection) throws -> [UInt8] {
        guard let size = Int(try connection.line(), radix: 16), size > 0 else { throw NodeAddress.NoAnswer() }
        defer { _ = try? connection.line() }
        return try connection.bytes(size)
    }

    private func hear(_ json: [UInt8]) {
        guard let frame = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any],
            let type = frame["type"] as? String
        else { return }
        heard.withLock { heard in
            switch type {
            case "hello":
                if frame["resumed"] as? Bool != true { heard.faults.append("not resumed") }
                return
            case "resync": heard.faults.append("resync")
            case "chat_message":
                if let id = (frame["message"] as? [String: Any])?["id"] as? Int64 { heard.messages.append(id) }
            default: break
            }
            guard let seq = frame["seq"] as? Int64 else { return }
            if seq <= heard.seq { heard.faults.append("\(type) \(seq) after \(heard.seq)") }
            heard.seq = seq
        }
    }
}
