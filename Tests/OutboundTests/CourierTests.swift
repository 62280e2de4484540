import Bytes
import EventLoop
import Foundation
import Glibc
import Outbound
import RawSockets
import Testing
import Wire

/// The courier's life, played with programs that are none.
@Suite struct CourierLifeTests {
    /// A program made of these lines of shell, removed when nobody needs it any more.
    final class Script {
        let path = NSTemporaryDirectory() + "parley-courier-\(getpid())-\(UUID().uuidString)"

        init(_ lines: String) throws {
            try Data("#!/bin/sh\n\(lines)\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(chmod(path, 0o700) == 0)
        }

        deinit { unlink(path) }

        /// How often it was run, by the lines that it has left.
        var traces: [String] {
            let text = (try? String(contentsOfFile: path + ".trace", encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
        }
    }

    @Test func `without the program a request fails, soon`() throws {
        let lab = try Lab { $0.backoffMilliseconds = 1 }
        let start = MonotonicTime.now()
        #expect(throws: OutboundFailure.noCourier) { try lab.answer("https://push.example/") }
        #expect(lab.outbound.courierPID == nil)
        #expect(MonotonicTime.now() < start + 2_000)
    }

    @Test(arguments: [
        "exit 1", "kill -SEGV $$",
        // A length beyond all bounds, no CBOR, and a report of a request that nobody has sent.
        "printf '\\377\\377\\377\\377' >&0; exec sleep 5", "printf '\\000\\000\\000\\001x' >&0; exec sleep 5",
        "printf '\\000\\000\\000\\003\\202\\002\\005' >&0; exec sleep 5",
    ])
    func `one that dies or talks nonsense is ended, tried again, and then given up for a while`(lines: String) throws {
        let script = try Script("echo x >>\"$0.trace\"; \(lines)")
        defer { unlink(script.path + ".trace") }
        let lab = try Lab(courier: script.path) {
            $0.backoffMilliseconds = 50
            $0.backoffMillisecondsMax = 60
        }
        let results = try (0..<40).map { _ in try lab.ask("https://push.example/") }.map { try lab.finish($0) }
        for result in results {
            #expect(throws: OutboundFailure.noCourier) { try result.get() }
        }
        // A few with each life, two lives of which the second comes after a pause; and a third for those who came late.
        #expect(script.traces.count <= 3)
        #expect(lab.outbound.courierPID == nil)
    }

    @Test func `it gets its proxy and no more of our environment, and our files are closed to it`() throws {
        let script = try Script("env >\"$0.trace\"; ls /proc/self/fd | tr '\\n' ' ' >>\"$0.trace\"; exec sleep 5")
        defer { unlink(script.path + ".trace") }
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        let leak = open("/dev/null", O_RDONLY)
        defer {
            close(leak)
            unsetenv("http_proxy")
        }
        let lab = try Lab(courier: script.path)
        let asked = try lab.ask("https://push.example/")
        try lab.turn(until: { script.traces.last?.first?.isNumber == true }, "the environment")
        let names = script.traces.dropLast().map { $0.prefix { $0 != "=" } }
        // The shell adds where it is.
        #expect(Set(names).subtracting(["PWD", "_", "SHLVL", "OLDPWD"]) == ["https_proxy", "SWIFT_BACKTRACE"])
        // Its own are 0 to 2, and what it reads from.
        #expect(script.traces.last?.split(separator: " ").count ?? 9 <= 4)
        let pid = try #require(lab.outbound.courierPID)
        lab.outbound.close()
        #expect(throws: OutboundFailure.cancelled) { try lab.finish(asked).get() }
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    @Test func `one that listens to nobody is ended when a request is given up`() throws {
        let script = try Script("exec sleep 10")
        let lab = try Lab(courier: script.path) { $0.dropMilliseconds = 20 }
        let start = MonotonicTime.now()
        let asked = try lab.ask("https://push.example/") { $0.deadlineMilliseconds = 100 }
        #expect(throws: OutboundFailure.timedOut) { try lab.finish(asked).get() }
        #expect(MonotonicTime.now() < start + 1_000)
        try lab.turn(until: { lab.outbound.courierPID == nil }, "the courier's end")
    }

    /// A courier that writes down what it is asked, and answers nothing.
    private func makeSilent() throws -> Script { try Script("exec cat <&0 >>\"$0.trace\"") }

    private func asked(_ script: Script) -> Set<String> {
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: script.path + ".trace"))) ?? Data()
        let text = String(decoding: bytes, as: UTF8.self)
        return Set(["/a1", "/a2", "/b1", "/b2"].filter { text.contains($0) })
    }

