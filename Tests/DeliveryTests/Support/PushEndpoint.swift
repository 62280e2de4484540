import Synchronization

/// A push server in this process: it answers by what the path asks for, or as a test says.
final class PushEndpoint: Sendable {
    struct Request: Sendable {
        let line: String
        /// Names in small letters.
        let fields: [String: String]
        let body: String
    }

    private let seen = Seen<Request>()
    private let listener: Listener
    private let answering: Answering

    /// Nil hangs up; an empty answer is none at all.
    init(_ answer: @escaping @Sendable (Request) -> String? = { _ in PushEndpoint.answer(201) }) {
        let answering = Answering(answer)
        let seen = seen
        listener = Listener { line in
            while let request = Self.read(line) {
                seen.append(request)
                guard let text = answering.now(request) else { return }
                guard !text.isEmpty else {
                    _ = line.line()
                    return
                }
                line.say(text)
            }
        }
        self.answering = answering
    }

    private final class Answering: Sendable {
        private let body: Mutex<@Sendable (Request) -> String?>
        init(_ body: @escaping @Sendable (Request) -> String?) { self.body = Mutex(body) }
        func now(_ request: Request) -> String? { body.withLock { $0 }(request) }
        func change(_ new: @escaping @Sendable (Request) -> String?) { body.withLock { $0 = new } }
    }

    static func answer(_ status: Int, _ fields: String = "") -> String {
        "HTTP/1.1 \(status) Whatever\r\n\(fields)Content-Length: 4\r\n\r\nnote"
    }

    func answer(_ new: @escaping @Sendable (Request) -> String?) { answering.change(new) }

    var requests: [Request] { seen.all }
    func url(_ path: String = "/up?token=abc", host: String = "127.0.0.1") -> String {
        "http://\(host):\(listener.port)\(path)"
    }
    func stop() { listener.stop() }

    private static func read(_ line: Line) -> Request? {
        guard let first = line.line() else { return nil }
        var fields: [String: String] = [:]
        while let field = line.line(), !field.isEmpty {
            let parts = field.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        guard let body = line.bytes(Int(fields["content-length"] ?? "0") ?? 0) else { return nil }
        return Request(line: first, fields: fields, body: String(decoding: body, as: UTF8.self))
    }
}
