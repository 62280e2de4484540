import Bytes
import Delivery
import Foundation
import Glibc
import Store
import Testing

/// A program in the place of `sendmail`.
struct SendmailTests {
    private let house: Household

    init() throws {
        house = try Household()
        try house.setEmail("bo@example.org")
    }

    private final class Script {
        let path = NSTemporaryDirectory() + "parley-sendmail-\(getpid())-\(UUID().uuidString)"

        init(_ lines: String) throws {
            try Data("#!/bin/sh\n\(lines)\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(chmod(path, 0o700) == 0)
        }

        deinit {
            for suffix in ["", ".seen"] { unlink(path + suffix) }
        }

        var seen: String { (try? String(contentsOfFile: path + ".seen", encoding: .utf8)) ?? "" }
    }

    @Test func `it gets its words, the mail, and nothing of our environment`() throws {
        let script = try Script("{ echo \"$*\"; env; cat; } >\"$0.seen\"")
        setenv("PARLEY_SECRET", "x", 1)
        defer { unsetenv("PARLEY_SECRET") }
        let entry = try house.tell(mailing: true)[0]
        try house.deliver(by: .sendmail(script.path))
        #expect(try house.settled(entry).state == .sent)
        let lines = script.seen.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "-i -f parley@north.example -- bo@example.org")
        #expect(lines.contains("From: North School <parley@north.example>"))
        #expect(lines.contains { $0.hasPrefix("PATH=") } && !script.seen.contains("PARLEY_SECRET"))
        #expect(!script.seen.contains("HOME="))
        #expect(!script.seen.contains("\r"))
    }

    @Test(
        arguments: [(0, .sent), (64, .failed), (67, .failed), (78, .failed), (75, .waiting), (1, .waiting)]
            as [(Int, OutboxEntry.State)])
    func `its status says what became of it`(status: Int, state: OutboxEntry.State) throws {
        let script = try Script("cat >/dev/null; exit \(status)")
        let entry = try house.tell(mailing: true)[0]
        try house.deliver(by: .sendmail(script.path))
        #expect(try house.settled(entry).state == state)
    }

    @Test(arguments: ["kill -KILL $$", "exec <&-; exit 75"])
    func `one that dies or does not listen is tried again`(lines: String) throws {
        let entry = try house.tell(mailing: true)[0]
        let script = try Script(lines)
        try house.deliver(by: .sendmail(script.path))
        #expect(try house.settled(entry).state == .waiting)
    }

    @Test func `one that is not there is tried again`() throws {
        let entry = try house.tell(mailing: true)[0]
        try house.deliver(by: .sendmail("/nonexistent/sendmail"))
        let failed = try house.settled(entry)
        #expect(failed.state == .waiting && failed.lastError?.contains("/nonexistent/sendmail") == true)
    }
}