    @Test func `who is waited for keeps nobody else waiting`() throws {
        let script = try makeSilent()
        defer { unlink(script.path + ".trace") }
        let lab = try Lab(courier: script.path) { $0.underWayMax = 1 }
        for path in ["a1", "a2"] { _ = try lab.ask("https://127.0.0.1/\(path)") { $0.isWaiting = true } }
        try lab.turn(until: { asked(script) == ["/a1"] }, "a question that waits")
        _ = try lab.ask("https://127.0.0.2/b1")
        try lab.turn(until: { asked(script) == ["/a1", "/b1"] }, "one that doesn't")
    }

    @Test func `one host that is silent keeps places of its own, and no others`() throws {
        let script = try makeSilent()
        defer { unlink(script.path + ".trace") }
        let lab = try Lab(courier: script.path) {
            $0.underWayMax = 2
            $0.underWayMaxOfOne = 1
        }
        for place in ["127.0.0.1/a1", "127.0.0.1/a2", "127.0.0.2/b1"] { _ = try lab.ask("https://\(place)") }
        try lab.turn(until: { asked(script) == ["/a1", "/b1"] }, "one of each")
    }

    @Test func `one that has had enough to do keeps nobody waiting while it ends`() throws {
        let script = try makeSilent()
        defer { unlink(script.path + ".trace") }
        let lab = try Lab(courier: script.path) { $0.requestsMax = 1 }
        let first = try lab.ask("https://127.0.0.1/a1") { $0.deadlineMilliseconds = 60_000 }
        try lab.turn(until: { asked(script) == ["/a1"] }, "the first")
        let pid = lab.outbound.courierPID
        let second = try lab.ask("https://127.0.0.1/b1")
        try lab.turn(until: { asked(script) == ["/a1", "/b1"] }, "the second, by another")
        #expect(lab.outbound.courierPID != pid)
        #expect(first.results.isEmpty && second.results.isEmpty)
        lab.outbound.close()
        #expect(throws: OutboundFailure.cancelled) { try lab.finish(first).get() }
        #expect(throws: OutboundFailure.cancelled) { try lab.finish(second).get() }
    }

    @Test func `more than can wait is refused`() throws {
        let script = try Script("exec sleep 10")
        let lab = try Lab(courier: script.path) {
            $0.underWayMax = 2
            $0.waitingMax = 3
        }
        // Without names, so that nothing waits for a thread but what is to wait.
        let asked = try (0..<3).map { _ in try lab.ask("https://127.0.0.1/") }
        try lab.turn(until: { lab.outbound.courierPID != nil }, "a courier")
        let more = try (0..<3).map { _ in try lab.ask("https://127.0.0.1/") }
        #expect(throws: OutboundFailure.busy) { try lab.finish(more[2]).get() }
        #expect((asked + more[..<2]).allSatisfy { $0.results.isEmpty })
    }
}

/// The courier itself, against a TLS server.
@Suite(.enabled(if: TLSServer.shared != nil, "needs python3"))
struct CourierTests {
    static let port = TLSServer.shared?.port ?? 0

    private func url(_ path: String, host: String = "push.example") -> String { "https://\(host):\(Self.port)\(path)" }

