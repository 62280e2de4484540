import Bytes
import Glibc
import Log
import Synchronization
import Testing

/// A clock that stands until it is moved.
private final class Clock: Sendable {
    let milliseconds = Mutex<Int64>(0)

    func move(by more: Int64) {
        milliseconds.withLock { $0 += more }
    }

    var reading: @Sendable () -> Timestamp {
        { [self] in Timestamp(milliseconds: milliseconds.withLock { $0 }) }
    }
}

/// Both ends of a pipe or of a pair of sockets.
private final class Ends {
    private(set) var reader: Int32
    let writer: Int32

    init(socket: Bool = false) {
        // A reader that is gone is an error to count, not the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        let result = socket ? socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) : pipe(&ends)
        precondition(result == 0, "no pipe")
        (reader, writer) = (ends[0], ends[1])
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }

    deinit {
        closeReader()
        close(writer)
    }

    func closeReader() {
        if reader >= 0 { close(reader) }
        reader = -1
    }

    /// All lines there are now.
    func lines() -> [String] {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(reader, &room, room.count)
            guard count > 0 else { break }
            bytes += room[..<count]
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

struct LogTests {
    @Test(arguments: [false, true])
    func `lines below the level cost nothing and are not written`(socket: Bool) {
        let ends = Ends(socket: socket)
        let log = Log(to: ends.writer, level: .warning, now: Clock().reading)
        func never() -> [LogField] {
            Issue.record("fields were made for a line that is off")
            return []
        }
        log.debug("a", never())
        log.info("b", never())
        log.warning("c")
        log.error("d", [.integer("code", 5)])
        log.level = .debug
        log.debug("e")
        #expect(
            ends.lines() == [
                "1970-01-01T00:00:00.000Z warning c", "1970-01-01T00:00:00.000Z error d code=5",
                "1970-01-01T00:00:00.000Z debug e",
            ])
        #expect(log.droppedCount == 0)
    }

    @Test func `the clock of the machine is used where no other is given`() throws {
        let ends = Ends()
        Log(to: ends.writer, format: .json).info("started")
        let line = try #require(ends.lines().first)
        let time = try #require(Timestamp(rfc3339: line.dropFirst(9).prefix(24)))
        #expect(abs(time.milliseconds - Log.timeOfDay().milliseconds) < 60_000)
        #expect(line.hasSuffix(#"Z","level":"info","event":"started"}"#))
    }

    @Test func `an event that repeats is counted, and others are not held up`() {
        let ends = Ends()
        let clock = Clock()
        let log = Log(to: ends.writer, rate: LogRate(linesMax: 2, perMilliseconds: 1_000), now: clock.reading)
        for _ in 0..<155 { log.warning("flood") }
        log.info("calm")
        #expect(ends.lines().map { $0.dropFirst(25) } == ["warning flood", "warning flood", "info calm"])
        log.tellSuppressed()
        #expect(ends.lines() == [])
        clock.move(by: 1_000)
        log.warning("flood", [.integer("n", 1)])
        #expect(ends.lines().map { $0.dropFirst(25) } == ["warning flood more=153", "warning flood n=1"])
    }

    @Test func `what was held back is told when its time is over, or at the end`() {
        let ends = Ends()
        let clock = Clock()
        let log = Log(to: ends.writer, rate: LogRate(linesMax: 1, perMilliseconds: 1_000), now: clock.reading)
        for _ in 0..<3 {
            log.info("b")
            log.info("a")
        }
        _ = ends.lines()
        clock.move(by: 1_500)
        log.tellSuppressed()
        #expect(ends.lines().map { $0.dropFirst(25) } == ["info a more=2", "info b more=2"])
        log.tellSuppressed(everything: true)
        #expect(ends.lines() == [])
        log.info("a")
        log.info("a")
        log.tellSuppressed(everything: true)
        log.tellSuppressed(everything: true)
        #expect(ends.lines().map { $0.dropFirst(25) } == ["info a", "info a more=1"])
        // A clock that was set back does not silence an event.
        clock.move(by: -1_000_000)
        log.info("a")
        #expect(ends.lines().count == 1)
    }

    @Test(arguments: [false, true])
    func `a reader that does not read holds nobody up, and hears how much it missed`(socket: Bool) throws {
        let ends = Ends(socket: socket)
        let log = Log(to: ends.writer, rate: LogRate(linesMax: .max))
        let text = ShortText(String(repeating: "x", count: 200))
        let sent = 3_000
        for number in 0..<sent { log.info("fill", [.integer("n", number), .text("t", text)]) }
        let lost = log.droppedCount
        #expect(lost > 0)
        var lines = ends.lines()
        #expect(lines.count == sent - lost)
        #expect(lines.allSatisfy { $0.hasSuffix("x") })
        log.info("after")
        lines = ends.lines()
        #expect(lines.count == 2)
        #expect(lines[1].hasSuffix("warning log-lines-dropped count=\(lost)"))
        log.info("again")
        #expect(ends.lines().count == 1)
    }

    @Test(arguments: [false, true])
    func `a reader that is gone costs lines, not the program`(socket: Bool) {
        let ends = Ends(socket: socket)
        let log = Log(to: ends.writer)
        log.info("a")
        ends.closeReader()
        log.info("b")
        log.info("c")
        #expect(log.droppedCount == 2)
    }

    @Test func `a descriptor that was never open drops every line`() {
        let log = Log(to: -1)
        log.error("a")
        #expect(log.droppedCount == 1)
    }

    @Test func `a full disk drops lines`() throws {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(full >= 0)
        defer { close(full) }
        let log = Log(to: full)
        log.error("a")
        #expect(log.droppedCount == 1)
    }

    @Test func `lines go to the end of a file`() throws {
        var name = Array("/tmp/parley-log-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        try #require(file >= 0)
        defer { close(file) }
        unlink(name)
        #expect(write(file, "before\n", 7) == 7)
        let log = Log(to: file)
        for _ in 0..<3 { log.info("a") }
        var status = stat()
        fstat(file, &status)
        #expect(status.st_size == 7 + 3 * 32)
        #expect(log.droppedCount == 0)
    }

    @Test func `lines of several threads never mix`() async {
        let ends = Ends()
        let log = Log(to: ends.writer, rate: LogRate(linesMax: .max))
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<4 {
                group.addTask {
                    for number in 0..<50 {
                        log.info("work", [.integer("thread", thread), .integer("number", number), .code("end", "z")])
                    }
                }
            }
        }
        let lines = ends.lines()
        #expect(lines.count == 200)
        for thread in 0..<4 {
            let own = lines.filter { $0.contains(" thread=\(thread) ") }
            #expect(own.map { $0.dropFirst(25) } == (0..<50).map { "info work thread=\(thread) number=\($0) end=z" })
        }
    }
}
