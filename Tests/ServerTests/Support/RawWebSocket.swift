/// The little of RFC 6455 that a test needs: short frames, the client's masked.
extension RawClient {
    static let webSocketKey = "dGhlIHNhbXBsZSBub25jZQ=="
    /// What the RFC gives as the answer to that key (section 1.3).
    static let webSocketAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    static func handshake(_ target: String, _ fieldLines: String...) -> String {
        ([
            "GET \(target) HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(webSocketKey)",
        ] + fieldLines).joined(separator: "\r\n") + "\r\n\r\n"
    }

    static func frame(_ opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
        precondition(payload.count < 126)
        let mask: [UInt8] = [1, 2, 3, 4]
        return [0x80 | opcode, 0x80 | UInt8(payload.count)] + mask
            + payload.enumerated().map { $1 ^ mask[$0 & 3] }
    }

    static func frame(text: String) -> [UInt8] {
        frame(1, Array(text.utf8))
    }

    static func frame(close code: UInt16) -> [UInt8] {
        frame(8, [UInt8(code >> 8), UInt8(code & 255)])
    }

    /// The next frame, which must be whole, short and without a mask.
    func frame() throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = try bytes(2)
        guard head[0] & 0xF0 == 0x80, head[1] < 126 else { throw Fault.notHTTP("a frame that begins with \(head)") }
        return (head[0] & 15, try bytes(Int(head[1])))
    }

    func message() throws -> String {
        let (opcode, payload) = try frame()
        guard opcode == 1 else { throw Fault.notHTTP("a frame of kind \(opcode)") }
        return String(decoding: payload, as: UTF8.self)
    }

    /// The code of a close frame, which must be the next.
    func closeCode() throws -> Int {
        let (opcode, payload) = try frame()
        guard opcode == 8, payload.count >= 2 else { throw Fault.notHTTP("a frame of kind \(opcode)") }
        return Int(payload[0]) << 8 | Int(payload[1])
    }
}