    @Test func `a certificate of nobody that the system trusts is refused`() throws {
        let lab = try Lab(courier: CourierProgram.path)
        let result = try lab.finish(lab.ask(url("/echo")))
        guard case .failure(.tls(let text)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(text.contains("certificate"))
        #expect(lab.names.asked == ["push.example"])
    }

    @Test func `a server without TLS, one that hangs up and one that is not there are told apart`() throws {
        let lab = try Lab(courier: CourierProgram.path)
        let plain = PlainServer()
        let junk = try lab.ask("https://push.example:\(plain.port)/")
        let peer = try plain.accept(in: lab)
        try lab.turn(until: { !peer.receiveAll().isEmpty }, "a handshake")
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        guard case .failure(.tls) = try lab.finish(junk) else {
            Issue.record("\(junk.results)")
            return
        }
        let port: UInt16
        do { port = PlainServer().port }
        guard case .failure(.unreachable(let error)) = try lab.finish(lab.ask("https://push.example:\(port)/")) else {
            Issue.record("not unreachable")
            return
        }
        #expect(error.code == ECONNREFUSED)
        // URLSession has no notion of these; that it says so, and does not wait, is all that we rely on.
        guard case .failure(.broken) = try lab.finish(lab.ask("https://[::1]:\(port)/")) else {
            Issue.record("an IPv6 literal went somewhere")
            return
        }
    }

    @Test func `a courier that is killed is started again`() throws {
        let lab = try Lab(courier: CourierProgram.path) { $0.backoffMilliseconds = 10 }
        let silent = PlainServer()
        let asked = try lab.ask("https://push.example:\(silent.port)/")
        _ = try silent.accept(in: lab)
        let pid = try #require(lab.outbound.courierPID)
        #expect(kill(pid, SIGKILL) == 0)
        #expect(throws: OutboundFailure.noCourier) { try lab.finish(asked).get() }
        guard case .failure(.tls) = try lab.finish(lab.ask(url("/echo"))) else {
            Issue.record("not alive again")
            return
        }
        #expect(try #require(lab.outbound.courierPID) != pid)
    }

    @Test func `it is replaced after so many requests, and ended when idle`() throws {
        let lab = try Lab(courier: CourierProgram.path) {
            $0.requestsMax = 1
            $0.idleMilliseconds = 30
        }
        var processes: Set<Int32> = []
        for asked in try [lab.ask(url("/echo")), lab.ask(url("/echo"))] {
            try lab.turn(
                until: {
                    if let pid = lab.outbound.courierPID { processes.insert(pid) }
                    return !asked.results.isEmpty
                }, "an end")
        }
        #expect(processes.count == 2)
        try lab.turn(until: { lab.outbound.courierPID == nil }, "the courier's end")
    }

    @Test func `it does not run by hand`() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CourierProgram.path)
        process.environment = [:]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 2)
    }
}

