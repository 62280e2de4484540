import Foundation
import Glibc
import Synchronization

/// A person's WebSocket, and what came over it.
final class LiveSocket: Sendable {
    typealias Frame = [String: Any]

    private let socket: Int32
    private let lines = Mutex<[String]>([])

    struct NotOpened: Error { let text: String }

    init(to node: NodeAddress, token: String) throws {
        socket = try node.connected()
        let request = """
            GET /ws/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
            Authorization: Bearer \(token)\r\n\r\n
            """
        Self.send(Array(request.utf8), to: socket)
        var head: [UInt8] = []
        while !head.ends(with: Array("\r\n\r\n".utf8)) {
            guard let byte = Self.read(1, from: socket) else {
                throw NotOpened(text: String(decoding: head, as: UTF8.self))
            }
            head += byte
        }
        guard head.starts(with: Array("HTTP/1.1 101".utf8)) else {
            throw NotOpened(text: String(decoding: head, as: UTF8.self))
        }
        let thread = Foundation.Thread { [weak self, socket] in
            while let text = Self.message(from: socket), let self { lines.withLock { $0.append(text) } }
        }
        thread.start()
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    /// Under the mask of zeros, text is as it is.
    func send(_ frame: Frame) throws {
        let text = Array(try JSONSerialization.data(withJSONObject: frame))
        precondition(text.count < 126, "a short frame")
        Self.send([0x81, 0x80 | UInt8(text.count), 0, 0, 0, 0] + text, to: socket)
    }

    func frames(_ type: String) -> [Frame] {
        lines.withLock { $0 }
            .compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? Frame }
            .filter { $0["type"] as? String == type }
    }

    // MARK: Bytes

    private static func send(_ bytes: [UInt8], to socket: Int32) {
        _ = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private static func read(_ count: Int, from socket: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        guard count == 0 || recv(socket, &bytes, count, Int32(MSG_WAITALL)) == count else { return nil }
        return bytes
    }

    /// The next text; nil at the end. Whatever else comes is passed over.
    private static func message(from socket: Int32) -> String? {
        while let head = read(2, from: socket) {
            var count = Int(head[1] & 0x7F)
            if count > 125 {
                guard let more = read(count == 126 ? 2 : 8, from: socket) else { return nil }
                count = more.reduce(0) { $0 << 8 | Int($1) }
            }
            guard let content = read(count, from: socket) else { return nil }
            if head[0] & 0x0F == 1 { return String(decoding: content, as: UTF8.self) }
        }
        return nil
    }
}

extension [UInt8] {
    fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
