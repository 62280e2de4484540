import EventLoop
import Glibc
import Server
import Testing
import Wire

struct FileTests {
    /// A file that is gone from its folder as soon as it is open.
    private final class TemporaryFile: Sendable {
        let file: OpenFile
        private let descriptor: Int32

        init(_ content: [UInt8], size: Int? = nil) throws {
            var path = Array("/tmp/parley-server-test-XXXXXX".utf8CString)
            let descriptor = mkstemp(&path)
            guard descriptor >= 0 else { throw SystemError("make a file") }
            self.descriptor = descriptor
            let written = content.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written == content.count else { throw SystemError("write a file") }
            if let size { ftruncate(descriptor, size) }
            let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            defer { unlink(name) }
            file = try OpenFile(path: name)
        }

        deinit {
            close(descriptor)
        }

        func shorten(to size: Int) {
            ftruncate(descriptor, size)
        }
    }

    /// The file in parts: `/OFFSET/COUNT`, where a number is one more than it says, for ids begin at 1.
    private func routes(_ file: TemporaryFile) -> @Sendable (Desk) -> [Route] {
        { desk in
            [
                Route(.get, "/") { $0.answer(.text(200, "here")) },
                Route(.get, "/{offset:id}/{count:id}") { exchange in
                    guard case .integer(let offset) = exchange.parameter("offset"),
                        case .integer(let count) = exchange.parameter("count")
                    else { return }
                    desk.notes.append("answered")
                    let content = Content.file(file.file, offset: UInt64(offset - 1), count: UInt64(count - 1))
                    exchange.answer(Response(200, body: content))
                },
            ]
        }
    }

    private func target(_ offset: Int, _ count: Int) -> String {
        "/\(offset + 1)/\(count + 1)"
    }

    @Test func `any part of a file arrives as it is`() throws {
        let content = pattern(300_000)
        try withServer(routes: routes(try TemporaryFile(content))) { server in
            let client = try RawClient(server.address)
            for (offset, count) in [(0, 0), (0, 1), (299_999, 1), (300_000, 0), (100_001, 77_777), (0, 300_000)] {
                let response = try client.ask(get(target(offset, count)))
                let isWhole = response.body == Array(content[offset..<offset + count])
                #expect(isWhole, "\(count) from \(offset)")
            }
            let head = try client.ask("HEAD \(target(5, 1_000)) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(head["Content-Length"] == "1000")
            try client.send(get(target(0, 3)) + get("/") + get(target(3, 3)))
            #expect(try client.response().body == Array(content[0..<3]))
            #expect(try client.response().text == "here")
            #expect(try client.response().body == Array(content[3..<6]))
        }
    }

    @Test func `fifty megabytes arrive, at the client's own pace`() throws {
        let size = 50 << 20
        try withServer(routes: routes(try TemporaryFile(pattern(1_000), size: size))) { server in
            let client = try RawClient(server.address, receiveBuffer: 4_096)
            try client.send(get(target(0, size)))
            #expect(try client.head()["Content-Length"] == "\(size)")
            #expect(try client.bytes(1_000) == pattern(1_000))
            try client.skip(size - 1_000)
            #expect(try client.ask(get("/")).text == "here")
        }
    }

    @Test func `a last answer may take longer than a goodbye`() throws {
        let size = 50 << 20
        var limits = ServerLimits()
        limits.lingerMilliseconds = 10
        try withServer(limits: limits, routes: routes(try TemporaryFile([], size: size))) { server in
            let client = try RawClient(server.address)
            try client.send(get(target(0, size), "Connection: close"))
            #expect(try client.head().closes)
            pause(milliseconds: 60)
            try client.skip(size)
            #expect(try client.isClosedNow())
        }
    }

    @Test func `the next file is not opened before the last one has left`() throws {
        let size = 50 << 20
        try withServer(routes: routes(try TemporaryFile([], size: size))) { server in
            let client = try RawClient(server.address)
            try client.send(String(repeating: get(target(0, size)), count: 3))
            #expect(try client.head().status == 200)
            #expect(server.notes.count == 1)
            try client.skip(size)
            #expect(try client.head().status == 200)
            #expect(server.notes.count == 2)
            client.reset()
        }
    }

    @Test func `a client that goes away in the middle leaves nothing behind`() throws {
        let size = 50 << 20
        try withServer(routes: routes(try TemporaryFile([], size: size))) { server in
            let rude = try RawClient(server.address)
            try rude.send(get(target(0, size)))
            _ = try rude.bytes(1_000)
            rude.reset()
            let isGone = eventually { server.quota.total == 0 }
            #expect(isGone)
            // One that closes with much unread is no politer.
            try RawClient(server.address).send(get(target(0, size)))
        }
    }

    @Test func `a file that becomes shorter on its way breaks the answer off`() throws {
        let size = 50 << 20
        let file = try TemporaryFile([], size: size)
        try withServer(routes: routes(file)) { server in
            let client = try RawClient(server.address, receiveBuffer: 4_096)
            try client.send(get(target(0, size)))
            #expect(try client.head()["Content-Length"] == "\(size)")
            file.shorten(to: 1 << 20)
            #expect(throws: RawClient.Fault.self) { try client.skip(size) }
            #expect(try RawClient(server.address).ask(get("/")).text == "here")
        }
    }
}
