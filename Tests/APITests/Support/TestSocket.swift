import JSON

/// A WebSocket by hand: it masks what it sends with zeros, and reads frames one by one.
final class TestSocket {
    let client: TestClient
    let opening: TestAnswer

    /// Asks to open it; where it is refused, `opening` says why.
    init(_ node: TestNode, _ path: String, _ fields: [String: String] = [:]) throws {
        client = try node.nobody()
        var head = "GET \(path) HTTP/1.1\r\nHost: node.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        try client.send(Array((head + "\r\n").utf8))
        let first = try client.head()
        guard first.status != 101 else {
            opening = first
            return
        }
        var refusal = first
        refusal.body = try client.bytes(Int(first["Content-Length"] ?? "") ?? 0)
        opening = refusal
    }

    convenience init(_ node: TestNode, _ path: String, as user: TestUser) throws {
        try self.init(node, path, ["Authorization": "Bearer \(user.token)"])
    }

    func send(_ text: String) throws {
        let payload = Array(text.utf8)
        var frame: [UInt8] = [0x81]
        if payload.count < 126 {
            frame.append(0x80 | UInt8(payload.count))
        } else {
            frame += [0x80 | 126, UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF)]
        }
        try client.send(frame + [0, 0, 0, 0] + payload)
    }

    enum Message {
        case text(JSONValue)
        case closed(UInt16)
    }

    func next() throws -> Message {
        while true {
            let head = try client.bytes(2)
            var count = Int(head[1] & 0x7F)
            if count == 126 {
                let length = try client.bytes(2)
                count = Int(length[0]) << 8 | Int(length[1])
            } else if count == 127 {
                count = try client.bytes(8).reduce(0) { $0 << 8 | Int($1) }
            }
            let payload = try client.bytes(count)
            switch head[0] & 0x0F {
            case 1:
                var reader = JSONReader(payload.span, depthMax: 64)
                return .text((try? reader.value(itemsMax: 1_000_000)) ?? .null)
            case 8: return .closed(payload.count < 2 ? 1_005 : UInt16(payload[0]) << 8 | UInt16(payload[1]))
            default: continue
            }
        }
    }

    /// The next frame of that type; others, which may come at any moment, are passed over.
    func next(_ type: String) throws -> JSONValue {
        while true {
            guard case .text(let frame) = try next() else { return .null }
            if frame["type"].string == type { return frame }
        }
    }

    /// All frames that come before the node has answered a ping.
    func framesUntilPong() throws -> [JSONValue] {
        try send(#"{"type":"ping"}"#)
        var frames: [JSONValue] = []
        while case .text(let frame) = try next(), frame["type"] != "pong" { frames.append(frame) }
        return frames
    }

    func closing() throws -> UInt16 {
        while true { if case .closed(let code) = try next() { return code } }
    }
}
