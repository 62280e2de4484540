import Bytes
import Client
import EventLoop
import Glibc
import Testing
import Wire

@Suite struct UploadTests {
    @Test(arguments: [HTTPMethod.post, .put, .patch])
    func `a method that brings a body says its length even where there is none`(method: HTTPMethod) throws {
        let script = try Script()
        _ = script.ask(ClientRequest(method, "/a?b=c", fields: [("Accept", "*/*")]))
        let peer = try script.accept()
        let host = script.endpoint.authority
        #expect(
            try peer.request()
                == "\(method.name) /a?b=c HTTP/1.1\r\nHost: \(host)\r\nAccept: */*\r\nContent-Length: 0\r\n\r\n")
    }

    static let pattern: [UInt8] = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

    @Test(arguments: [1, 65_536, 65_537, 300_000])
    func `bytes arrive as they are, own and shared`(count: Int) throws {
        let script = try Script()
        let bytes = Array(Self.pattern.prefix(count))
        let answers = [
            script.ask(ClientRequest(.post, "/", body: .bytes(bytes))),
            script.ask(ClientRequest(.delete, "/", body: .shared(SharedBytes(bytes)))),
        ]
        for (answer, method) in zip(answers, ["POST", "DELETE"]) {
            let peer = try script.accept()
            let head = "\(method) / HTTP/1.1\r\nHost: \(script.endpoint.authority)\r\nContent-Length: \(count)\r\n\r\n"
            #expect(try peer.heard(head.utf8.count) == Array(head.utf8))
            #expect(try peer.heard(count) == bytes)
            try peer.answer("taken")
            try script.finish(answer)
            #expect(answer.isWhole)
        }
    }

    @Test func `a part of a file arrives as it is, also when it is asked again`() throws {
        let file = try TemporaryFile(Self.pattern)
        let script = try Script()
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(first)

        let open = try OpenFile(path: file.path)
        let answer = script.ask(ClientRequest(.put, "/", body: .file(open, offset: 1_000, count: 250_000)))
        _ = try peer.heard(1_000)
        peer.close()
        let other = try script.accept()
        let head = "PUT / HTTP/1.1\r\nHost: \(script.endpoint.authority)\r\nContent-Length: 250000\r\n\r\n"
        #expect(try other.heard(head.utf8.count) == Array(head.utf8))
        #expect(try other.heard(250_000) == Array(Self.pattern[1_000..<251_000]))
        try other.answer("")
        try script.finish(answer)
        #expect(answer.isWhole)
    }

    @Test func `a file that is shorter than was said is a fault`() throws {
        let file = try TemporaryFile([1, 2, 3])
        let script = try Script()
        let open = try OpenFile(path: file.path)
        let answer = script.ask(ClientRequest(.put, "/", body: .file(open, offset: 0, count: 10)))
        let peer = try script.accept()
        try script.finish(answer)
        #expect(answer.fault?.isConnection(code: EIO) == true)
        _ = peer
    }

    @Test func `an answer that comes before the upload's end is heard`() throws {
        let script = try Script()
        let answer = script.ask(ClientRequest(.post, "/", body: .bytes([UInt8](repeating: 1, count: 16 << 20))))
        let peer = try script.accept()
        _ = try peer.heard(10)
        try peer.answer("too large", status: "413 Content Too Large", fields: "Connection: close\r\n")
        try script.finish(answer)
        #expect(answer.isWhole && answer.status == 413 && answer.text == "too large")
        try peer.awaitEnd()
    }

    @Test(arguments: [
        (ClientRequest(.get, "/", fields: [("A", "b\r\nHost: evil")]), HTTPHeadWriteFault.fieldValue),
        (ClientRequest(.get, "/", fields: [("A", "b\nc")]), .fieldValue),
        (ClientRequest(.get, "/", fields: [("A", "b\0")]), .fieldValue),
        (ClientRequest(.get, "/", fields: [("A\r\nB", "c")]), .fieldName),
        (ClientRequest(.get, "/", fields: [("", "c")]), .fieldName),
        (ClientRequest(.get, "/", fields: [("A ", "c")]), .fieldName),
        (ClientRequest(.post, "/", fields: [("content-length", "0")]), .fieldName),
        (ClientRequest(.post, "/", fields: [("Transfer-Encoding", "chunked")]), .fieldName),
        (ClientRequest(.get, "/", fields: [("HOST", "evil")]), .fieldName),
        (ClientRequest(.get, "/a b"), .target),
        (ClientRequest(.get, "/\r\nHost: evil"), .target),
        (ClientRequest(.get, ""), .target),
        (ClientRequest(.other("GET /"), "/"), .method),
    ])
    func `what can't stand in a head is refused and reaches nobody`(
        request: ClientRequest, fault: HTTPHeadWriteFault
    ) throws {
        let script = try Script()
        let first = script.ask()
        let peer = try script.accept()
        _ = try peer.request()
        try peer.answer("")
        try script.finish(first)
        let refused = script.ask(request)
        #expect(refused.outcomes == 0)
        try script.finish(refused)
        #expect(refused.fault == .unsendable(fault))
        // The idle connection has not noticed.
        let next = script.ask(ClientRequest(.get, "/next"))
        #expect(try peer.request().hasPrefix("GET /next "))
        try peer.answer("")
        try script.finish(next)
        #expect(next.isWhole)
    }

    @Test func `an authority with a line end is refused`() throws {
        let script = try Script()
        let answer = script.ask(at: Endpoint(script.endpoint.address, authority: "a\r\nB: c"))
        try script.finish(answer)
        #expect(answer.fault == .unsendable(.fieldValue))
        #expect(try !script.hasConnection())
    }
}

/// A file with that content, for as long as this lives.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8]) throws {
        var template = Array("\(P_tmpdir)/parley-client-XXXXXX".utf8CString)
        let descriptor = Descriptor(owning: mkstemp(&template))
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let written = bytes.withUnsafeBytes { write(descriptor.number, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw SystemError("write \(path)") }
    }

    deinit {
        unlink(path)
    }
}
