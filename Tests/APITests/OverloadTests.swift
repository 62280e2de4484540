import API
import Glibc
import SQLite
import Testing

/// More comes than the disk takes in.
struct OverloadTests {
    @Test func `when too much waits to be written one is told to come again, and reading goes on`() throws {
        var limits = WriterLimits()
        limits.waitingCountMax = 2
        let node = try TestNode(limits: limits)
        let alice = try node.user("alice")
        #expect(try alice.post("/api/messaging/channels/", #"{"name": "Herbs"}"#).status == 201)

        let gate = try Gate()
        let writer = node.context.writer
        try writer.submitAlone { _, _ in
            gate.pass()
        } completion: { _ in
        }
        gate.waitUntilSomebodyWaits()
        for _ in 0..<2 {
            try writer.submit(bytes: 1) { _, _ in
            } completion: { _ in
            }
        }
        let refused = try alice.post("/api/messaging/channels/", #"{"name": "Roses"}"#)
        #expect(refused.status == 503)
        #expect(refused["Retry-After"] == "1")
        #expect(refused["Content-Type"] == "application/problem+json")
        #expect(try alice.get("/api/messaging/channels/").json["count"] == 1)

        gate.open()
        // As told: again a little later, when what waits has been written.
        var again = refused
        for _ in 0..<1_000 where again.status == 503 {
            usleep(10_000)
            again = try alice.post("/api/messaging/channels/", #"{"name": "Roses"}"#)
        }
        #expect(again.status == 201)
        #expect(try alice.get("/api/messaging/channels/").json["count"] == 2)
    }

    /// Lets one thread through when another says so.
    private final class Gate: Sendable {
        private let waiting: [Int32]
        private let opened: [Int32]

        init() throws {
            func pair() throws -> [Int32] {
                var ends: [Int32] = [0, 0]
                try #require(pipe(&ends) == 0)
                return ends
            }
            (waiting, opened) = (try pair(), try pair())
        }

        deinit { for end in waiting + opened { close(end) } }

        func pass() {
            Self.put(waiting)
            Self.take(opened)
        }

        func waitUntilSomebodyWaits() { Self.take(waiting) }
        func open() { Self.put(opened) }

        private static func put(_ ends: [Int32]) {
            var byte: UInt8 = 1
            _ = write(ends[1], &byte, 1)
        }

        private static func take(_ ends: [Int32]) {
            var byte: UInt8 = 0
            _ = read(ends[0], &byte, 1)
        }
    }
}