/// What passes between a client and a server that trust each other.
@Suite(.enabled(if: TLSServer.shared != nil && CourierProgram.trusting != nil, "needs python3 and user namespaces"))
struct TrustedCourierTests {
    private func lab(_ configure: (inout CourierLimits) -> Void = { _ in }) throws -> Lab {
        try Lab(courier: try #require(CourierProgram.trusting), configure)
    }

    private func url(_ path: String, host: String = "push.example") -> String {
        "https://\(host):\(TLSServer.shared!.port)\(path)"
    }

    @Test func `a request and its answer come over whole`() throws {
        let lab = try lab()
        let body = String(repeating: "0123456789", count: 200_000)
        let answer = try lab.answer(url("/echo")) {
            $0.method = .post
            $0.fields = [("TTL", "60"), ("Content-Type", "application/json"), ("X-B", "1"), ("X-B", "2")]
            $0.body = Array(body.utf8)
            $0.answerBytesMax = 4 << 20
        }
        #expect(answer.status == 200)
        #expect(answer.fields.combined("X-A") == "1, 2")
        let parts = answer.text.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(parts[1] == body)
        // URLSession writes names in capitals of its own, which mean nothing.
        let lines = parts[0].split(separator: "\r\n").map { line in
            let colon = line.firstIndex(of: ":") ?? line.startIndex
            return line[..<colon].lowercased() + line[colon...].replacing(": ", with: ":", maxReplacements: 1)
        }
        #expect(lines.first == "POST /echo HTTP/1.1")
        for line in [
            "host:push.example:\(TLSServer.shared!.port)", "ttl:60", "content-type:application/json", "x-b:1,2",
            "content-length:2000000", "accept-encoding:identity", "user-agent:parley",
        ] {
            #expect(lines.contains(line), "\(line) in \(lines)")
        }
        // The server of a large body is not asked first, and would not have to wait for a second.
        #expect(!lines.contains { $0.hasPrefix("proxy") || $0.hasPrefix("expect") })
        #expect(try lab.answer(url("/nothing")).status == 204)
        let missing = try lab.answer(url("/unknown"))
        #expect(missing.status == 404 && missing.text == "who?")
        let closed = try lab.answer(url("/closed"))
        #expect(closed.status == 401 && closed.text == "stop")
        let bearer = try lab.answer(url("/bearer"))
        #expect(bearer.status == 401 && bearer.text == "stop")
        let head = try lab.answer(url("/head")) { $0.method = .head }
        #expect(head.status == 200 && head.body.isEmpty)
    }

    @Test func `a connection is used again, and each request is one of its own`() throws {
        let lab = try lab()
        let first = try lab.answer(url("/connection")).text
        #expect(try lab.answer(url("/connection")).text == first)
        #expect(lab.names.asked.count == 2)
    }

    @Test func `many requests at once are all answered`() throws {
        let lab = try lab { $0.underWayMax = 4 }
        let asked = try (0..<20).map { _ in try lab.ask(url("/large/5000")) }
        for one in asked { #expect(try lab.finish(one).get().body.count == 5_000) }
    }

    @Test func `a redirect is an answer, and nobody goes there`() throws {
        let lab = try lab()
        let answer = try lab.answer(url("/redirect"))
        #expect(answer.status == 302 && answer.fields.first("Location") == "https://two.example/echo")
        #expect(lab.names.asked == ["push.example"])
    }

    @Test func `a certificate for another name is refused`() throws {
        let names = Names(["other.example": ["127.0.0.1"]])
        let lab = try Lab(names, courier: try #require(CourierProgram.trusting))
        let result = try lab.finish(lab.ask(url("/echo", host: "other.example")))
        guard case .failure(.tls) = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test func `an answer is bounded in size, announced or not`() throws {
        let lab = try lab()
        #expect(try lab.answer(url("/large/1000")) { $0.answerBytesMax = 1_000 }.body.count == 1_000)
        let pid = lab.outbound.courierPID
        for path in ["/large/1001", "/endless", "/endless/redirect", "/endless/closed", "/packed"] {
            #expect(throws: OutboundFailure.tooLarge) { try lab.answer(url(path)) { $0.answerBytesMax = 1_000 } }
        }
        #expect(throws: OutboundFailure.tooLarge) { try lab.answer(url("/fields")) }
        let cut = try lab.answer(url("/endless")) {
            $0.answerBytesMax = 1_000
            $0.cutsAnswer = true
        }
        #expect(cut.status == 200 && cut.body.count <= 1_000)
        #expect(try lab.answer(url("/nothing")).status == 204)
        #expect(lab.outbound.courierPID == pid)
        // Nothing of all that waited anywhere: an unbounded queue would hold hundreds of megabytes by now.
        #expect(try residentBytesMax(of: try #require(pid)) < 80 << 20)
    }

    /// The most memory that a process has had at once.
    private func residentBytesMax(of pid: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.filter(\.isNumber))) << 10
    }

    @Test(arguments: ["/drip", "/silent"])
    func `an answer that does not come to an end is ended by the deadline`(path: String) throws {
        let lab = try lab()
        #expect(try lab.answer(url("/nothing")).status == 204)
        let pid = lab.outbound.courierPID
        let start = MonotonicTime.now()
        let asked = try lab.ask(url(path)) {
            $0.deadlineMilliseconds = 150
            $0.answerBytesMax = 1 << 20
        }
        #expect(throws: OutboundFailure.timedOut) { try lab.finish(asked).get() }
        #expect(MonotonicTime.now() < start + 1_000)
        // The courier has given it up as well, and lives.
        try lab.turn(milliseconds: 50)
        #expect(try lab.answer(url("/nothing")).status == 204)
        #expect(lab.outbound.courierPID == pid)
    }

    @Test(arguments: ["/cut", "/junk", "/gone"])
    func `an answer that is none, or not whole, is a failure`(path: String) throws {
        let lab = try lab()
        let result = try lab.finish(lab.ask(url(path)))
        guard case .failure(.broken(let text)) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(!text.isEmpty)
    }

    @Test func `killed in the middle of an answer, it fails that and answers the next`() throws {
        let lab = try lab { $0.backoffMilliseconds = 10 }
        #expect(try lab.answer(url("/nothing")).status == 204)
        let asked = try lab.ask(url("/drip")) { $0.answerBytesMax = 1 << 20 }
        try lab.turn(milliseconds: 60)
        #expect(kill(try #require(lab.outbound.courierPID), SIGKILL) == 0)
        #expect(throws: OutboundFailure.noCourier) { try lab.finish(asked).get() }
        #expect(try lab.answer(url("/nothing")).status == 204)
    }
}
