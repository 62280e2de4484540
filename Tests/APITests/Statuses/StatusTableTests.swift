import API
import JSON
import Synchronization
import Testing

@testable import SQLite

/// Every status that openapi.json names for a route is one that the route gives: the table has a request for each.
struct StatusTableTests {
    @Test(arguments: StatusTable.rightLines)
    func `a route answers with each status that the document has for it`(line: StatusLine) throws {
        let operation = try #require(DocumentedAnswers.shared.operation(line.method, line.path))
        let isWriting = line.method != "GET" && operation.statuses.contains(507)
        let stage = try StatusStage()
        // A writer that was stopped stays so: that one comes last.
        for status in operation.statuses.sorted(by: { ($0 == 503 ? 999 : $0) < ($1 == 503 ? 999 : $1) }) {
            guard StatusTable.reason(notToTry: status, isWriting: isWriting) == nil else { continue }
            let answer = try provoke(status, line, operation, on: stage)
            #expect(answer.status == status, "\(line.testDescription): \(answer.text)")
        }
    }

    @Test func `the table has every route of the document, and nothing else`() {
        let documented = DocumentedAnswers.shared.operationNames
        let tried = StatusTable.rightLines.compactMap {
            DocumentedAnswers.shared.operation($0.method, $0.path)?.name
        }
        #expect(documented.subtracting(tried).sorted() == [])
        #expect(tried.count == StatusTable.rightLines.count && Set(tried).count == tried.count)
    }

    @Test(arguments: StatusTable.otherLines.map { ($0.status, $0.line) })
    func `a status with conditions of its own is documented`(status: Int, line: StatusLine) throws {
        let operation = try #require(DocumentedAnswers.shared.operation(line.method, line.path))
        #expect(operation.statuses.contains(status))
    }

    // MARK: What brings a status about

    private func provoke(
        _ status: Int, _ line: StatusLine, _ operation: DocumentedAnswers.Operation, on stage: StatusStage
    ) throws -> TestAnswer {
        let own = StatusTable.otherLines.first {
            $0.status == status
                && DocumentedAnswers.shared.operation($0.line.method, $0.line.path)?.name == operation.name
        }
        if let own { return try stage.ask(stage.request(own.line)) }
        var request = try stage.request(line)
        switch status {
        case 200 where operation.statuses.contains(201):
            _ = try stage.ask(request)
        case 206: request.fields["Range"] = "bytes=0-0"
        case 304: request.fields["If-None-Match"] = try stage.ask(request)["ETag"]
        case 400: return try malformed(request, line, operation, on: stage)
        case 401: request.token = nil
        case 403: request.token = try tokenWithoutRight(line, on: stage)
        case 404 where line.method == "POST" && !line.path.contains("<"):
            // What the key has made is gone when the request comes again.
            request.fields["Idempotency-Key"] = "k-1"
            let place = try #require(try stage.ask(request)["Location"])
            let removal = StatusRequest(method: "DELETE", target: place, token: request.token)
            #expect(try stage.ask(removal).status == 204)
        case 404: request.target = try Self.naming(nothing: line)
        case 406: request.fields["Accept"] = "application/x-nothing"
        case 409:
            request.fields["Idempotency-Key"] = "k-1"
            _ = try stage.ask(request)
            let body = try #require(request.body, "\(line.testDescription) needs a line of its own for 409")
            request.body = line.isForm ? body + " more=1" : body.dropLast() + #", "more": 1}"#
        case 412: request.fields["If-Match"] = #""another""#
        case 413: request.body = Self.long(request.body, isForm: line.isForm)
        case 415:
            request.body = "x"
            request.fields["Content-Type"] = "text/plain"
        case 416: request.fields["Range"] = "bytes=1000000-"
        case 426: request.fields["Sec-WebSocket-Version"] = "12"
        case 429: return try twice(line, on: stage)
        case 503: stop(stage)
        case 507: return try withFullDisk(request, on: stage)
        default: break
        }
        return try stage.ask(request)
    }

    private func malformed(
        _ request: StatusRequest, _ line: StatusLine, _ operation: DocumentedAnswers.Operation, on stage: StatusStage
    ) throws -> TestAnswer {
        var request = request
        if line.isForm {
            request.body = "--other"
            request.fields["Content-Type"] = "multipart/form-data; boundary=b"
        } else if operation.takesBody {
            request.body = "{"
        } else if operation.parameters.contains("limit") {
            request.target += (request.target.contains("?") ? "&" : "?") + "limit=0"
        } else {
            return try stage.askMalformed(request)
        }
        return try stage.ask(request)
    }

    /// Of somebody who may do it, without the scope for it; on routes for administrators, of somebody who is none.
    private func tokenWithoutRight(_ line: StatusLine, on stage: StatusStage) throws -> String {
        guard !line.isAdministrators else { return stage.alice.token }
        let scope = line.method == "GET" ? "write" : "read"
        let body = #"{"name": "\#(stage.new("scoped"))", "scopes": ["\#(scope)"]}"#
        return try #require(try stage.alice.post("/api/auth/tokens/", body).json["token"].string)
    }

    /// The first thing in the path is one that isn't there.
    private static func naming(nothing line: StatusLine) throws -> String {
        let open = try #require(line.target.firstIndex(of: "<"), "\(line) needs a line of its own for 404")
        let close = try #require(line.target.firstIndex(of: ">"))
        let nothing = line.target.contains("/peers/") ? String(repeating: "f", count: 64) : "999999999"
        return line.target[..<open] + nothing + line.target[line.target.index(after: close)...]
    }

    private static func long(_ body: String?, isForm: Bool) -> String {
        isForm
            ? (body ?? "").replacing("@", with: "@\(StatusStage.uploadBytesMax)")
            : #"{"more": ""# + String(repeating: "x", count: 1_048_576) + #""}"#
    }

    /// On a node where once is enough.
    private func twice(_ line: StatusLine, on stage: StatusStage) throws -> TestAnswer {
        let node = try StatusStage.limited.get()
        let user = try node.user("\(line.testDescription.utf8.reduce(5_381) { $0 &* 33 &+ Int($1) } & 0xFFFF_FFFF)")
        let target = line.target.contains("<") ? try Self.naming(nothing: line) : line.target
        var request = StatusRequest(method: line.method, target: target)
        request.token = user.token
        if line.body != nil { request.body = "{}" }
        var first = request
        if line.endsItself {
            first = StatusRequest(method: "POST", target: "/api/auth/ticket/")
            first.token = user.token
        }
        _ = try stage.ask(first, on: node)
        return try stage.ask(request, on: node)
    }

    private func stop(_ stage: StatusStage) {
        stage.node.context.writer.stop()
        stage.node.parts.peers.trouble.withLock { $0 = WriterRefusal.stopped }
    }

    /// Refused while the disk is full, and done as soon as there is room.
    private func withFullDisk(_ request: StatusRequest, on stage: StatusStage) throws -> TestAnswer {
        let full = SQLiteError(kind: .diskFull, code: 13, message: "no room", sql: nil)
        stage.node.disk?.fill()
        stage.node.parts.peers.trouble.withLock { $0 = full }
        let answer = try stage.ask(request)
        stage.node.disk?.mend()
        stage.node.parts.peers.trouble.withLock { $0 = nil }
        let again = try stage.ask(request)
        #expect((200..<300).contains(again.status), "\(request.target) with room again: \(again.text)")
        return answer
    }
}
