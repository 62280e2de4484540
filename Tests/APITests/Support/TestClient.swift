import EventLoop
import Glibc
import JSON
import Testing

/// A connection that asks and waits for the answer. It shares nothing with the server: a dull reader of its own.
final class TestClient {
    enum Fault: Error {
        case notConnected
        /// Nothing came for ten seconds, or the other side went away; what had come by then.
        case noAnswer(String)
    }

    private let descriptor: Int32
    private var unread: [UInt8] = []

    init(_ address: SocketAddress) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var noDelay: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        target.sin_port = (address.port ?? 0).bigEndian
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Fault.notConnected }
    }

    deinit {
        close(descriptor)
    }

    // MARK: Asking

    func get(_ path: String, _ fields: [String: String] = [:]) throws -> TestAnswer {
        try ask("GET", path, fields: fields)
    }

    func post(_ path: String, _ json: String? = nil, _ fields: [String: String] = [:]) throws -> TestAnswer {
        try ask("POST", path, json, fields: fields)
    }

    /// A body is JSON unless a field says otherwise. What comes back is held against openapi.json.
    func ask(
        _ method: String, _ path: String, _ body: String? = nil, fields: [String: String] = [:]
    ) throws -> TestAnswer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: node.test\r\n"
        let content = Array((body ?? "").utf8)
        if body != nil {
            head += "Content-Length: \(content.count)\r\n"
            if fields["Content-Type"] == nil { head += "Content-Type: application/json\r\n" }
        }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            head += "\(name): \(value)\r\n"
        }
        try send(Array((head + "\r\n").utf8) + content)
        let answer = try answer(to: method)
        if let fault = DocumentedAnswers.shared.fault(of: answer, to: method, path) { Issue.record("\(fault)") }
        return answer
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // Whoever is refused early may still read why.
            guard count > 0 else { return }
            sent += count
        }
    }

    // MARK: Reading

    func answer(to method: String = "GET") throws -> TestAnswer {
        var answer = try head()
        while answer.status == 100 { answer = try head() }
        guard method != "HEAD", answer.status != 204, answer.status != 304 else { return answer }
        if answer["Transfer-Encoding"] == "chunked" {
            while let size = Int(try line(), radix: 16), size > 0 {
                answer.body += try bytes(size)
                _ = try line()
            }
            _ = try line()
        } else {
            answer.body = try bytes(Int(answer["Content-Length"] ?? "") ?? 0)
        }
        return answer
    }

    func head() throws -> TestAnswer {
        let first = try line()
        guard first.hasPrefix("HTTP/1.1 "), let status = Int(first.dropFirst(9).prefix(3)) else {
            throw Fault.noAnswer(first)
        }
        var answer = TestAnswer(status: status)
        while true {
            let field = try line()
            guard let colon = field.firstIndex(of: ":") else { return answer }
            answer.fields.append((String(field[..<colon]), String(field[field.index(colon, offsetBy: 2)...])))
        }
    }

    /// The next piece of a body that comes in chunks.
    func chunk() throws -> String {
        guard let size = Int(try line(), radix: 16) else { throw Fault.noAnswer("no chunk") }
        defer { _ = try? line() }
        return String(decoding: try bytes(size), as: UTF8.self)
    }

    private func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeFirst(end + 1) }
                return String(decoding: unread[..<(end - 1)], as: UTF8.self)
            }
            try receive()
        }
    }

    /// Exactly so many bytes.
    func bytes(_ count: Int) throws -> [UInt8] {
        while unread.count < count { try receive() }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    private func receive() throws {
        var room = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &room, room.count, 0)
        guard count > 0 else { throw Fault.noAnswer(String(decoding: unread, as: UTF8.self)) }
        unread += room[..<count]
    }
}

struct TestAnswer {
    let status: Int
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(status: Int) {
        self.status = status
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The values of all fields of that name; nil where there is none.
    subscript(_ name: String) -> String? {
        let values = fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The body; null where it is no JSON.
    var json: JSONValue {
        var reader = JSONReader(body.span, depthMax: 64)
        return (try? reader.value(itemsMax: 1_000_000)) ?? .null
    }

    /// The fields at fault, in their order.
    var faults: [String] { json["errors"].keys }
}
