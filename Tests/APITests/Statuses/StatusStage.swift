import API
import Chat
import Glibc
import JSON
import Keys
import Operations
import SQLite
import Testing

/// A node on which one line of the table is tried, with whoever asks and whatever is asked about.
final class StatusStage {
    let node: TestNode
    let admin: TestUser
    let alice: TestUser
    let bob: TestUser
    private var count = 0

    /// So little that a file over it is soon sent.
    static let uploadBytesMax = 65_536

    init() throws {
        node = try TestNode(canFill: true) { $0.uploadBytesMax = UInt64(Self.uploadBytesMax) }
        admin = try node.user("admin", isAdmin: true)
        alice = try node.user("alice")
        bob = try node.user("bob")
        _ = try node.user("carol")
    }

    func new(_ word: String = "new") -> String {
        count += 1
        return "\(word)-\(count)"
    }

    // MARK: Things

    /// A line with its words replaced by what they stand for.
    func request(_ line: StatusLine) throws -> StatusRequest {
        // Somebody new does what ends their session or account.
        let asker = line.isAdministrators ? admin : line.endsItself ? try node.user(new("guest")) : alice
        var things = StatusThings(self)
        let target = try things.replaced(line.target)
        let body = try line.body.map { try things.replaced($0) }
        return StatusRequest(method: line.method, target: target, body: body, token: asker.token)
    }

    // MARK: Asking

    /// Over a connection of its own, as some of these end theirs.
    func ask(_ request: StatusRequest, on other: TestNode? = nil) throws -> TestAnswer {
        let client = try (other ?? node).nobody()
        var fields = request.fields
        if let token = request.token { fields["Authorization"] = "Bearer \(token)" }
        if request.isSocket {
            fields["Upgrade"] = "websocket"
            fields["Connection"] = "Upgrade"
            fields["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
            if fields["Sec-WebSocket-Version"] == nil { fields["Sec-WebSocket-Version"] = "13" }
        }
        var body = request.body
        if let form = request.form {
            fields["Content-Type"] = "multipart/form-data; boundary=b"
            body = form
        }
        guard request.target.hasPrefix("/api/events/") else {
            return try client.ask(request.method, request.target, body, fields: fields)
        }
        // A stream has no end that could be waited for.
        let lines = fields.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
        try client.send(Array("GET \(request.target) HTTP/1.1\r\nHost: node.test\r\n\(lines)\r\n".utf8))
        return try client.head()
    }

    /// A head that HTTP itself refuses.
    func askMalformed(_ request: StatusRequest) throws -> TestAnswer {
        let client = try node.nobody()
        try client.send(
            Array("\(request.method) \(request.target) HTTP/1.1\r\nHost: node.test\r\nno field\r\n\r\n".utf8))
        let answer = try client.answer()
        if let fault = DocumentedAnswers.shared.fault(of: answer, to: request.method, request.target) {
            Issue.record("\(fault)")
        }
        return answer
    }

    /// A node on which everything may be done once, and no second time.
    static let limited = Result {
        try TestNode { settings in
            for kind in Rates.Kind.allCases { settings.rates.rates[kind] = Rate(burst: 1, each: 86_400_000) }
        }
    }
}

/// A request as it is sent.
struct StatusRequest {
    let method: String
    var target: String
    var body: String?
    var token: String?
    var fields: [String: String] = [:]

    var isSocket: Bool { target.hasPrefix("/ws/") }

    /// `form name=value file=@`: with a file, which for `avatar` is a picture.
    var form: String? {
        guard let body, body.hasPrefix("form ") else { return nil }
        var text = ""
        for field in body.dropFirst(5).split(separator: " ") {
            let sides = field.split(separator: "=", maxSplits: 1)
            text += "--b\r\nContent-Disposition: form-data; name=\"\(sides[0])\""
            if sides[1].hasPrefix("@") {
                let content = sides[0] == "avatar" ? Self.picture : "a file"
                let padding = String(repeating: "x", count: Int(sides[1].dropFirst()) ?? 0)
                text += "; filename=\"f\"\r\n\r\n\(content)\(padding)\r\n"
            } else {
                text += "\r\n\r\n\(sides[1])\r\n"
            }
        }
        return text + "--b--\r\n"
    }

    /// A GIF of one pixel, as far as one looks into it.
    static let picture = "GIF89a\u{1}\0\u{1}\0\0\0\0;"
}
